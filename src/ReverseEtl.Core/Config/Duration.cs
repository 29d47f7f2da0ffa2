using System.Globalization;

namespace ReverseEtl.Core.Config;

/// <summary>Durations as people write them in files: <c>500ms</c>, <c>30s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>.</summary>
public static class Duration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !long.TryParse(text.AsSpan(0, digits), CultureInfo.InvariantCulture, out var amount) || amount > int.MaxValue)
            return false;
        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is null)
            return false;
        duration = unit.Value * amount;
        return true;
    }
}
