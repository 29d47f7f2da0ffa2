-- Functions of Snowflake's that DuckDB can define in SQL, and some that only tell of the session.
create or replace macro sf_variant(x) as to_json(x);
-- DuckDB keeps the quotes of a text that is JSON, and writes no zero before the point of a decimal without digits there.
create or replace macro sf_text(x) as case when typeof(x) = 'JSON' then x::varchar ->> '$' when typeof(x) like 'DECIMAL%' then regexp_replace(x::varchar, '^(-?)\.', '\10.') else x::varchar end;
create or replace macro sf_datediff(part, a, b) as date_diff(part, a::timestamp, b::timestamp);
create or replace macro sf_typeof(x) as typeof(x);
create or replace macro current_warehouse() as getvariable('warehouse');
create or replace macro current_role() as getvariable('role');
create or replace macro current_account() as getvariable('account');
create or replace macro startswith(x, y) as starts_with(x, y);
create or replace macro endswith(x, y) as ends_with(x, y);
create or replace macro sha2(x) as sha256(x), (x, bits) as sha256(x);
create or replace macro hex_encode(x) as hex(x);
create or replace macro to_binary(x, f) as unhex(x);
create or replace macro try_parse_json(x) as try_cast(x as json);
create or replace macro st_asgeojson(x) as x;
