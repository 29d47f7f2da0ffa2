// Names: Snowflake keeps those without quotes in upper case and tells cases apart; DuckDB does neither.

// Behind it stands which letters are small; DuckDB's names have it, Snowflake's never.
const MARK = '\uE000';

/** The name that an identifier means; undefined where a node is none. */
export function resolved(node) {
    if (node === null || typeof node?.name !== 'string' || typeof node.quoted !== 'boolean' || 'args' in node)
        return undefined;
    return node.quoted ? node.name : node.name.toUpperCase();
}

/** Gives every identifier the name that DuckDB knows it by, quoted. Two names that differ in case only stay two. */
export function mangle(node) {
    if (Array.isArray(node))
        return node.map(mangle);
    if (node === null || typeof node !== 'object')
        return node;
    const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, mangle(value)]));
    const name = resolved(node);
    return name === undefined ? copy : { ...copy, name: inDuckDb(name), quoted: true };
}

function inDuckDb(name) {
    const small = [...name].map(letter => letter === letter.toUpperCase() ? '0' : '1').join('');
    return small.includes('1') ? name + MARK + small : name;
}

/** Line and position of a character. */
export function place(sql, index) {
    const before = [...sql].slice(0, index).join('').split('\n');
    return { line: before.length, position: before.at(-1).length };
}
