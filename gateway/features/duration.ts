import { GatewayError } from '../core/errors.ts';

const unitMs = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** For schemas: `90s`, `15m`, `1h`, `30d`. */
export const durationPattern = '^[0-9]{1,9}(ms|s|m|h|d)$';

/** Milliseconds of a duration as people write it. Errors: `input_invalid`. */
export function parseDurationMs(text: string): number {
  const match = /^([0-9]{1,9})(ms|s|m|h|d)$/.exec(text);
  const factorMs = unitMs.get(match?.[2] ?? '');
  if (match === null || factorMs === undefined) {
    throw new GatewayError('input_invalid', `${JSON.stringify(text)} is not a duration`, {
      hint: 'write a number and a unit: 500ms, 90s, 15m, 1h or 30d',
    });
  }
  return Number(match[1]) * factorMs;
}
