import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

const writableByGroup = 0o020;
const writableByAll = 0o002;
const sticky = 0o1000;

/**
 * Who but the owner could put something into a folder, or another folder in its place: for people; undefined when
 * nobody could. A folder above may be open to all as /tmp is, where nobody takes away what is another's. A group of the
 * owner's own number is his alone: by custom each user has one.
 *
 * @param ownUid undefined: there are no users on this machine
 */
export async function findStranger(path: string, ownUid: number | undefined): Promise<string | undefined> {
  if (ownUid === undefined) return undefined;
  const whole = await realpath(path);
  for (let folder = whole; ; folder = dirname(folder)) {
    const { mode, uid, gid } = await lstat(folder);
    if (uid !== ownUid && uid !== 0) return `${folder} belongs to user ${uid}, not to that of the gateway`;
    const isSticky = folder !== whole && (mode & sticky) !== 0;
    if (!isSticky && (mode & writableByAll) !== 0) return `everybody may write to ${folder}`;
    if (!isSticky && gid !== uid && (mode & writableByGroup) !== 0) return `its group may write to ${folder}`;
    if (folder === dirname(folder)) return undefined;
  }
}
