import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { lstat, open, opendir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import type { SpoolEnd, SpoolFile, SpoolFolder, SpoolPlace, SpoolRejection } from '../core/spool-folder.ts';
import { findStranger } from './folder-strangers.ts';
import { makeFolder } from './make-folder.ts';

/** Within the folder itself, so that a rename never leaves the file system. */
const folders: Readonly<Record<SpoolPlace, string>> = {
  given: '',
  claimed: '.claimed',
  done: 'done',
  rejected: 'rejected',
};
const reasonEnding = '.reason';
/** Of so many looked-for names one is free. */
const namesTriedMax = 100;

/** @param ownUid of this process; undefined where there are no users, and then nobody's rights are looked at */
export function createRealSpoolFolder(path: string, ownUid = process.getuid?.()): SpoolFolder {
  return new RealSpoolFolder(path, ownUid);
}

class RealSpoolFolder implements SpoolFolder {
  readonly path: string;
  readonly #ownUid: number | undefined;
  /** Names that are no UTF-8 text, by what they are shown as. */
  #rawNames = new Map<string, Buffer>();
  readonly #kept: Record<'done' | 'rejected', number> = { done: Infinity, rejected: Infinity };

  constructor(path: string, ownUid: number | undefined) {
    this.path = path;
    this.#ownUid = ownUid;
  }

  async open(): Promise<string | undefined> {
    try {
      makeFolder(this.path, 0o700);
      const stranger = await findStranger(this.path, this.#ownUid);
      if (stranger !== undefined) return stranger;
      for (const place of ['claimed', 'done', 'rejected'] as const) {
        const folder = this.#folder(place);
        makeFolder(folder, 0o700);
        const facts = await lstat(folder);
        if (!facts.isDirectory()) return `${folder} is not a folder`;
        if (this.#isForeign(facts)) return `${folder} is not the gateway's own`;
      }
      return undefined;
    } catch (error) {
      return `${this.path} cannot be used: ${codeOf(error)}`;
    }
  }

  async list(place: 'given' | 'claimed', namesMax: number): Promise<readonly string[]> {
    const names: string[] = [];
    const rawNames = new Map<string, Buffer>();
    // Read piece by piece: others may have put any number of files there.
    for await (const entry of await opendir(this.#folder(place), { encoding: 'buffer' as BufferEncoding })) {
      const raw = entry.name as unknown as Buffer;
      const name = raw.toString('utf8');
      if (entry.isDirectory() || name.startsWith('.')) continue;
      if (name.includes('\uFFFD')) rawNames.set(name, raw);
      names.push(name);
      if (names.length >= namesMax) break;
    }
    if (place === 'given') this.#rawNames = rawNames;
    return names;
  }

  async read(place: 'given' | 'claimed', name: string): Promise<SpoolFile> {
    const path = this.#pathOf(place, name);
    try {
      const before = await lstat(path);
      if (before.isDirectory()) return { kind: 'folder' };
      // Asked before it is opened: to open some devices is to set them going.
      const unfit = this.#whyUnfit(before);
      return unfit === undefined ? await this.#readOpened(path, before) : { kind: 'unfit', reason: unfit };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOENT') return { kind: 'gone' };
      if (code === 'ELOOP') return { kind: 'unfit', reason: 'it is a link' };
      throw error;
    }
  }

  async claim(name: string, claimedName: string): Promise<boolean> {
    try {
      await rename(this.#pathOf('given', name), this.#pathOf('claimed', claimedName));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
    // Without it a power cut could put back what has become a job.
    await syncFolder(this.#folder('claimed'));
    await syncFolder(this.path);
    return true;
  }

  async finish(claimedName: string, end: SpoolEnd): Promise<void> {
    const folder = this.#folder(end.place);
    const name = await freeName(folder, end.name);
    if (end.place === 'rejected') await noteReason(join(folder, `${name}${reasonEnding}`), end.reason);
    await rename(this.#pathOf('claimed', claimedName), join(folder, name));
    this.#kept[end.place] += 1;
    if (this.#kept[end.place] > limits.spoolFilesKept * 1.1) await this.#prune(end.place);
  }

  async rejections(rowsMax: number): Promise<readonly SpoolRejection[]> {
    const folder = this.#folder('rejected');
    const names = (await readdir(folder)).filter((name) => name.endsWith(reasonEnding));
    const newest = (await byAge(folder, names)).toReversed().slice(0, rowsMax);
    return await Promise.all(
      newest.map(async ({ name, changedMs }) => ({
        name: name.slice(0, -reasonEnding.length),
        reason: (await readFile(join(folder, name), 'utf8')).trimEnd(),
        atMs: Math.round(changedMs),
      })),
    );
  }

  async #readOpened(path: string | Buffer, before: Stats): Promise<SpoolFile> {
    const version = versionOf(before);
    // Hard links are made and taken away again by careful writers.
    if (before.nlink > 1)
      return { kind: 'unready', version, reason: 'it has another name, too (a hard link)' };
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    let file;
    try {
      file = await open(path, flags);
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'EACCES' && code !== 'EPERM') throw error;
      return { kind: 'unready', version, reason: 'the gateway may not read it' };
    }
    try {
      // Another may have taken its place since.
      const facts = await file.stat();
      const unfit = this.#whyUnfit(facts);
      if (unfit !== undefined) return { kind: 'unfit', reason: unfit };
      const buffer = new Uint8Array(limits.spoolFileBytesMax + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      if (bytesRead > limits.spoolFileBytesMax) return { kind: 'unfit', reason: tooLong };
      return { kind: 'bytes', bytes: buffer.slice(0, bytesRead), version: versionOf(facts) };
    } finally {
      await file.close();
    }
  }

  #whyUnfit(facts: Stats): string | undefined {
    if (facts.isSymbolicLink()) return 'it is a link';
    if (!facts.isFile()) return 'it is not a plain file';
    if (this.#isForeign(facts)) return `it belongs to user ${facts.uid}, not to that of the gateway`;
    return facts.size > limits.spoolFileBytesMax ? tooLong : undefined;
  }

  #isForeign({ uid }: Stats): boolean {
    return this.#ownUid !== undefined && uid !== this.#ownUid && uid !== 0;
  }

  /** The oldest go with their reasons. */
  async #prune(place: 'done' | 'rejected'): Promise<void> {
    const folder = this.#folder(place);
    const names = (await readdir(folder)).filter((name) => !name.endsWith(reasonEnding));
    const tooMany = (await byAge(folder, names)).slice(0, -limits.spoolFilesKept);
    for (const { name } of tooMany) {
      await attempt(rm(join(folder, name), { force: true }));
      await rm(join(folder, `${name}${reasonEnding}`), { force: true });
    }
    this.#kept[place] = names.length - tooMany.length;
  }

  #folder(place: SpoolPlace): string {
    return join(this.path, folders[place]);
  }

  #pathOf(place: 'given' | 'claimed', name: string): string | Buffer {
    const raw = place === 'given' ? this.#rawNames.get(name) : undefined;
    return raw === undefined
      ? join(this.#folder(place), name)
      : Buffer.concat([Buffer.from(`${this.path}/`), raw]);
  }
}

const tooLong = `it is longer than ${limits.spoolFileBytesMax} bytes`;

/** Whatever is done to a file sets the time of its inode. */
function versionOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

/** `name`, or `name` with a number before its ending. */
async function freeName(folder: string, name: string): Promise<string> {
  const [, stem = name, ending = ''] = /^(.+)(\.[a-z]+)$/.exec(name) ?? [];
  for (let number = 1; number < namesTriedMax; number += 1) {
    const tried = number === 1 ? name : `${stem}.${number}${ending}`;
    if ((await attempt(lstat(join(folder, tried)))) === undefined) return tried;
  }
  return name;
}

/** A full disk must not keep the file from being put away. */
async function noteReason(path: string, reason: string): Promise<void> {
  await attempt(rm(path, { force: true }));
  await attempt(writeFile(path, `${reason}\n`, { flag: 'wx', mode: 0o600 }));
}

/** The oldest first. Those that are gone meanwhile are left out. */
async function byAge(
  folder: string,
  names: readonly string[],
): Promise<{ readonly name: string; readonly changedMs: number }[]> {
  const found: { name: string; changedMs: number }[] = [];
  for (const name of names) {
    const facts = await attempt(lstat(join(folder, name)));
    if (facts !== undefined) found.push({ name, changedMs: facts.ctimeMs });
  }
  return found.sort((left, right) => left.changedMs - right.changedMs || (left.name < right.name ? -1 : 1));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function attempt<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  return await promise.catch(() => undefined);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
