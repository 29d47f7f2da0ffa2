using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

/// <summary>Chunks and vectors. Plain accessors, a few loads each, are called without a GC transition: it would cost more than they do.</summary>
internal static unsafe partial class Api
{
    [LibraryImport(Library)]
    internal static partial ulong duckdb_vector_size();

    [LibraryImport(Library)]
    internal static partial nint duckdb_create_data_chunk(nint* types, ulong columns);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_data_chunk(ref nint chunk);

    [LibraryImport(Library)]
    internal static partial void duckdb_data_chunk_reset(nint chunk);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint duckdb_data_chunk_get_vector(nint chunk, ulong column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial ulong duckdb_data_chunk_get_size(nint chunk);

    [LibraryImport(Library)]
    internal static partial void duckdb_data_chunk_set_size(nint chunk, ulong rows);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial byte* duckdb_vector_get_data(nint vector);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial ulong* duckdb_vector_get_validity(nint vector);

    [LibraryImport(Library)]
    internal static partial void duckdb_vector_ensure_validity_writable(nint vector);

    [LibraryImport(Library)]
    internal static partial void duckdb_unsafe_vector_assign_string_element_len(nint vector, ulong row, byte* text, ulong length);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint duckdb_list_vector_get_child(nint vector);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial ulong duckdb_list_vector_get_size(nint vector);

    [LibraryImport(Library)]
    internal static partial State duckdb_list_vector_set_size(nint vector, ulong size);

    [LibraryImport(Library)]
    internal static partial State duckdb_list_vector_reserve(nint vector, ulong capacity);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint duckdb_struct_vector_get_child(nint vector, ulong index);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint duckdb_array_vector_get_child(nint vector);
}
