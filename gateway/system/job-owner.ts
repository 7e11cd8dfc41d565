import { readFileSync } from 'node:fs';
import type { JobOwner } from './job-chain.ts';
import type { JobHost } from './job-host.ts';

/**
 * Whose rights a job gets. Names are those of /etc/passwd and /etc/group. A text says why it cannot have those asked
 * for; undefined: ours, as we have no others to give.
 */
export function jobOwner(
  host: JobHost,
  user: string | undefined,
  group: string | undefined,
): JobOwner | undefined | string {
  if (!host.canChangeUser) return ownOnly(host, user, group);
  const found = findUser(user ?? 'nobody');
  if (found === undefined) return `there is no user ${user ?? 'nobody'} on this machine`;
  if (group === undefined) return found;
  const groupId = findId('/etc/group', group);
  return groupId === undefined
    ? `there is no group ${group} on this machine`
    : { userId: found.userId, groupId };
}

function ownOnly(host: JobHost, user: string | undefined, group: string | undefined): undefined | string {
  const isOwnUser = user === undefined || findUser(user)?.userId === host.userId;
  const isOwnGroup = group === undefined || findId('/etc/group', group) === host.groupId;
  if (isOwnUser && isOwnGroup) return undefined;
  const asked = [isOwnUser ? [] : [`user ${user}`], isOwnGroup ? [] : [`group ${group}`]].flat();
  return `it asks for ${asked.join(' and ')}: only a gateway that runs as root can start jobs of others`;
}

/** By a number, its group is the one that /etc/passwd says, or else the one of the same number. */
function findUser(user: string): JobOwner | undefined {
  const fields = rows('/etc/passwd').find(([name, , id]) => name === user || id === user);
  if (fields !== undefined) return { userId: Number(fields[2]), groupId: Number(fields[3]) };
  const id = number(user);
  return id === undefined ? undefined : { userId: id, groupId: id };
}

function findId(file: string, asked: string): number | undefined {
  const found = rows(file).find(([name]) => name === asked);
  return found === undefined ? number(asked) : Number(found[2]);
}

/** Up to the largest that is an id: credentials(7). */
function number(text: string): number | undefined {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Infinity;
  return value < 2 ** 32 - 1 ? value : undefined;
}

function rows(file: string): readonly (readonly string[])[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .filter(([name = '', , id = '']) => name !== '' && /^\d+$/.test(id));
  } catch {
    return [];
  }
}
