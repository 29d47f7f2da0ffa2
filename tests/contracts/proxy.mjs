// proxy.mjs DOCUMENT UPSTREAM: stands before a service and holds what goes to and fro against its OpenAPI document. Prints the port, then a
// line for each exchange: {"method","path","operation","status","violations"}. It forwards whatever it finds.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { unchecked } from './unchecked.mjs';

const require = createRequire(import.meta.url);
const { createInstance, getHttpOperationsFromSpec } = require('@stoplight/prism-http');
const { default: route } = require('@stoplight/prism-http/dist/router');
const logger = { child: () => logger, info() {}, success() {}, warn() {}, error() {}, debug() {} };
// Hints are for people: that an answer lists no example, and the like.
const ERROR = 0;

async function main([document, upstream]) {
    const operations = await getHttpOperationsFromSpec(JSON.parse(readFileSync(document, 'utf8')));
    const server = createServer((request, response) => exchange(operations, new URL(upstream), request, response).catch(error => {
        console.error(error);
        response.writeHead(502).end();
    }));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
}

async function exchange(operations, upstream, request, response) {
    const input = await read(request);
    // One at a time, as what could not be checked is noted in one place.
    const answer = await (last = last.then(() => judge(operations, upstream, input)));
    console.log(JSON.stringify({ method: request.method, path: request.url, operation: answer.operation, status: answer.output.statusCode, violations: answer.violations }));
    const { 'content-length': _, 'content-encoding': __, ...headers } = answer.output.headers;
    const body = typeof answer.output.body === 'string' ? answer.output.body : JSON.stringify(answer.output.body ?? '');
    response.writeHead(answer.output.statusCode, headers).end(body);
}

let last = Promise.resolve();

async function judge(operations, upstream, input) {
    unchecked.length = 0;
    let operation;
    const prism = createInstance(
        { isProxy: true, upstream, validateRequest: true, validateResponse: true, checkSecurity: true, errors: false },
        {
            logger,
            route: asked => {
                const found = route(asked);
                operation = found._tag === 'Right' ? `${found.right.method.toUpperCase()} ${found.right.path}` : undefined;
                return found;
            },
        });
    const answer = await prism.request(input, operations)();
    if (answer._tag === 'Left')
        throw answer.left;
    const { output, validations } = answer.right;
    const found = [...validations.input.map(told('request')), ...validations.output.map(told('answer'))].filter(text => text !== undefined);
    return { operation, output, violations: [...found, ...(operation ? [] : ['the document has no such operation']), ...unchecked] };
}

const told = side => ({ severity, path, message }) => severity === ERROR ? `${side} ${(path ?? []).join('.')}: ${message}` : undefined;

async function read(request) {
    const chunks = [];
    for await (const chunk of request)
        chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url, 'http://here');
    return {
        method: request.method.toLowerCase(),
        url: { path: url.pathname, query: Object.fromEntries(url.searchParams) },
        headers: request.headers,
        body: text === '' ? undefined : parsed(text),
    };
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

main(process.argv.slice(2));
