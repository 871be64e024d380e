import type { Command } from 'commander';
import { toString as toText } from 'qrcode';
import { z } from 'zod';
import type { Session } from '../session.ts';

const labelled = z.object({
  device: z.looseObject({ id: z.string() }),
  secret: z.string().nullable(),
  label: z
    .object({
      uri: z.string(),
      host: z.string(),
      mqtt: z.number().nullable(),
      mqtts: z.number().nullable(),
      topics: z.object({ up: z.string(), down: z.string() }),
      qrSvg: z.string(),
      qrPng: z.string(),
    })
    .nullable(),
});

const show = async ({ words, say }: Session, answer: z.infer<typeof labelled>): Promise<void> => {
  const { device, secret, label } = answer;
  if (label === null || secret === null) return say(answer, [`${words.label.id}: ${device.id}`, words.label.viaHub]);
  const ports = [label.mqtts === null ? null : `mqtts ${label.mqtts}`, label.mqtt === null ? null : `mqtt ${label.mqtt}`];
  return say(answer, [
    await toText(label.uri, { type: 'utf8', errorCorrectionLevel: 'M' }),
    `${words.label.id}: ${device.id}`,
    `${words.label.secret}: ${secret}`,
    `${words.label.host}: ${label.host} (${ports.filter((port) => port !== null).join(', ')})`,
    `${words.label.topics}: ${label.topics.up}`,
    `${words.label.commands}: ${label.topics.down}`,
    '',
    words.label.once,
  ]);
};

const waitingShape = z.object({
  items: z.array(
    z.object({
      hub: z.string(),
      home: z.string(),
      name: z.string(),
      says: z.string().nullable(),
      model: z.string().nullable(),
      heard: z.string(),
      firstSeen: z.number(),
      lastSeen: z.number(),
      calledAt: z.number().nullable(),
    }),
  ),
});
type Waiting = z.infer<typeof waitingShape>['items'][number];

const waitingLine = ({ hub, name, says, model, lastSeen, calledAt }: Waiting, words: Session['words']['waiting']): string =>
  [
    hub,
    name,
    ...(says === null ? [] : [says]),
    ...(model === null ? [] : [`${words.suggested} ${model}`]),
    new Date(lastSeen).toISOString(),
    ...(calledAt === null ? [] : [`!! ${words.called} ${new Date(calledAt).toISOString()}`]),
  ].join('  ');

/** `carebed device waiting`, `carebed device place`. */
const waitingCommands = (device: Command, session: Session): void => {
  const { help, waiting: words } = session.words;
  device
    .command('waiting')
    .description(help.deviceWaiting)
    .option('--hub <hub>')
    .option('--home <home>')
    .action(async (options: Readonly<Record<string, string>>) => {
      const client = await session.client();
      const query = new URLSearchParams(options).toString();
      const answer = await client.call(waitingShape, 'GET', `/api/waiting-devices${query === '' ? '' : `?${query}`}`);
      session.say(answer, answer.items.length === 0 ? [words.none] : answer.items.map((one) => waitingLine(one, words)));
    });
  device
    .command('place')
    .description(help.devicePlace)
    .requiredOption('--hub <hub>')
    .requiredOption('--name <name>')
    .requiredOption('--model <model>')
    .option('--bed <bed>')
    .option('--place <text>')
    .option('--id <id>')
    .action(async (options: Readonly<Record<string, string>>) => {
      const client = await session.client();
      const placed = z.object({ device: z.looseObject({ id: z.string() }) });
      const answer = await client.call(placed, 'POST', '/api/waiting-devices/place', { body: options });
      session.say(answer, [words.placed(answer.device.id)]);
    });
};

/** `carebed device add`, `carebed device rotate-secret`, `carebed device waiting`, `carebed device place`. */
export const deviceCommands = (program: Command, session: Session): void => {
  const { help } = session.words;
  const device = program.command('device').description(help.device);

  device
    .command('add')
    .description(help.deviceAdd)
    .requiredOption('--model <model>')
    .requiredOption('--home <home>')
    .option('--bed <bed>')
    .option('--hub <hub>')
    .option('--hub-name <name>')
    .option('--place <text>')
    .option('--id <id>')
    .option('--secret <secret>')
    .action(async (options: Readonly<Record<string, string>>) => {
      const client = await session.client();
      await show(session, await client.call(labelled, 'POST', '/api/devices', { body: options }));
    });

  waitingCommands(device, session);

  device
    .command('rotate-secret')
    .description(help.rotate)
    .argument('<device>')
    .option('--secret <secret>')
    .action(async (id: string, options: { secret?: string }) => {
      const client = await session.client();
      await show(session, await client.call(labelled, 'POST', `/api/devices/${encodeURIComponent(id)}/secret`, { body: options }));
    });
};
