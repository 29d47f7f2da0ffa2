namespace ReverseEtl.Core.Delivery.Objects;

/// <summary>One of a few words, which vendors spell in one way only; read without regard to case.</summary>
/// <param name="words">The words as the vendor spells them.</param>
public sealed class ChoiceRule(params IReadOnlyList<string> words) : IFieldRule
{
    /// <inheritdoc/>
    public string Id => $"choice.{string.Join('|', words)}@1";

    /// <inheritdoc/>
    public string Summary => $"one of {string.Join(", ", words)}";

    /// <inheritdoc/>
    public FieldType Type => FieldType.Text;

    /// <inheritdoc/>
    public string? Shape(FieldColumn source, int row, in ShapeContext context, FieldColumnBuilder target)
    {
        var text = source.Text(row)!;
        if (words.FirstOrDefault(word => word.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is not { } known)
            return $"{context.Field} must be {Summary}, but is '{text}'";
        target.AppendText(known);
        return null;
    }
}
