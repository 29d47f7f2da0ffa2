// Requests against protos, as Google's servers read JSON: the service's annotations give method and path, the messages the fields.
import { dirname, join, basename } from 'node:path';
import { existsSync } from 'node:fs';
import protobuf from 'protobufjs';

const VERBS = ['get', 'post', 'put', 'patch', 'delete'];
// What every Google API takes besides.
const COMMON = ['alt', 'fields', 'key', 'prettyPrint', 'quotaUser'];
const INTEGERS = { int32: [-(2n ** 31n), 2n ** 31n - 1n], uint32: [0n, 2n ** 32n - 1n], int64: [-(2n ** 63n), 2n ** 63n - 1n], uint64: [0n, 2n ** 64n - 1n] };
Object.assign(INTEGERS, { sint32: INTEGERS.int32, sfixed32: INTEGERS.int32, fixed32: INTEGERS.uint32, sint64: INTEGERS.int64, sfixed64: INTEGERS.int64, fixed64: INTEGERS.uint64 });
const KNOWN = {
    '.google.protobuf.Timestamp': text => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
    '.google.protobuf.Duration': text => /^-?\d+(\.\d{1,9})?s$/.test(text),
    '.google.protobuf.FieldMask': text => /^([a-z][a-zA-Z0-9]*)([.,][a-z][a-zA-Z0-9]*)*$/.test(text),
};

export function open(files) {
    const root = new protobuf.Root();
    // The files lie flat. Definitions of annotations are not needed to read annotations.
    root.resolvePath = (origin, name) => {
        if (origin === '')
            return name;
        const beside = join(dirname(files[0]), basename(name));
        return existsSync(beside) ? beside : null;
    };
    root.loadSync(files, { keepCase: true }).resolveAll();
    const methods = [...everything(root)].filter(found => found instanceof protobuf.Method).flatMap(rules);
    return { check: request => check(methods, request) };
}

function* everything(node) {
    yield node;
    for (const inner of [...node.nestedArray ?? [], ...node.methodsArray ?? []])
        yield* everything(inner);
}

function rules(method) {
    const given = (method.parsedOptions ?? []).map(option => option['(google.api.http)']).filter(rule => rule);
    return given.flatMap(rule => [rule, ...[rule.additional_bindings ?? []].flat()]).map(rule => {
        const verb = VERBS.find(word => word in rule);
        const bound = [];
        const pattern = rule[verb].split(/(\{[^}]+\})/).map(part => {
            if (!part.startsWith('{'))
                return escape(part);
            const [name, segments = '*'] = part.slice(1, -1).split('=');
            bound.push(name);
            return escape(segments).replaceAll('\\*\\*', '.+').replaceAll('\\*', '[^/:]+');
        }).join('');
        return { verb, path: new RegExp(`^${pattern}$`), bound, body: rule.body, message: method.resolvedRequestType };
    });
}

function check(methods, request) {
    const here = methods.filter(method => method.path.test(request.path));
    const method = here.find(candidate => candidate.verb === request.method.toLowerCase());
    if (method === undefined)
        return [here.length === 0 ? 'no service has this path' : `the path takes ${here.map(other => other.verb.toUpperCase()).join(', ')}`];

    const wrong = [];
    const given = new Set(method.bound.map(name => name.split('.')[0]));
    for (const [name, value] of request.query) {
        given.add(queried(method, name, value, wrong)?.name);
    }
    if (method.body === undefined && request.body !== undefined)
        wrong.push('the method takes no body');
    else if (method.body !== undefined && !(request.isJson && request.body !== undefined))
        wrong.push('the method takes JSON');
    else if (method.body === '*')
        message(method.message, request.body, '', wrong, given);
    else if (method.body !== undefined)
        message(method.message.fields[method.body].resolvedType, request.body, '', wrong, new Set(method.bound.filter(name => name.startsWith(`${method.body}.`)).map(name => name.split('.')[1])));
    if (method.body !== '*')
        missing(method.message, new Set([...given, method.body]), '', wrong);
    return wrong;
}

function queried(method, name, text, wrong) {
    if (COMMON.includes(name))
        return undefined;
    let type = method.message, field, first;
    for (const part of name.split('.')) {
        field = type?.fieldsArray && find(type, part)?.resolve();
        if (!field) {
            wrong.push(`the query has ${name}, which ${method.message.name} does not have`);
            return undefined;
        }
        first ??= field;
        type = field.resolvedType;
    }
    const value = field.type === 'bool' && (text === 'true' || text === 'false') ? text === 'true' : text;
    single(field, value, name, wrong);
    return first;
}

