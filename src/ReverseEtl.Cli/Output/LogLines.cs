using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ReverseEtl.Cli.Output;

/// <summary>Logs as people read them: when, how grave where it is, and what.</summary>
internal sealed class LogLines() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lines";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var grave = logEntry.LogLevel switch
        {
            LogLevel.Warning => "\e[33mwarning\e[0m ",
            LogLevel.Error or LogLevel.Critical => "\e[31merror\e[0m ",
            _ => "",
        };
        textWriter.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {grave}{logEntry.Formatter(logEntry.State, logEntry.Exception)}"));
        if (logEntry.Exception is { } exception)
            textWriter.WriteLine(exception);
    }
}
