import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';

const stepSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('send'), payload: z.string() }),
  z.object({ type: z.literal('recv'), payload: z.string() }),
  z.object({
    type: z.literal('external_publish'),
    topic: z.string(),
    payload: z.string(),
    qos: z.number(),
    retain: z.boolean().default(false),
  }),
]);
export type Step = z.infer<typeof stepSchema>;

/** A test stands for its group where it says nothing itself. */
const shared = { ver: z.number().optional(), connect: z.boolean().optional(), expect_disconnect: z.boolean().optional() };
const fileSchema = z.array(
  z.object({
    group: z.string(),
    disable: z.boolean().default(false),
    ...shared,
    tests: z.array(z.object({ name: z.string(), msgs: z.array(stepSchema), ...shared })),
  }),
);

/** What a client does and hears in its order. */
export interface Sequence {
  /** The file without its ending: mostly a packet type. */
  readonly file: string;
  /** Group and test, unique with the file. */
  readonly name: string;
  /** It begins with an ordinary CONNECT under its own name. */
  readonly signsIn: boolean;
  readonly steps: readonly Step[];
  /** The server is to hang up at the end; otherwise it is to answer a PINGREQ. */
  readonly endsCut: boolean;
}

const folder = join(import.meta.dirname, '..', 'data', 'mqtt-packets');

/** The sequences for MQTT 3.1.1, in the order of the files. */
export const readSequences = (): readonly Sequence[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap((path) =>
      fileSchema
        .parse(JSON.parse(readFileSync(join(folder, path), 'utf8')))
        .filter((group) => !group.disable)
        .flatMap((group) =>
          group.tests
            .filter((test) => (test.ver ?? group.ver ?? 4) === 4)
            .map((test) => ({
              file: basename(path, '.json'),
              name: `${group.group} ${test.name}`,
              signsIn: test.connect ?? group.connect ?? true,
              steps: test.msgs,
              endsCut: test.expect_disconnect ?? group.expect_disconnect ?? true,
            })),
        ),
    );
