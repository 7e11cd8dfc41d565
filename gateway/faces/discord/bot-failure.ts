import { errorCodeOf } from '../../core/errors.ts';
import type { BotFailure, BotFailureKind } from './bot-protocol.ts';

/** Discord's numbers (API reference, "JSON Error Codes"): what was named is not there, or not any more. */
const absent = new Set([10_002, 10_003, 10_004, 10_007, 10_008, 10_013, 10_015, 10_062, 50_027]);
const forbidden = new Set([40_001, 50_001, 50_007, 50_013, 50_278]);
const doneBefore = 40_060;
const redacted = '[redacted]';

/** An error of discord.js, or of what is below it, for the other thread; never with the bot’s token in it. */
export function failureOf(error: unknown, token: string): BotFailure {
  const { code, status, message: said } = partsOf(error);
  const message = said.replaceAll(token, redacted);
  const kind = kindOf(code, status);
  return { kind, code: code ?? status ?? 'unexpected', message: message.slice(0, 300) };
}

function partsOf(error: unknown): { code?: number | string; status?: number; message: string } {
  if (!(error instanceof Error)) return { message: 'discord.js threw what is no error' };
  const { code, status } = error as { readonly code?: unknown; readonly status?: unknown };
  return {
    ...((typeof code === 'number' || typeof code === 'string') && { code }),
    ...(typeof status === 'number' && { status }),
    message: errorCodeOf(error) === undefined ? withoutTokens(error.message) : error.message,
  };
}

/** Tokens of interactions stand in the paths of what is asked. */
function withoutTokens(message: string): string {
  return message.replaceAll(/[\w.-]{40,}/g, redacted);
}

function kindOf(code: number | string | undefined, status: number | undefined): BotFailureKind {
  if (code === 'ERR_MODULE_NOT_FOUND') return 'missing';
  if (code === 'TokenInvalid') return 'token';
  return (typeof code === 'number' ? kindOfCode(code) : undefined) ?? kindOfStatus(status);
}

function kindOfCode(code: number): BotFailureKind | undefined {
  if (code === doneBefore) return 'done-before';
  if (absent.has(code)) return 'absent';
  return forbidden.has(code) ? 'forbidden' : undefined;
}

function kindOfStatus(status: number | undefined): BotFailureKind {
  if (status === undefined || status === 429 || status >= 500) return 'away';
  const kinds: Readonly<Record<number, BotFailureKind>> = { 401: 'token', 403: 'forbidden', 404: 'absent' };
  return kinds[status] ?? 'refused';
}
