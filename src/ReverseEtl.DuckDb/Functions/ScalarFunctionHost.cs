using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>Registers scalar functions, and takes DuckDB's calls to them: bind once per place of use, run once per chunk.</summary>
internal static unsafe class ScalarFunctionHost
{
    /// <summary>One place of use: the types of its arguments are settled.</summary>
    private sealed record Binding(DuckDBScalarFunction Function, DuckDBLogicalType[] Types);

    internal static void Register(ConnectionHandle connection, DuckDBScalarFunction function)
    {
        var handle = Api.duckdb_create_scalar_function();
        try
        {
            Api.duckdb_scalar_function_set_name(handle, NativeText.Terminated(function.Name, "A function's name"));
            foreach (var parameter in function.Parameters)
                Use(parameter, type => Api.duckdb_scalar_function_add_parameter(handle, type));
            if (function.VarArgs is { } varArgs)
                Use(varArgs, type => Api.duckdb_scalar_function_set_varargs(handle, type));
            Use(function.ReturnType, type => Api.duckdb_scalar_function_set_return_type(handle, type));
            // The host applies the NULL rule itself, so that it holds row by row and not for constants only.
            Api.duckdb_scalar_function_set_special_handling(handle);
            if (function.IsVolatile)
                Api.duckdb_scalar_function_set_volatile(handle);
            Api.duckdb_scalar_function_set_extra_info(handle, CallbackState.Hold(function), &CallbackState.Free);
            Api.duckdb_scalar_function_set_bind(handle, &Bind);
            Api.duckdb_scalar_function_set_function(handle, &Run);
            if (Api.duckdb_register_scalar_function(connection, handle) != State.Success)
                throw new DuckDBException($"DuckDB refused the scalar function '{function.Name}': the name may be taken by another function of the same parameters.", DuckDBErrorType.Catalog);
        }
        finally
        {
            Api.duckdb_destroy_scalar_function(ref handle);
        }
    }

    private static void Use(DuckDBLogicalType type, Action<TypeHandle> set)
    {
        using var handle = NativeTypes.Create(type);
        set(handle);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        try
        {
            var function = CallbackState.Get<DuckDBScalarFunction>(Api.duckdb_scalar_function_bind_get_extra_info(info));
            var types = new DuckDBLogicalType[Api.duckdb_scalar_function_bind_get_argument_count(info)];
            for (var i = 0; i < types.Length; i++)
            {
                var declared = i < function.Parameters.Count ? function.Parameters[i] : function.VarArgs!;
                types[i] = declared.Id == DuckDBType.Any ? ArgumentType(info, (ulong)i) : declared;
            }
            Api.duckdb_scalar_function_set_bind_data(info, CallbackState.Hold(new Binding(function, types)), &CallbackState.Free);
            Api.duckdb_scalar_function_set_bind_data_copy(info, &CallbackState.Copy);
        }
        catch (Exception error)
        {
            CallbackState.Fail(info, error, &Api.duckdb_scalar_function_bind_set_error);
        }
    }

    private static DuckDBLogicalType ArgumentType(nint info, ulong index)
    {
        var expression = Api.duckdb_scalar_function_bind_get_argument(info, index);
        var type = NativeTypes.Take(Api.duckdb_expression_return_type(expression));
        Api.duckdb_destroy_expression(ref expression);
        return type;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Run(nint info, nint chunk, nint output)
    {
        try
        {
            var binding = CallbackState.Get<Binding>(Api.duckdb_scalar_function_get_bind_data(info));
            var input = new DataChunk(chunk, binding.Types);
            var writer = new VectorWriter(output, binding.Function.ReturnType, input.RowCount);
            binding.Function.Callback(input, writer);
            if (!binding.Function.SeesNulls)
                PassNulls(input, output, binding.Function.ReturnType);
        }
        catch (Exception error)
        {
            CallbackState.Fail(info, error, &Api.duckdb_scalar_function_set_error);
        }
    }

    /// <summary>A NULL in any argument makes the row's result NULL: 64 rows at a time, and only for arguments that have NULLs.</summary>
    private static void PassNulls(DataChunk input, nint output, DuckDBLogicalType type)
    {
        for (var column = 0; column < input.ColumnCount; column++)
        {
            var argument = input[column].Validity;
            if (argument.IsEmpty)
                continue;
            var result = new VectorWriter(output, type, input.RowCount).Validity();
            for (var i = 0; i < argument.Length; i++)
                result[i] &= argument[i];
        }
    }
}
