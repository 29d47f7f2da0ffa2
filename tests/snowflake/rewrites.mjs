// What the translation leaves as it is, although DuckDB has it not or has it otherwise. Applied to the tree of Snowflake's SQL, after it was
// parsed as Snowflake's: types that are another type's names, and functions. Functions that DuckDB can define in SQL stand in macros.sql.
import { parse } from '@polyglot-sql/sdk';

const FORMAT = [
    ['YYYY', '%Y'], ['MM', '%m'], ['DD', '%d'], ['HH24', '%H'], ['MI', '%M'], ['SS', '%S'],
    ['FF9', '%n'], ['FF6', '%f'], ['FF3', '%g'], ['"T"', 'T'], ['TZHTZM', '%z'],
];

const TYPES = [
    [/^TIMESTAMP_?NTZ\(9\)$/, 'TIMESTAMP_NS'], [/^(TIMESTAMP_?NTZ|DATETIME)\b/, 'TIMESTAMP'], [/^TIMESTAMP_?L?TZ\b/, 'TIMESTAMPTZ'],
    [/^(VARIANT|OBJECT|ARRAY|GEOGRAPHY|GEOMETRY|MAP)\b/, 'JSON'], [/^(INT|INTEGER|BIGINT|SMALLINT|TINYINT|BYTEINT)$/, 'NUMBER(38, 0)'],
];

const FUNCTIONS = {
    // Snowflake's is signed; that two values that are equal have the same is DuckDB's word here, not Snowflake's.
    HASH: args => build('cast(cast(HASH(_all) as number(38,0)) - 9223372036854775808 as number(19,0))', args.map(hashable)),
    HASH_AGG: args => build('cast(sum(cast(HASH(_all) as number(38,0))) % 18446744073709551616 - 9223372036854775808 as number(19,0))', args.map(hashable)),
    // DuckDB takes no decimal for a place, and no number for a text.
    SPLIT_PART: args => build('SPLIT_PART(_, _, cast(_ as bigint))', args),
    LPAD: args => build('LPAD(SF_TEXT(_), _, _)', args),
    BOOLOR_AGG: args => build('BOOL_OR(_)', args),
    TO_VARCHAR: written,
    TO_CHAR: written,
    TO_TIMESTAMP_TZ: instant,
    TO_TIMESTAMP_LTZ: instant,
    // The translation would make it empty.
    OBJECT_CONSTRUCT: args => { if (args.some(arg => arg.star)) throw new Error('OBJECT_CONSTRUCT(*)'); },
    DATEADD: added,
    TIMESTAMPADD: added,
    TO_VARIANT: args => build('SF_VARIANT(_)', args),
    SYSTEM$TYPEOF: args => build('SF_TYPEOF(_)', args),
};

/** The tree with all of it replaced. */
export function rewrite(node) {
    if (Array.isArray(node))
        return node.map(rewrite);
    if (node === null || typeof node !== 'object')
        return node;
    // The translation would cut both to dates.
    if (node.date_diff)
        return build('SF_DATEDIFF(_, _, _)', [text(node.date_diff.unit.toLowerCase()), rewrite(node.date_diff.expression), rewrite(node.date_diff.this)]);
    if (node.cast && /^(VARIANT|OBJECT)$/.test(node.cast.to?.name ?? ''))
        return build('SF_VARIANT(_)', [rewrite(node.cast.this)]);
    if (/^(var_char|text|char|string)$/.test(node.cast?.to?.data_type ?? ''))
        return build('SF_TEXT(_)', [rewrite(node.cast.this)]);
    if (typeof node.data_type === 'string')
        return type(node);
    if (node.cast?.this?.literal?.literal_type === 'string')
        return { cast: { ...node.cast, this: time(node.cast.this), to: type(node.cast.to) } };
    if (node.truncate)
        return emptied(node.truncate.table);
    if (node.tuple?.expressions?.[0]?.var?.this === 'UPDATE')
        node.tuple.expressions[1].tuple.expressions.forEach(unqualify);
    const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, rewrite(value)]));
    const call = copy.function ?? copy.aggregate_function;
    return FUNCTIONS[call?.name?.toUpperCase()]?.(call.args, call) ?? copy;
}

function type(node) {
    const name = node.data_type === 'custom' ? node.name.toUpperCase()
        : node.data_type === 'timestamp' ? (node.timezone ? 'TIMESTAMPTZ' : node.precision === 9 ? 'TIMESTAMPNTZ(9)' : 'TIMESTAMPNTZ')
        : node.data_type.replaceAll('_', '').toUpperCase();
    const [, other] = TYPES.find(([pattern]) => pattern.test(name)) ?? [];
    return other ? { data_type: 'custom', name: other } : node;
}

const text = value => ({ literal: { literal_type: 'string', value } });

// In a MERGE, DuckDB takes no table before a column that is set.
function unqualify({ eq }) {
    if (eq?.left.column)
        eq.left.column.table = null;
}

// DuckDB takes no blank before an offset.
function time(node) {
    const value = node.literal?.value;
    return value === undefined ? node : { literal: { ...node.literal, value: value.replace(/(\d) ([+-]\d\d:?\d\d)$/, '$1$2') } };
}

// The translation makes an interval of the number, and of a negative one none that DuckDB reads.
function added([unit, number, ...rest], node) {
    return { function: { ...node, args: [unit, { paren: { this: number, trailing_comments: [] } }, ...rest] } };
}

function written([value, format]) {
    if (format === undefined)
        return build('SF_TEXT(_)', [value]);
    if (format.literal === undefined)
        return undefined;
    const pattern = FORMAT.reduce((written, [snowflake, duckdb]) => written.replaceAll(snowflake, duckdb), format.literal.value);
    // DuckDB writes no TIME by a format.
    return build(pattern.includes('%Y') ? 'STRFTIME(_, _)' : "STRFTIME(cast('1970-01-01' as date) + _, _)", [value, text(pattern)]);
}

function instant([value, format]) {
    return format === undefined ? undefined : build('cast(_ as TIMESTAMPTZ)', [time(value)]);
}

// Of numbers with more than 64 bits DuckDB makes the same hash for 0 and -1; not of their text.
const hashable = arg => arg.star ? arg : build('cast(_ as varchar)', [arg]);

// An expression with arguments for each _ in their order, or all of them for _all.
function build(template, args) {
    const left = [...args];
    const fill = node => {
        if (Array.isArray(node))
            return node.flatMap(item => item?.column?.name?.name === '_all' ? args : [fill(item)]);
        if (node === null || typeof node !== 'object')
            return node;
        return node.column?.name?.name === '_' ? left.shift() : Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value)]));
    };
    return fill(parse(`select ${template}`, 'snowflake').ast[0].select.expressions[0]);
}

function emptied(table) {
    const [ast] = parse('delete from x', 'snowflake').ast;
    return { delete: { ...ast.delete, table } };
}
