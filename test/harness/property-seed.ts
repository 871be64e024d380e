import fc from 'fast-check';

/**
 * Properties run on new random cases at a developer's machine, and on the same cases each time in CI: what lands is judged by the change, not
 * by luck. `PROPERTY_SEED` chooses other cases.
 */
const given = process.env['PROPERTY_SEED'] ?? (process.env['CI'] === 'true' ? '20261123' : '');
if (given !== '') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });
