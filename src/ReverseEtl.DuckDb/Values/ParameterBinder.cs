using System.Globalization;
using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.DuckDb;

/// <summary>Gives a statement its parameters: <c>$name</c> by name, <c>?</c> and <c>$1</c> by place among the parameters without a name.</summary>
internal static unsafe class ParameterBinder
{
    internal static void Bind(StatementHandle statement, DuckDBParameterCollection parameters)
    {
        var count = Api.duckdb_nparams(statement);
        for (var i = 1UL; i <= count; i++)
        {
            var name = NativeText.Owned(Api.duckdb_parameter_name(statement, i)) ?? i.ToString(CultureInfo.InvariantCulture);
            var parameter = parameters.Find(name) ?? throw new InvalidOperationException(Missing(name, parameters));
            using var value = Create(parameter, name, Api.duckdb_param_type(statement, i));
            if (Api.duckdb_bind_value(statement, i, value) != State.Success)
                throw new DuckDBException($"Parameter ${name}: {NativeText.Borrowed(Api.duckdb_prepare_error(statement)) ?? "its value was refused."}", DuckDBErrorType.InvalidInput);
        }
    }

    private static ValueHandle Create(DuckDBParameter parameter, string name, DuckDBType expected)
    {
        try
        {
            return ValueFactory.Create(parameter.Value, expected);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"Parameter ${name}: {error.Message}", error);
        }
    }

    private static string Missing(string name, DuckDBParameterCollection parameters)
    {
        var given = parameters.Count == 0 ? "none" : string.Join(", ", parameters.Select((parameter, i) => parameter.BareName is { Length: > 0 } bare ? "$" + bare : $"#{i + 1}"));
        return $"The statement needs the parameter ${name}, which was not given a value. Given: {given}.";
    }
}
