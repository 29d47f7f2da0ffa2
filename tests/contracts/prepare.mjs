// Repairs of OpenAPI documents: what vendors write that validators refuse or leave open.

/** A document that Prism can validate against, and that knows of each object which names it may have. */
export function prepare(document) {
    const repaired = repair(document);
    close(repaired);
    return repaired;
}

function repair(node) {
    if (Array.isArray(node))
        return node.map(repair);
    if (node === null || typeof node !== 'object')
        return node;
    const repaired = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, repair(value)]));
    return typeof repaired.nullable === 'boolean' && !('type' in repaired) ? nullable(repaired) : repaired;
}

// Without a type the word means nothing to a validator, or stops it. What it refers to is meant, or null.
function nullable({ nullable: isNullable, ...schema }) {
    const isComposed = ['$ref', 'allOf', 'anyOf', 'oneOf', 'enum'].some(word => word in schema);
    return isNullable && isComposed ? { anyOf: [schema, { enum: [null] }] } : schema;
}

// Objects may have more names than a document has, by the standard. Here a name that it does not have is a typing error of ours. Open stay
// alternatives beside properties, as none knows all names, and objects whose own example has other names. Prism merges the parts of an allOf.
function close(document) {
    const objects = new Set();
    const parts = new Set();
    const target = schema => schema?.$ref ? target(schema.$ref.slice(2).split('/').reduce(
        (node, name) => node?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], document)) : schema;
    const visit = reference => {
        const schema = target(reference);
        if (schema === null || typeof schema !== 'object' || objects.has(schema))
            return;
        objects.add(schema);
        for (const part of schema.properties ? [...schema.anyOf ?? [], ...schema.oneOf ?? []] : [])
            parts.add(target(part));
        for (const below of [...schema.allOf ?? [], ...schema.anyOf ?? [], ...schema.oneOf ?? [], schema.items, schema.additionalProperties, ...Object.values(schema.properties ?? {})])
            visit(below);
    };
    for (const operation of Object.values(document.paths).flatMap(path => Object.values(path ?? {}))) {
        for (const content of Object.values(target(operation?.requestBody)?.content ?? {}))
            visit(content.schema);
    }
    for (const schema of objects) {
        const isWhole = !parts.has(schema) && !schema.allOf && !schema.anyOf && !schema.oneOf;
        const isOpen = schema.additionalProperties !== undefined || Object.keys(schema.example ?? {}).some(name => !(name in (schema.properties ?? {})));
        if (isWhole && !isOpen && schema.properties)
            schema.additionalProperties = false;
    }
}
