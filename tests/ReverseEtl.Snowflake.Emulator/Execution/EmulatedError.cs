namespace ReverseEtl.Snowflake.Emulator.Execution;

/// <summary>What Snowflake would refuse a statement with.</summary>
internal sealed class EmulatedError(string code, string sqlState, string message) : Exception(message)
{
    public string Code => code;

    public string SqlState => sqlState;

    public static EmulatedError Compilation(string message, string code = "001003", string sqlState = "42000") => new(code, sqlState, $"SQL compilation error:{message}");

    public static EmulatedError Cancelled => new("000604", "57014", "SQL execution canceled");

    public static EmulatedError TimedOut(long seconds) =>
        new("000630", "57014", $"Statement reached its statement or warehouse timeout of {seconds} second(s) and was canceled.");
}
