namespace ReverseEtl.State.Postgres;

/// <summary>The tables, version by version. What was published is never changed.</summary>
internal static class PostgresTables
{
    // Collation C: names are compared exactly, and ordered as in every other store.
    public const string First = """
        create table cdp.control_store (version integer not null);
        insert into cdp.control_store values (0);

        create table cdp.scopes (
            scope       integer          not null generated always as identity primary key,
            project     text collate "C" not null,
            environment text collate "C" not null,  -- empty: none was chosen
            unique (project, environment));

        create table cdp.leases (
            scope      integer          not null,
            sync       text collate "C" not null,
            fence      bigint           not null,
            holder     text collate "C",            -- null: released
            expires_at timestamptz      not null,
            taking     uuid             not null,   -- names the call that took it
            primary key (scope, sync));

        create table cdp.runs (
            scope       integer          not null,
            run_id      text collate "C" not null,
            sync        text collate "C" not null,
            status      text collate "C" not null,
            as_of       timestamptz      not null,
            finished_at timestamptz,
            added       bigint           not null,
            changed     bigint           not null,
            removed     bigint           not null,
            resent      bigint           not null,
            accepted    bigint           not null,
            rejected    bigint           not null,
            unknown     bigint           not null,
            quarantined bigint           not null,
            waiting     bigint           not null,
            reported    text,
            guard       text,
            error       text,
            duration_ms bigint           not null,
            primary key (scope, run_id));
        create unique index one_open_run on cdp.runs (scope, sync) where status = 'Running';
        create index runs_of_sync on cdp.runs (scope, sync, as_of desc, run_id desc);
        create index runs_newest on cdp.runs (scope, as_of desc, run_id desc);

        create table cdp.journal (
            scope     integer          not null,
            run_id    text collate "C" not null,
            operation text collate "C" not null,
            seq_from  bigint           not null,
            seq_to    bigint           not null,
            rows      integer          not null,
            state     text collate "C" not null,    -- Intended, Done or Withdrawn
            reported  text,
            primary key (scope, run_id, operation, seq_from));

        create table cdp.row_exceptions (
            scope     integer          not null,
            run_id    text collate "C" not null,
            operation text collate "C" not null,
            seq       bigint           not null,
            key       text             not null,
            kind      text collate "C" not null,
            code      text,
            message   text,
            primary key (scope, run_id, operation, seq));

        create table cdp.rejected (
            scope    integer          not null,
            sync     text collate "C" not null,
            key_hash bytea            not null,     -- SHA-256: a key may be longer than an index takes
            key      text collate "C" not null,
            code     text             not null,
            message  text             not null,
            attempts integer          not null,
            first_at timestamptz      not null,
            last_at  timestamptz      not null,
            last_run text collate "C" not null,
            primary key (scope, sync, key_hash));
        create index rejected_newest on cdp.rejected (scope, sync, last_at desc);

        create table cdp.quarantine (
            scope    integer          not null,
            sync     text collate "C" not null,
            position bigint           not null,
            key      text             not null,
            reason   text             not null,
            rows     bigint           not null,
            primary key (scope, sync, position));

        create table cdp.memory (
            scope       integer          not null,
            destination text collate "C" not null,
            key_hash    bytea            not null,
            key         text             not null,
            value       text             not null,
            primary key (scope, destination, key_hash));

        create table cdp.audit (
            number bigint           not null generated always as identity primary key,
            scope  integer          not null,
            at     timestamptz      not null,
            sync   text collate "C" not null,
            run_id text,
            who    text             not null,
            action text             not null,
            detail text             not null,
            entry  uuid             not null unique);
        create function cdp.audit_is_kept() returns trigger language plpgsql as
            $$ begin raise exception 'audit entries are never changed and never dropped'; end $$;
        create trigger audit_is_kept before update or delete or truncate on cdp.audit execute function cdp.audit_is_kept();
        """;

    // Instants are milliseconds since 1970: what is done with them is arithmetic.
    public const string Second = """
        create table cdp.request_budgets (
            scope        integer          not null,
            account      text collate "C" not null,
            ends         bigint[]         not null default '{}',  -- of slices of time,
            requests     bigint[]         not null default '{}',  -- and how many were let through in each
            paused_until bigint           not null default 0,
            primary key (scope, account)) with (fillfactor = 50);

        create function cdp.milliseconds() returns bigint language sql volatile as
            $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;

        create function cdp.take_requests(
            of_scope integer, of_account text, budget bigint, period bigint, slice bigint, wanted bigint, at bigint,
            out granted bigint, out wait bigint) language plpgsql as $$
        declare
            stored cdp.request_budgets;
            known cdp.request_budgets;
            instant bigint;
            current_end bigint;
            spent bigint;
        begin
            insert into cdp.request_budgets (scope, account) values (of_scope, of_account) on conflict do nothing;
            select * into strict stored from cdp.request_budgets where scope = of_scope and account = of_account for update;
            -- Behind the lock, so that instants are in the order of what is granted.
            instant := coalesce(at, cdp.milliseconds());
            current_end := (instant / slice + 1) * slice;
            -- What a clock that was set back makes look later counts as of now.
            select coalesce(array_agg(slices.ends order by slices.ends), '{}'), coalesce(array_agg(slices.requests order by slices.ends), '{}'),
                coalesce(sum(slices.requests), 0)
            into known.ends, known.requests, spent
            from (
                select least(was.ends, current_end) as ends, sum(was.requests)::bigint as requests
                from unnest(stored.ends, stored.requests) as was (ends, requests) group by 1) as slices
            where slices.ends + period > instant;

            granted := case when stored.paused_until > instant then 0 else greatest(0, least(wanted, budget - spent)) end;
            if granted > 0 then
                if known.ends[cardinality(known.ends)] = current_end then
                    known.requests[cardinality(known.ends)] := known.requests[cardinality(known.ends)] + granted;
                else
                    known.ends := known.ends || current_end;
                    known.requests := known.requests || granted;
                end if;
            end if;
            if (known.ends, known.requests) is distinct from (stored.ends, stored.requests) then
                update cdp.request_budgets set ends = known.ends, requests = known.requests where scope = of_scope and account = of_account;
            end if;
            wait := case when granted = wanted then 0
                else greatest(stored.paused_until - instant, case when spent + granted >= budget then known.ends[1] + period - instant end) end;
        end $$;
        """;

    public const string Third = "alter table cdp.runs add column rows bigint";

    public const string Fourth = "alter table cdp.row_exceptions add column due timestamptz";
}
