using Dapper;
using Microsoft.Data.Sqlite;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Sqlite;

/// <summary>The tables, and the way from any older version to this one. The version is in <c>PRAGMA user_version</c>.</summary>
internal static class Schema
{
    /// <summary>Marks the file as ours ("cdp1"), so that another program's database is never written.</summary>
    private const long ApplicationId = 0x63647031;

    /// <summary>Entry n brings version n to n + 1. Entries are only ever appended.</summary>
    private static readonly string[] Migrations = [First, Second, Third, Fourth, Fifth];

    private const string First = """
        create table leases (
            sync       text    not null primary key,
            fence      integer not null,
            holder     text,              -- null: released
            expires_at text    not null) without rowid;

        create table runs (
            run_id      text    not null primary key,
            sync        text    not null,
            status      text    not null,
            as_of       text    not null,
            finished_at text,
            added       integer not null,
            changed     integer not null,
            removed     integer not null,
            accepted    integer not null,
            rejected    integer not null,
            unknown     integer not null,
            quarantined integer not null,
            guard       text,
            error       text,
            duration_ms integer not null) without rowid;
        create unique index one_open_run on runs (sync) where status = 'Running';
        create index runs_of_sync on runs (sync, as_of desc, run_id desc);
        create index runs_newest on runs (as_of desc, run_id desc);

        create table journal (
            run_id    text    not null,
            operation text    not null,
            seq_from  integer not null,
            seq_to    integer not null,
            rows      integer not null,
            done      integer not null,  -- 0 intended, 1 answered, -1 taken back
            primary key (run_id, operation, seq_from)) without rowid;

        create table row_exceptions (
            run_id    text    not null,
            operation text    not null,
            seq       integer not null,
            key       text    not null,
            kind      text    not null,
            code      text,
            message   text,
            primary key (run_id, operation, seq)) without rowid;

        create table rejected (
            sync     text    not null,
            key      text    not null,
            code     text    not null,
            message  text    not null,
            attempts integer not null,
            first_at text    not null,
            last_at  text    not null,
            last_run text    not null,
            primary key (sync, key)) without rowid;
        create index rejected_newest on rejected (sync, last_at desc, key);

        create table quarantine (
            sync     text    not null,
            position integer not null,
            key      text    not null,
            reason   text    not null,
            rows     integer not null,
            primary key (sync, position)) without rowid;
        """;

    private const string Second = """
        alter table runs add column waiting integer not null default 0;
        alter table runs add column resent integer not null default 0;

        create table audit (
            number integer not null primary key autoincrement,
            at     text    not null,
            sync   text    not null,
            run_id text,
            who    text    not null,
            action text    not null,
            detail text    not null);
        create trigger audit_is_not_changed before update on audit begin select raise(abort, 'audit entries are never changed'); end;
        create trigger audit_is_not_dropped before delete on audit begin select raise(abort, 'audit entries are never dropped'); end;
        """;

    private const string Third = """
        alter table journal add column reported text;
        alter table runs add column reported text;

        create table memory (
            destination text not null,
            key         text not null,
            value       text not null,
            primary key (destination, key)) without rowid;
        """;

    private const string Fourth = "alter table runs add column rows integer";

    private const string Fifth = "alter table row_exceptions add column due text";

    /// <summary>Brings the file to this version; one that is there already is only read.</summary>
    public static void Migrate(SqliteConnection connection, string path)
    {
        if (IsCurrent(connection, path))
            return;
        using var transaction = connection.BeginTransaction(deferred: false);
        // Looked at again with the lock, as several processes may do this at once.
        if (IsCurrent(connection, path))
            return;
        for (var next = VersionOf(connection); next < Migrations.Length; next++)
            connection.Execute(Migrations[next]);
        connection.Execute($"pragma user_version = {Migrations.Length}; pragma application_id = {ApplicationId}");
        transaction.Commit();
    }

    private static int VersionOf(SqliteConnection connection) => connection.ExecuteScalar<int>("pragma user_version");

    private static bool IsCurrent(SqliteConnection connection, string path)
    {
        var (version, known) = (VersionOf(connection), Migrations.Length);
        RefuseForeign(connection, path, version);
        if (version > known)
            throw new ControlStoreException(
                $"control store {path}: its schema is version {version}, this program knows versions up to {known}. "
                + "Use the newer program that wrote it, or name another file in state.path.");
        return version == known;
    }

    private static void RefuseForeign(SqliteConnection connection, string path, int version)
    {
        var isEmpty = version == 0 && connection.ExecuteScalar<long>("select count(*) from sqlite_master") == 0;
        if (!isEmpty && connection.ExecuteScalar<long>("pragma application_id") != ApplicationId)
            throw new ControlStoreException(
                $"control store {path}: this is a database of another program. Name another file in state.path.");
    }
}
