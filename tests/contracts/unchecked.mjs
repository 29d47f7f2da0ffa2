// Prism takes a schema that its validator cannot compile or run for one that everything satisfies. What it passes over so is noted here.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { default: Ajv } = createRequire(require.resolve('@stoplight/prism-http'))('ajv/dist/core');

/** What could not be checked since this was last emptied. */
export const unchecked = [];

const compile = Ajv.prototype.compile;
Ajv.prototype.compile = function (...schema) {
    const validate = noting(() => compile.apply(this, schema));
    const noted = value => noting(() => validate(value));
    return Object.defineProperty(noted, 'errors', { get: () => validate.errors });
};

function noting(action) {
    try {
        return action();
    } catch (error) {
        unchecked.push(`not checked, as the document's schema cannot be used: ${error.message}`);
        throw error;
    }
}