/** Field by field: what fromObject of the library passes over is what matters here. */
function message(type, value, path, wrong, elsewhere = new Set()) {
    if (type.fullName in KNOWN) {
        if (typeof value !== 'string' || !KNOWN[type.fullName](value))
            wrong.push(`${path} must be a ${type.name} as text, but is ${shown(value)}`);
        return;
    }
    if (type.fullName === '.google.protobuf.Struct' || type.fullName === '.google.protobuf.Value' || type.fullName === '.google.protobuf.Any')
        return;
    if (type.fullName.startsWith('.google.protobuf.') && type.name.endsWith('Value')) {
        single(type.fields.value.resolve(), value, path, wrong);
        return;
    }
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        wrong.push(`${path || 'the body'} must be an object (${type.name}), but is ${shown(value)}`);
        return;
    }

    const given = new Set(elsewhere);
    const chosen = new Map();
    for (const [name, inner] of Object.entries(value)) {
        const at = path === '' ? name : `${path}.${name}`;
        const field = find(type, name)?.resolve();
        if (field === undefined) {
            wrong.push(`${at}: ${type.name} has no such field`);
            continue;
        }
        // To a proto, null is a field that is not there.
        if (inner === null)
            continue;
        if (given.has(field.name))
            wrong.push(`${at} is given twice`);
        given.add(field.name);
        if (behaviours(field).includes('OUTPUT_ONLY'))
            wrong.push(`${at} is not for requests`);
        if (field.partOf && chosen.has(field.partOf))
            wrong.push(`${at} cannot be there beside ${chosen.get(field.partOf)}: one of ${field.partOf.name}`);
        chosen.set(field.partOf, name);
        valued(field, inner, at, wrong);
        if (Array.isArray(inner) && inner.length === 0)
            given.delete(field.name);
    }
    missing(type, given, path, wrong);
}

function missing(type, given, path, wrong) {
    for (const field of type.fieldsArray) {
        if (behaviours(field).includes('REQUIRED') && !given.has(field.name))
            wrong.push(`${path === '' ? '' : `${path}.`}${camel(field)} is required`);
    }
}

function valued(field, value, path, wrong) {
    if (field.map) {
        if (value === null || typeof value !== 'object' || Array.isArray(value))
            wrong.push(`${path} must be an object, but is ${shown(value)}`);
        else
            Object.entries(value).forEach(([key, inner]) => single(field, inner, `${path}.${key}`, wrong));
    } else if (field.repeated) {
        if (Array.isArray(value))
            value.forEach((inner, at) => single(field, inner, `${path}[${at}]`, wrong));
        else
            wrong.push(`${path} must be a list, but is ${shown(value)}`);
    } else {
        single(field, value, path, wrong);
    }
}

function single(field, value, path, wrong) {
    const type = field.resolvedType;
    if (type instanceof protobuf.Enum) {
        if (typeof value !== 'string' || !(value in type.values))
            wrong.push(`${path} must be a name of ${type.name}, but is ${shown(value)}`);
    } else if (type) {
        message(type, value, path, wrong);
    } else if (!isScalar(field.type, value)) {
        wrong.push(`${path} must be ${field.type}, but is ${shown(value)}`);
    }
}

function isScalar(type, value) {
    switch (type) {
        case 'string': return typeof value === 'string';
        case 'bool': return typeof value === 'boolean';
        case 'bytes': return typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value);
        case 'double':
        case 'float': return typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(value) || (typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value));
        default: {
            const [least, most] = INTEGERS[type];
            return /^-?\d+$/.test(typeof value === 'number' || typeof value === 'string' ? String(value) : '') && BigInt(value) >= least && BigInt(value) <= most;
        }
    }
}

const find = (type, name) => type.fieldsArray.find(field => field.name === name || camel(field) === name);
const camel = field => field.options?.json_name ?? field.name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const behaviours = field => (field.parsedOptions ?? []).flatMap(option => option['(google.api.field_behavior)'] ?? []);
const shown = value => JSON.stringify(value)?.slice(0, 60);
const escape = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
