using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>What the planner's SQL needs of a warehouse. Everything else is written alike for all of them.</summary>
internal interface IPlannerDialect
{
    /// <summary>A name in quotes.</summary>
    string Name(string name);

    /// <summary>A text as a literal.</summary>
    string Text(string text);

    /// <summary>An instant as a literal.</summary>
    string Instant(DateTimeOffset instant);

    /// <summary>A value in its canonical form as an expression of the type that it is kept in; null where it is none of that type.</summary>
    string? Literal(FieldType type, string canonical);

    /// <summary>The SQL that turns a model's column into what travels: a 64-bit slot, or canonical text.</summary>
    string Canonical(string sql, ColumnInfo column);

    /// <summary>The SQL type of what <see cref="Canonical"/> gives.</summary>
    string StorageOf(FieldType type);

    /// <summary>The SQL that turns a model's column into a key as it is kept.</summary>
    string Key(string sql, ColumnInfo column);

    /// <summary>The SQL type of a kept key.</summary>
    string KeyStorageOf(ColumnInfo column);

    /// <summary>The SQL that turns a kept key into what travels.</summary>
    string CanonicalKey(string sql, ColumnInfo column);

    /// <summary>The SQL that turns what travels of a key back into what is kept.</summary>
    string FromCanonicalKey(string sql, ColumnInfo column);

    /// <summary>An instant in its canonical form.</summary>
    string InstantText(string sql);

    /// <summary>The SQL of the 64-bit hash of some columns, NULLs among them.</summary>
    /// <param name="columns">The columns, as the model has them.</param>
    /// <param name="sql">What each column is in SQL.</param>
    /// <param name="seed">Where it begins: what else decides what is sent.</param>
    string RowHash(IReadOnlyList<ColumnInfo> columns, Func<ColumnInfo, string> sql, ulong seed);

    /// <summary>What <see cref="RowHash"/> is as a column of a query.</summary>
    ColumnInfo HashColumn(string name);

    /// <summary>
    /// True where to digest model and snapshot costs so much less than to join them that it is tried first where the last plan found
    /// nothing: a run without changes ends there, and one with changes has paid for both.
    /// </summary>
    bool DigestsFirst { get; }

    /// <summary>The SQL of a hash of values as they are kept, for digests.</summary>
    /// <param name="values">Values and what they are kept as.</param>
    string Digest(IReadOnlyList<(string Sql, FieldType Type)> values);

    /// <summary>
    /// The SQL of a text that is another one where the warehouse's hash functions have become other ones, as they may with its version.
    /// </summary>
    string HashProbe { get; }

    /// <summary>The number of a row, from 1.</summary>
    /// <param name="order">What rows are ordered by; null where it does not matter.</param>
    string RowNumber(string? order);

    /// <summary>Rows with their numbers from 1 as <c>number</c>, and as <c>is_last</c> whether there is no higher one.</summary>
    string Numbered(string rows);

    /// <summary>The statements that make keys of a table that has its first rows fast to find.</summary>
    IEnumerable<string> IndexKeys(string table, string name, IReadOnlyList<ColumnInfo> key);

    /// <summary>The statements that make rows of a plan fast to find by their numbers.</summary>
    IEnumerable<string> IndexPlan(string table);

    /// <summary>Deletes rows of a table whose keys a query gives; where there is an index on keys, in such words that it is used.</summary>
    string Delete(string table, string keys, IReadOnlyList<ColumnInfo> key);

    /// <summary>Sets columns of rows of a plan that match others.</summary>
    /// <param name="table">The plan's table.</param>
    /// <param name="set">What is set.</param>
    /// <param name="others">The others: a table, or a query in brackets.</param>
    /// <param name="match">Whether a row <c>p</c> of the plan matches a row <c>x</c> of them.</param>
    string Update(string table, string set, string others, string match);

    /// <summary>How many mapped columns a plan keeps as columns of its own; more are packed into lists. Null for any number.</summary>
    int? PlainFields { get; }

    /// <summary>Packs texts into a list.</summary>
    string Pack(IEnumerable<string> texts);

    /// <summary>A text of a list, by its place from zero.</summary>
    string Unpack(string list, int index);

    /// <summary>The SQL type of a list of 64-bit hashes, NULLs among them.</summary>
    string HashesType { get; }

    /// <summary>Makes such a list.</summary>
    string Hashes(IEnumerable<string> hashes);

    /// <summary>A hash of a list, by its place from zero; NULL where the list is shorter, or NULL itself.</summary>
    string HashAt(string list, int index);

    /// <summary>A value as text.</summary>
    string AsText(string sql, FieldType type);

    /// <summary>A text as a value.</summary>
    string FromText(string sql, FieldType type);

    /// <summary>Texts as a JSON array.</summary>
    string TextList(IEnumerable<string> texts);

    /// <summary>What makes a table that lasts, but for its name.</summary>
    string CreateTable { get; }

    /// <summary>What makes a table that is filled anew whenever it is needed, but for its name.</summary>
    string CreateScratch { get; }
}
