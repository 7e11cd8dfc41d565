import { parseDurationMs } from '../core/duration.ts';
import { GatewayError } from '../core/errors.ts';
import type { Resolution } from '../storage/store-calls.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const isoPattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2}))?$/;
const latestMs = 8.64e15;

/** For descriptions of inputs. */
export const instantForms =
  'ISO with its zone (2026-03-01T08:00:00Z), epoch milliseconds, or so long ago (24h)';

/** An instant as people and programs write it. A date alone is its midnight in UTC. Errors: `input_invalid`. */
export function parseInstantMs(name: string, text: string, nowMs: number): number {
  const atMs = instantMs(text, nowMs);
  if (Number.isFinite(atMs) && Math.abs(atMs) <= latestMs) return atMs;
  throw new GatewayError('input_invalid', `${name}: ${JSON.stringify(text)} is not an instant`, {
    hint: `give ${instantForms}`,
    facts: { property: name },
  });
}

/** From and to as they were given. Errors: `input_invalid` when one is no instant, or they are the wrong way round. */
export function timeRange(
  { from, to }: { readonly from: string; readonly to: string | undefined },
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const fromMs = parseInstantMs('from', from, nowMs);
  const toMs = to === undefined ? nowMs : parseInstantMs('to', to, nowMs);
  if (fromMs < toMs) return { fromMs, toMs };
  const end = `${to === undefined ? 'now, ' : ''}${new Date(toMs).toISOString()}`;
  const start = new Date(fromMs).toISOString();
  throw new GatewayError('input_invalid', `from (${start}) must be before to (${end})`, {
    hint: `give ${instantForms}`,
  });
}

function instantMs(text: string, nowMs: number): number {
  if (/^-?\d{1,16}$/.test(text)) return Number(text);
  const agoMs = parseDurationMs(text);
  if (agoMs !== undefined) return nowMs - agoMs;
  return isoPattern.test(text) && isCalendarDay(text.slice(0, 10)) ? Date.parse(text) : NaN;
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isCalendarDay(text: string): boolean {
  const atMs = Date.parse(text);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(text);
}

/** The finest level that draws the span in at most about two thousand points. */
export function resolutionFor(spanMs: number): Resolution {
  if (spanMs <= hourMs) return 'raw';
  if (spanMs <= 36 * hourMs) return '1m';
  return spanMs <= 80 * dayMs ? '1h' : '1d';
}
