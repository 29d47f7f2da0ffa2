namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>
/// Statements of one purpose as requests. What makes, changes or drops a table commits by itself; what stands between such statements is one
/// transaction. A table that a query makes gets a request of its own: its id is the one that people look for, and the lines of its errors are the
/// query's.
/// </summary>
internal static class Requests
{
    private static readonly string[] OfTables = ["create ", "drop ", "alter "];

    /// <param name="statements">The statements in their order.</param>
    /// <param name="check">What every transaction begins with, or null.</param>
    public static IEnumerable<IReadOnlyList<string>> Of(IReadOnlyList<string> statements, string? check)
    {
        var request = new List<string>();
        var isOpen = false;
        foreach (var statement in statements)
        {
            var isOfTable = IsOfTable(statement);
            if (isOpen && isOfTable)
                request.Add("commit");
            else if (!isOpen && !isOfTable)
                request.AddRange(Begin(check));
            else if (request.Count == 0 && check is not null)
                request.Add(check);
            isOpen = !isOfTable;
            if (IsQuery(statement) && request.Count > 0)
            {
                yield return request;
                request = [];
            }

            request.Add(statement);
            if (IsQuery(statement))
            {
                yield return request;
                request = [];
            }
        }

        if (isOpen)
            request.Add("commit");
        if (request.Count > 0)
            yield return request;
    }

    /// <summary>True for a statement that makes a table of a query.</summary>
    public static bool IsQuery(string statement) => statement.StartsWith("create ", StringComparison.Ordinal) && QueryOf(statement) is not null;

    /// <summary>The query that a table is made of; null where it is made empty.</summary>
    public static string? QueryOf(string statement) =>
        statement.IndexOf(" as select ", StringComparison.Ordinal) is var at and >= 0 ? statement[(at + " as ".Length)..] : null;

    private static IEnumerable<string> Begin(string? check) => check is null ? ["begin"] : ["begin", check];

    private static bool IsOfTable(string statement) => OfTables.Any(word => statement.StartsWith(word, StringComparison.Ordinal));
}
