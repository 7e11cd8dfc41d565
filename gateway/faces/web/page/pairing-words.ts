import { ApiProblem, wordsFor } from './api-problem.ts';

export interface PairingFailure {
  readonly text: string;
  /** How long another try makes no sense. */
  readonly waitSeconds: number;
}

/** The code in a link from the console, `#pair=7K3M-9QXC-41TZ-HW0E`; undefined when there is none. */
export function pairingCodeIn(fragment: string): string | undefined {
  const code = /^#pair=([0-9A-Za-z-]{1,64})$/.exec(fragment)?.[1];
  return code === undefined ? undefined : grouped(code);
}

/** A whole token, as the set-up page gives it to be pasted; undefined for anything else. */
export function tokenIn(typed: string): string | undefined {
  return /^egw_[\w-]{43}$/.exec(typed.trim())?.[0];
}

/** As the console shows it: capitals in groups of four, whatever was typed. */
export function grouped(typed: string): string {
  const symbols = typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .slice(0, 16);
  return symbols.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** Why pairing did not work, and what to do. */
export function pairingFailure(error: unknown): PairingFailure {
  if (!(error instanceof ApiProblem)) return { text: wordsFor(error), waitSeconds: 0 };
  const { code, retryAfterSeconds } = error.facts;
  switch (code) {
    case 'pairing_code_wrong':
      return {
        text: 'That is not the code. Look at it again: it has no letters I, L, O or U.',
        waitSeconds: 0,
      };
    case 'pairing_closed':
      return {
        text: 'Pairing is closed. Open it for five minutes on the gateway with: egw pairing open',
        waitSeconds: 0,
      };
    case 'rate_limited':
      return { text: 'Too many wrong codes.', waitSeconds: retryAfterSeconds ?? 60 };
    case 'unreachable':
      return { text: 'The gateway does not answer. Is it switched on, and in this network?', waitSeconds: 0 };
    default:
      return { text: wordsFor(error), waitSeconds: 0 };
  }
}

/** What the gateway lists this browser as: `page in Firefox on Linux`. */
export function browserLabel(userAgent: string): string {
  const nameOf = (table: readonly (readonly [RegExp, string])[], other: string): string =>
    table.find(([pattern]) => pattern.test(userAgent))?.[1] ?? other;
  const browser = nameOf(
    [
      [/Edg/, 'Edge'],
      [/Firefox/, 'Firefox'],
      [/Chrom/, 'Chrome'],
      [/Safari/, 'Safari'],
    ],
    'a browser',
  );
  const system = nameOf(
    [
      [/Android/, 'Android'],
      [/iPhone|iPad/, 'iOS'],
      [/Windows/, 'Windows'],
      [/Mac OS/, 'macOS'],
      [/Linux|CrOS/, 'Linux'],
    ],
    'a device',
  );
  return `page in ${browser} on ${system}`;
}
