using System.Globalization;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Syncs;

/// <summary>A limit on rows: a number, or a share of a whole.</summary>
public sealed record Limit : IConfigValue<Limit>
{
    private readonly double? _percent;
    private readonly long _rows;

    private Limit(double? percent, long rows) => (_percent, _rows) = (percent, rows);

    /// <inheritdoc/>
    public static string Schema => """{"anyOf":[{"type":"string","pattern":"^[0-9]+(\\.[0-9]+)?%$"},{"type":"integer","minimum":0}]}""";

    /// <summary>A share, but never fewer than some rows.</summary>
    public static Limit Percent(double percent, long atLeast = 0) => new(percent, atLeast);

    /// <summary>A number of rows.</summary>
    public static Limit Rows(long rows) => new(null, rows);

    /// <summary>True where there are more rows than the limit allows of a whole.</summary>
    public bool IsExceeded(long rows, long whole) =>
        rows > (_percent is { } percent ? Math.Max(_rows, percent / 100 * whole) : _rows);

    /// <summary>Reads <c>20%</c> or <c>500</c>.</summary>
    public static bool TryParse(string text, out Limit limit)
    {
        limit = Rows(0);
        if (text.EndsWith('%'))
        {
            if (!double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
                return false;
            limit = Percent(percent);
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
            return false;
        limit = Rows(rows);
        return true;
    }

    /// <inheritdoc/>
    public static Limit? Parse(ConfigNode node, BindContext context)
    {
        if (node is ScalarNode scalar && TryParse(scalar.Text, out var limit))
            return limit;
        context.Add(node.At, $"this must be a share such as 20% or a number of rows, but is {node.Kind}");
        return null;
    }

    /// <summary>What <see cref="TryParse"/> reads as the same limit.</summary>
    public string ToText() => _percent is { } percent
        ? string.Create(CultureInfo.InvariantCulture, $"{(decimal)percent}%")
        : _rows.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => (_percent, _rows) switch
    {
        (null, _) => _rows.ToString("N0", CultureInfo.InvariantCulture),
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{_percent:0.##}%"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_percent:0.##}% or {_rows} rows"),
    };
}
