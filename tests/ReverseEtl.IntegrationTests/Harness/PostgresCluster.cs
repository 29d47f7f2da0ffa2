using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ReverseEtl.IntegrationTests.Harness;

/// <summary>A PostgreSQL of the tests' own, from the binaries that are installed, in a folder that goes with it.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    public const string Password = "pg-secret";

    private static readonly string? Binaries = FindBinaries();

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cdp-pg-{Guid.NewGuid():n}"[..16]);
    private readonly int _port = FreePort();

    /// <summary>Why there can be none, or null.</summary>
    public static string? Missing => Binaries is null ? "PostgreSQL is not installed (no initdb in the PATH or under /usr/lib/postgresql)" : null;

    /// <summary>Makes and starts one; its superuser has the password.</summary>
    public static async Task<PostgresCluster> CreateAsync()
    {
        var cluster = new PostgresCluster();
        // Over its socket, which is in a folder of its own, anybody may come; over TCP with the password only.
        await RunAsync("initdb", "-D", cluster._folder, "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync");
        await cluster.StartAsync();
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder { Host = cluster._folder, Port = cluster._port, Username = "postgres", Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"ALTER ROLE postgres PASSWORD '{Password}'", connection);
        await command.ExecuteNonQueryAsync();
        return cluster;
    }

    /// <summary>How its superuser connects to a database.</summary>
    public NpgsqlConnectionStringBuilder At(string database) => new()
    {
        Host = "127.0.0.1",
        Port = _port,
        Database = database,
        Username = "postgres",
        Password = Password,
        SslMode = SslMode.Disable,
        // A pool per database would keep its connections for long.
        Pooling = false,
    };

    /// <summary>Starts it after it was stopped.</summary>
    public Task StartAsync() => RunAsync("pg_ctl", "-D", _folder, "-w", "-t", "60", "-l", Path.Combine(_folder, "log"), "-o",
        $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=200", "start");

    /// <summary>Ends it as a crash does: it recovers when it is started again.</summary>
    public Task CrashAsync() => RunAsync("pg_ctl", "-D", _folder, "-m", "immediate", "stop");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_folder, "postmaster.pid")))
            await CrashAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Runs one of PostgreSQL's programs; never as root, as they refuse that.</summary>
    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        string[] command = [Path.Combine(Binaries!, program), .. arguments];
        if (Environment.UserName == "root")
            command = ["runuser", "-u", File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody", "--", .. command];
        start.FileName = command[0];
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {string.Concat(said)}");
    }

    private static string? FindBinaries()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(installed)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
