// Translates Snowflake's SQL to DuckDB's. A request a line on stdin, an answer a line on stdout:
//   {"sql"}          -> {"statements":[{"kind","sql","target","inner"}]} or {"error":{"message","line","position"}}
//   {"sql","locate"} -> {"line","position"} of the first place with that name, or {}
// Lines count from 1, positions from 0, as Snowflake counts them.
import { createInterface } from 'node:readline';
import { parse, generate, transpile } from '@polyglot-sql/sdk';
import { mangle, resolved, place } from './names.mjs';
import { rewrite } from './rewrites.mjs';

// Rows that are lists of texts.
const FLATTENED = /UNNEST\(INPUT => JSON\((\?)\)\) AS ("[^"]+")/g;
const SOURCE = 'cdp_merge_source';
// What the parser does not know, and what makes no difference here.
const RETENTION = /(^|;)(\s*create\s+(?:transient\s+)?schema\b[^;]*?)(\bdata_retention_time_in_days\s*=\s*\d+)/gi;
const EXPLAIN = /^\s*explain\s+(?:using\s+(tabular|json|text)\s+)?/i;

function read(text) {
    const sql = text.replace(RETENTION, (_, before, schema, retention) => before + schema + ' '.repeat(retention.length));
    const parsed = parse(sql, 'snowflake');
    if (parsed.success)
        return { ast: parsed.ast };
    const unexpected = sql.slice(parsed.errorStart ?? 0, parsed.errorEnd ?? 0);
    const at = place(sql, parsed.errorStart ?? 0);
    return { error: { ...at, message: `syntax error line ${at.line} at position ${at.position} unexpected '${unexpected || '<EOF>'}'.` } };
}

function write(ast) {
    const snowflake = generate([ast], 'snowflake');
    if (!snowflake.success)
        throw new Error(snowflake.error);
    const duckdb = transpile(snowflake.sql[0], 'snowflake', 'duckdb');
    if (!duckdb.success)
        throw new Error(duckdb.error);
    return duckdb.sql[0].replace(FLATTENED, (_, list, alias) => `(SELECT UNNEST(CAST(CAST(${list} AS JSON) AS TEXT[][])) AS "VALUE") AS ${alias}`);
}

// Nothing inside of a MERGE is translated, so what it reads is translated by itself.
function writeMerge(ast) {
    const source = ast.merge.using.subquery;
    if (!source)
        return write(ast);
    const [{ select }] = parse(`select 1 from ${SOURCE}`, 'snowflake').ast;
    const [{ table }] = select.from.expressions;
    const merge = write({ merge: { ...ast.merge, using: { table: { ...table, alias: source.alias, alias_explicit_as: true, column_aliases: source.column_aliases } } } });
    return merge.replace(SOURCE, () => `(${write(source.this)})`);
}

const nameOf = node => resolved(node) ?? (node?.name && nameOf(node.name));

function statement(ast) {
    const [[kind, body]] = Object.entries(ast);
    const rewritten = mangle(rewrite(ast));
    return { kind, target: nameOf(body), sql: kind === 'merge' ? writeMerge(rewritten) : write(rewritten) };
}

function translate(sql) {
    const explain = EXPLAIN.exec(sql);
    if (explain) {
        // The blanks keep every place where it is.
        const { ast, error } = read(' '.repeat(explain[0].length) + sql.slice(explain[0].length));
        return error ? { error } : { statements: [{ kind: 'explain', target: (explain[1] ?? 'tabular').toLowerCase(), sql: write(mangle(rewrite(ast[0]))) }] };
    }
    const { ast, error } = read(sql);
    return error ? { error } : { statements: ast.map(statement) };
}

function locate(sql, name) {
    const parsed = parse(sql.replace(EXPLAIN, found => ' '.repeat(found.length)), 'snowflake');
    const found = [];
    const visit = node => {
        if (Array.isArray(node))
            node.forEach(visit);
        else if (node !== null && typeof node === 'object') {
            if (resolved(node) === name && node.span)
                found.push(node.span.start);
            Object.values(node).forEach(visit);
        }
    };
    visit(parsed.ast);
    return found.length > 0 ? place(sql, Math.min(...found)) : {};
}

for await (const line of createInterface({ input: process.stdin })) {
    const { sql, locate: name } = JSON.parse(line);
    let answer;
    try {
        answer = name === undefined ? translate(sql) : locate(sql, name);
    } catch (error) {
        answer = { error: { line: 1, position: 0, message: `the emulator cannot translate this: ${error.message}` } };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
}
