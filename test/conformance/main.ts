import { openBroker } from './open-broker.ts';
import { runSequence } from './run-sequence.ts';
import { readSequences } from './sequences.ts';
import type { Address } from './wire.ts';

/**
 * `node test/conformance/main.ts [HOST PORT]` plays the packet sequences one after another against any broker, or against Carebed's own, and
 * writes a line of JSON for each; the count goes to standard error.
 */
const [host, port] = process.argv.slice(2);
const own = host === undefined ? await openBroker() : null;
const address: Address = own?.address ?? { host: host ?? '', port: Number(port) };
let passed = 0;
const sequences = readSequences();
for (const sequence of sequences) {
  const difference = await runSequence(sequence, address);
  if (difference === null) passed += 1;
  console.log(JSON.stringify({ file: sequence.file, test: sequence.name, ok: difference === null, err: difference }));
}
await own?.close();
console.error(`${passed} passed, ${sequences.length - passed} failed`);
