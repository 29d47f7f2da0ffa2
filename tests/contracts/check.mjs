// check.mjs FOLDER REQUESTS: holds requests against the contract in a folder, which has OpenAPI documents or protos. REQUESTS has a request
// a line: {"method","path","query","headers","body"}, the path unescaped, the body in base64. Prints a line for each violation and, last,
// how many requests were checked. Exit code: 0 without violations, 1 with some, 2 where the contract or the requests cannot be read.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

function read(line) {
    const request = JSON.parse(line);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
    return { ...request, path: `/${request.path}`, query: new URLSearchParams(request.query), headers, bytes: Buffer.from(request.body, 'base64') };
}

// What no document has to say: text is UTF-8, and JSON is JSON.
function parse(request) {
    request.text = new TextDecoder('utf-8', { fatal: true }).decode(request.bytes);
    request.isJson = /[/+]json\b/.test(request.headers['content-type'] ?? '');
    request.body = request.text === '' ? undefined : request.isJson ? JSON.parse(request.text) : request.text;
}

async function check(contract, request) {
    try {
        parse(request);
    } catch (error) {
        return [`the body cannot be read: ${error.message}`];
    }
    return await contract.check(request);
}

async function main([folder, file]) {
    const requests = readFileSync(file, 'utf8').split('\n').filter(line => line).map(read);
    const documents = readdirSync(folder).sort().map(name => join(folder, name));
    const protos = documents.filter(name => name.endsWith('.proto'));
    const contract = protos.length > 0
        ? (await import('./protos.mjs')).open(protos)
        : await (await import('./openapi.mjs')).open(documents.filter(name => /\.(json|ya?ml)$/.test(name)), requests);
    let violations = 0;
    for (const [at, request] of requests.entries()) {
        for (const violation of await check(contract, request)) {
            violations++;
            console.log(`#${at} ${request.method} ${request.path}: ${violation}`);
        }
    }
    console.log(`${requests.length} checked, ${violations} violations`);
    return violations > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(code => process.exitCode = code, error => {
    console.error(error);
    process.exitCode = 2;
});
