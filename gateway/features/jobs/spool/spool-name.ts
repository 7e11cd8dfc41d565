/** Of files that are taken: no paths, no options, nothing hidden, nothing that a terminal would obey. */
const fitting = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const claimedForm = /^(\d{1,16})-([0-9a-f-]{36})\.(.+)$/;
const unnamed = 'misnamed';

/** What a claimed file is called: it tells all that is needed to go on after the gateway was killed. */
export interface ClaimedName {
  /** UTC epoch ms. */
  readonly claimedMs: number;
  /** Unguessable: by it the file becomes a job once. */
  readonly key: string;
  /** As it was given; undefined when that is no name to go by. */
  readonly givenName: string | undefined;
}

export function isJobFile(name: string): boolean {
  return name.endsWith('.json');
}

export function isStopToken(name: string): boolean {
  return name.endsWith('.txt');
}

/** @param key a UUID */
export function claimedNameOf(name: string, claimedMs: number, key: string): string {
  return `${Math.round(claimedMs)}-${key}.${fitting.test(name) ? name : unnamed}`;
}

/** undefined for what nobody has claimed. */
export function readClaimedName(claimedName: string): ClaimedName | undefined {
  const [, claimedMs, key, name] = claimedForm.exec(claimedName) ?? [];
  if (claimedMs === undefined || key === undefined || name === undefined) return undefined;
  return { claimedMs: Number(claimedMs), key, givenName: name === unnamed ? undefined : name };
}
