import { GatewayError } from '../../core/errors.ts';

/** ISO 8601 with a distance from UTC, as the API writes all times. */
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const earliestMs = Date.UTC(2000, 0);
const latestMs = Date.UTC(2100, 0);

/** UTC epoch ms of a time in an answer. Errors: `answer_invalid` names the place. */
export function electricityMapsTimeMs(text: string, where: string): number {
  const ms = isoTime.test(text) ? Date.parse(text) : Number.NaN;
  if (ms >= earliestMs && ms < latestMs) return Math.trunc(ms);
  const expected = 'a time such as 2025-03-29T18:00:00.000Z';
  throw new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: 'check the settings zone and baseUrl',
    facts: { where, expected },
  });
}
