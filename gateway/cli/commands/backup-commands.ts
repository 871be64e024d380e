import { createWriteStream } from 'node:fs';
import { access, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { CarebedFailure } from '../../../domain/failure.ts';
import { restore } from '../../store/backup.ts';
import { dataFolder } from '../client.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import type { Session } from '../session.ts';

const backupSchema = z.object({ name: z.string(), bytes: z.number(), madeAt: z.number() });

const refuseIfThere = async (file: string, message: string): Promise<void> => {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) throw new CliFailure(exitCodes.usage, 'file-exists', message);
};

/** `carebed backup FILE` while the gateway runs, `carebed restore FILE --data DIR` while it does not. */
export const backupCommands = (program: Command, session: Session): void => {
  const { words } = session;

  program
    .command('backup')
    .description(words.help.backup)
    .argument('<file>')
    .action(async (file: string) => {
      await refuseIfThere(file, words.fileExists(file));
      const client = await session.client();
      const made = await client.call(backupSchema, 'POST', '/api/backups');
      const response = await client.open(`/api/backups/${made.name}`);
      const unfinished = `${file}.part`;
      await rm(unfinished, { force: true });
      // Everything is in it, so only its owner may read it.
      if (response.body !== null)
        await pipeline(Readable.fromWeb(response.body), createWriteStream(unfinished, { mode: 0o600, flags: 'wx', flush: true }));
      const { size } = await stat(unfinished);
      if (size !== made.bytes) throw new CliFailure(exitCodes.unreachable, 'backup-incomplete', `${size} ≠ ${made.bytes}`);
      await rename(unfinished, file);
      session.say({ file, bytes: size }, [words.backupWritten(file, size)]);
    });

  program
    .command('restore')
    .description(words.help.restore)
    .argument('<file>')
    .action(async (file: string) => {
      const folder = dataFolder(session.options(), session.env);
      const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
      try {
        const former = await restore(file, folder, stamp);
        session.say({ restored: file, former }, [words.restored(file), ...(former === null ? [] : [words.formerKept(former)])]);
      } catch (error) {
        if (error instanceof CarebedFailure) throw new CliFailure(exitCodes.refused, error.code, error.message);
        throw error;
      }
    });
};
