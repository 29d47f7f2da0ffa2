using Dapper;
using Microsoft.Data.Sqlite;

namespace ReverseEtl.Tests.State;

internal static class Connections
{
    /// <summary>Lets a connection give up on a lock after a second, for tests that wait for it to.</summary>
    public static void Impatient(this SqliteConnection connection)
    {
        connection.DefaultTimeout = 1;
        connection.Execute("pragma busy_timeout = 1");
    }
}
