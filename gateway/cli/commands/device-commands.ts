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

/** `carebed device add`, `carebed device rotate-secret`. */
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
