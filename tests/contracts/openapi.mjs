// Requests against OpenAPI documents. Prism routes and validates in this process; what it passes over in silence is found here.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { load, CORE_SCHEMA } from 'js-yaml';
import { prepare } from './prepare.mjs';
import { unchecked } from './unchecked.mjs';

const require = createRequire(import.meta.url);
const { createInstance, getHttpOperationsFromSpec } = require('@stoplight/prism-http');
const { validateInput } = require('@stoplight/prism-http/dist/validator');

const ERROR = 0;
const FORM = 'application/x-www-form-urlencoded';
const logger = { child: () => logger, info() {}, success() {}, warn() {}, error() {}, debug() {} };

/** Takes of each document only the paths that are asked for: some are too large to be had whole. */
export async function open(files, requests) {
    const operations = [];
    for (const file of files) {
        const document = load(readFileSync(file, 'utf8'), { schema: CORE_SCHEMA });
        if (!document?.openapi)
            continue;
        const base = new URL(document.servers?.[0]?.url ?? '/', 'http://vendor').pathname.replace(/\/$/, '');
        const paths = Object.entries(document.paths).filter(([path]) => requests.some(request => matches(path, below(base, request.path))));
        if (paths.length > 0) {
            const slice = prepare({ ...document, paths: Object.fromEntries(paths) });
            operations.push(...(await getHttpOperationsFromSpec(slice)).map(operation => ({ ...operation, base })));
        }
    }
    return { check: request => check(operations, request) };
}

async function check(operations, request) {
    let operation;
    const prism = createInstance(
        { validateRequest: true, validateResponse: false, checkSecurity: true, errors: true, isProxy: false },
        {
            logger,
            validateInput: asked => validateInput(Object.assign(asked, { resource: operation = asked.resource })),
            // Nobody asks for the answer, and some documents' examples make none.
            mock: () => () => () => ({ _tag: 'Right', right: { statusCode: 200 } }),
        });
    const candidates = operations.filter(candidate => matches(candidate.path, below(candidate.base, request.path)));
    if (candidates.length === 0)
        return ['no document has this path'];

    unchecked.length = 0;
    const query = Object.fromEntries([...new Set(request.query.keys())].map(name => [name, single(request.query.getAll(name))]));
    const answer = await prism.request({
        method: request.method.toLowerCase(),
        url: { path: below(candidates[0].base, request.path).split('/').map(encodeURIComponent).join('/'), query },
        headers: { ...request.headers, 'content-length': String(request.bytes.length) },
        body: request.body,
    }, candidates)();
    if (answer._tag === 'Left')
        return [answer.left.detail ?? answer.left.message];
    const errors = answer.right.validations.input.filter(found => found.severity === ERROR).map(found => found.message);
    return [...errors, ...unknown(operation, request), ...unchecked];
}

// Where a document names parameters, it names all of them; Prism looks only at those.
function* unknown(operation, request) {
    const named = operation.request?.query ?? [];
    for (const name of request.query.keys()) {
        if (!named.some(parameter => name === parameter.name || (parameter.style === 'deepObject' && name.startsWith(`${parameter.name}[`))))
            yield `the query has ${name}, which the document does not name`;
    }
    const form = operation.request?.body?.contents?.find(content => content.mediaType === FORM)?.schema;
    if (form?.properties && request.headers['content-type']?.startsWith(FORM)) {
        for (const name of new URLSearchParams(request.text).keys()) {
            if (!(name in form.properties))
                yield `the form has ${name}, which the document does not name`;
        }
    }
}

const single = values => values.length === 1 ? values[0] : values;
const below = (base, path) => base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length) : path;

function matches(template, path) {
    const pattern = template.split(/\{[^}]+\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^/]+');
    return new RegExp(`^${pattern}$`).test(path);
}
