// Translates one query to DuckDB's SQL. On stdin {"sdk", "from", "sql"}: the path of @polyglot-sql/sdk, the dialect, the query; on stdout
// {"sql"}, or {"error", "line"}.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const { sdk, from, sql } = JSON.parse(readFileSync(0, 'utf8'));
const { transpile } = await import(pathToFileURL(sdk));
const made = transpile(sql, from, 'duckdb', { unsupportedLevel: 'raise' });
const answer = !made.success ? { error: made.error, line: made.errorLine ?? 1 }
    : made.sql.length !== 1 ? { error: `one query was given, ${made.sql.length} were read`, line: 1 }
    : { sql: made.sql[0] };
process.stdout.write(JSON.stringify(answer));
