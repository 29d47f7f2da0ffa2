using System.Runtime.CompilerServices;
using System.Text;

namespace ReverseEtl.DuckDb;

/// <summary>A full DuckDB type. <see cref="ToString"/> gives its SQL name, e.g. <c>DECIMAL(18,2)</c> or <c>STRUCT(a INTEGER, b VARCHAR[])</c>.</summary>
public sealed class DuckDBLogicalType
{
    private readonly byte[][] _enumUtf8 = [];
    private DuckDBLogicalType? _entry;

    internal DuckDBLogicalType(DuckDBType id) => Id = id;

    private DuckDBLogicalType(IReadOnlyList<string> enumValues)
    {
        Id = DuckDBType.Enum;
        EnumValues = enumValues;
        _enumUtf8 = [.. enumValues.Select(Encoding.UTF8.GetBytes)];
    }

    public DuckDBType Id { get; }

    /// <summary>Digits of a DECIMAL, 1 to 38.</summary>
    public byte Width { get; private init; }

    /// <summary>Digits of a DECIMAL behind the point.</summary>
    public byte Scale { get; private init; }

    /// <summary>Elements of an ARRAY.</summary>
    public int ArraySize { get; private init; }

    /// <summary>The values of an ENUM, in the order of their numbers.</summary>
    public IReadOnlyList<string> EnumValues { get; } = [];

    /// <summary>STRUCT: its fields. UNION: its members. MAP: <c>key</c> and <c>value</c>. LIST and ARRAY: one, the element.</summary>
    public IReadOnlyList<DuckDBColumn> Children { get; private init; } = [];

    /// <summary>The name of a type built on another, such as <c>JSON</c> on VARCHAR.</summary>
    public string? Alias { get; private init; }

    public static DuckDBLogicalType Boolean { get; } = new(DuckDBType.Boolean);

    public static DuckDBLogicalType Integer { get; } = new(DuckDBType.Integer);

    public static DuckDBLogicalType BigInt { get; } = new(DuckDBType.BigInt);

    public static DuckDBLogicalType UnsignedBigInt { get; } = new(DuckDBType.UnsignedBigInt);

    public static DuckDBLogicalType Double { get; } = new(DuckDBType.Double);

    public static DuckDBLogicalType Varchar { get; } = new(DuckDBType.Varchar);

    public static DuckDBLogicalType Blob { get; } = new(DuckDBType.Blob);

    public static DuckDBLogicalType Date { get; } = new(DuckDBType.Date);

    public static DuckDBLogicalType Timestamp { get; } = new(DuckDBType.Timestamp);

    public static DuckDBLogicalType TimestampTz { get; } = new(DuckDBType.TimestampTz);

    /// <summary>Any type: for the parameters of scalar functions only.</summary>
    public static DuckDBLogicalType Any { get; } = new(DuckDBType.Any);

    public static DuckDBLogicalType Json { get; } = new(DuckDBType.Varchar) { Alias = "JSON" };

    /// <summary>A type without parts.</summary>
    /// <exception cref="ArgumentException">The type has parts: use its own factory.</exception>
    public static DuckDBLogicalType Of(DuckDBType id) => id switch
    {
        DuckDBType.Invalid or DuckDBType.Decimal or DuckDBType.Enum or DuckDBType.List or DuckDBType.Array or DuckDBType.Struct
            or DuckDBType.Map or DuckDBType.Union => throw new ArgumentException($"{id} is not a type by itself.", nameof(id)),
        DuckDBType.Varchar => Varchar,
        DuckDBType.BigInt => BigInt,
        DuckDBType.Integer => Integer,
        _ => new DuckDBLogicalType(id),
    };

    public static DuckDBLogicalType Decimal(int width, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(width is >= 1 and <= 38, true, nameof(width));
        ArgumentOutOfRangeException.ThrowIfNotEqual(scale >= 0 && scale <= width, true, nameof(scale));
        return new(DuckDBType.Decimal) { Width = (byte)width, Scale = (byte)scale };
    }

    public static DuckDBLogicalType Enum(IReadOnlyList<string> values) => new(values);

    public static DuckDBLogicalType List(DuckDBLogicalType element) => new(DuckDBType.List) { Children = [new("element", element)] };

    public static DuckDBLogicalType Array(DuckDBLogicalType element, int size) =>
        new(DuckDBType.Array) { Children = [new("element", element)], ArraySize = size };

    public static DuckDBLogicalType Map(DuckDBLogicalType key, DuckDBLogicalType value) =>
        new(DuckDBType.Map) { Children = [new("key", key), new("value", value)] };

    public static DuckDBLogicalType Struct(params IReadOnlyList<DuckDBColumn> fields) => new(DuckDBType.Struct) { Children = fields };

    public static DuckDBLogicalType Union(params IReadOnlyList<DuckDBColumn> members) => new(DuckDBType.Union) { Children = members };

    /// <summary>What a LIST, ARRAY or MAP holds; a MAP holds STRUCTs of key and value.</summary>
    internal DuckDBLogicalType Element => Id == DuckDBType.Map ? _entry ??= Struct(Children) : Children[0].Type;

    internal DuckDBLogicalType Named(string alias) => Id == DuckDBType.Enum
        ? this
        : new(Id) { Alias = alias, Width = Width, Scale = Scale, ArraySize = ArraySize, Children = Children };

    /// <summary>The UTF-8 text of an ENUM's value, by its number.</summary>
    public ReadOnlySpan<byte> EnumUtf8(int index) => _enumUtf8[index];

    public override string ToString() => Alias ?? TypeNames.Of(this);

    /// <summary>Bytes a row takes in a vector's own data; 0 where there are none (STRUCT, UNION, ARRAY) or the layout is not known.</summary>
    internal int Size => Id switch
    {
        DuckDBType.Boolean or DuckDBType.TinyInt or DuckDBType.UnsignedTinyInt => 1,
        DuckDBType.SmallInt or DuckDBType.UnsignedSmallInt => 2,
        DuckDBType.Integer or DuckDBType.UnsignedInteger or DuckDBType.Float or DuckDBType.Date or DuckDBType.SqlNull => 4,
        DuckDBType.BigInt or DuckDBType.UnsignedBigInt or DuckDBType.Double or DuckDBType.Time or DuckDBType.TimeTz or DuckDBType.TimeNs
            or DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz => 8,
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt or DuckDBType.Uuid or DuckDBType.Interval or DuckDBType.Varchar or DuckDBType.Blob
            or DuckDBType.Bit or DuckDBType.BigNum or DuckDBType.Geometry or DuckDBType.List or DuckDBType.Map => 16,
        DuckDBType.Decimal => Width switch { <= 4 => 2, <= 9 => 4, <= 18 => 8, _ => 16 },
        DuckDBType.Enum => EnumValues.Count switch { <= byte.MaxValue => 1, <= ushort.MaxValue => 2, _ => 4 },
        _ => 0,
    };

    /// <summary>Whether a row is a duckdb_string_t.</summary>
    internal bool IsBytes => Id is DuckDBType.Varchar or DuckDBType.Blob or DuckDBType.Bit or DuckDBType.BigNum or DuckDBType.Geometry;

    /// <summary>Guards every reinterpretation of a vector's memory: a wrong T would read past its end.</summary>
    internal void CheckLayout<T>() where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Size)
            throw new InvalidCastException($"A {this} takes {Size} bytes in a vector; {typeof(T).Name} takes {Unsafe.SizeOf<T>()}.");
    }
}
