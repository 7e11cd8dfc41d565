import { existsSync } from 'node:fs';
import { link, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeError, GatewayError } from '../../core/errors.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import type { CliRun, OutputStream } from './cli-run.ts';
import type { ClientRequestParts, GatewayClient } from './gateway-client.ts';
import { reportRefusal } from './report.ts';

/** Where the parts of a long answer go. */
interface Destination {
  write(text: string): Promise<void>;
  /** The answer is whole. */
  finish(): Promise<void>;
  /** It is not. */
  discard(): Promise<void>;
}

export interface SavePlace {
  /** undefined is the standard output. */
  readonly file: string | undefined;
  /** Whether a file that is there gives way. */
  readonly replacesFile: boolean;
}

/**
 * Writes a long answer as it comes, a part in memory at a time, to the standard output or into a file. The file is
 * written aside, and has its name only when it is whole. Ctrl-C ends it without a word. Errors: those of the
 * client, `input_invalid` for a file that cannot be written, and `already_exists` for one that may not give way.
 */
export async function saveStream(
  run: CliRun,
  client: GatewayClient,
  request: ClientRequestParts,
  { file, replacesFile }: SavePlace,
): Promise<number> {
  if (file !== undefined && !replacesFile && existsSync(file)) throw alreadyThere(file);
  const abort = new AbortController();
  const cancel = run.io.onInterrupt(() => abort.abort());
  const stream = client.stream(request, abort.signal);
  const begin = async (): Promise<Destination> =>
    file === undefined ? outputOf(run.io.stdout, abort.signal) : await fileAside(file, replacesFile);
  let destination: Destination | undefined;
  try {
    // A refusal comes before the first part, and must leave no file behind.
    let part = await stream.next();
    while (part.done !== true) {
      destination ??= await begin();
      await destination.write(part.value);
      part = await stream.next();
    }
    if (part.value !== undefined) return reportRefusal(run, part.value);
    if (abort.signal.aborted) {
      await destination?.discard();
      return exitCodes.unexpected;
    }
    destination ??= await begin();
    await destination.finish();
    return exitCodes.ok;
  } catch (error) {
    await destination?.discard();
    throw error;
  } finally {
    cancel();
  }
}

/** A reader that takes nothing more, as `less` does, keeps nobody waiting who presses Ctrl-C. */
function outputOf(stdout: OutputStream, interrupted: AbortSignal): Destination {
  return {
    write: async (text) => {
      if (stdout.write(text) !== false) return;
      if (interrupted.aborted) return;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const goOn = (): void => resolve(undefined);
      stdout.once?.('drain', goOn);
      interrupted.addEventListener('abort', goOn);
      await promise;
      interrupted.removeEventListener('abort', goOn);
    },
    finish: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}

function alreadyThere(file: string): GatewayError {
  return new GatewayError('already_exists', `there is a file ${file} already`, {
    hint: 'it is left as it is: name another one, or move that one away',
  });
}

async function fileAside(file: string, replacesFile: boolean): Promise<Destination> {
  const aside = `${file}.part`;
  const attempt = async (step: () => Promise<unknown>): Promise<void> => {
    try {
      await step();
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause;
      throw new GatewayError('input_invalid', `cannot write ${file}: ${describeError(cause)}`, {
        hint: 'name a file in a folder with room, that this user may write to',
        cause,
      });
    }
  };
  let handle: FileHandle | undefined;
  await attempt(async () => (handle = await openAside(aside, replacesFile)));
  return {
    write: (text) => attempt(async () => await handle?.appendFile(text)),
    finish: () =>
      attempt(async () => {
        await handle?.sync();
        await handle?.close();
        await (replacesFile ? rename(aside, file) : nameOnce(aside, file));
        await syncFolder(dirname(file));
      }),
    discard: async () => {
      await handle?.close().catch(() => undefined);
      await rm(aside, { force: true });
    },
  };
}

/** What is written there may be somebody's, too: another export into the same file. */
async function openAside(aside: string, replacesFile: boolean): Promise<FileHandle> {
  try {
    return await open(aside, replacesFile ? 'w' : 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(aside);
    throw error;
  }
}

/** Unlike renaming, a second name is not given to what another file has got it meanwhile. */
async function nameOnce(aside: string, file: string): Promise<void> {
  try {
    await link(aside, file);
    await rm(aside);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw alreadyThere(file);
    // A stick with FAT has one name a file.
    await rename(aside, file);
  }
}

/** A name is on disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
