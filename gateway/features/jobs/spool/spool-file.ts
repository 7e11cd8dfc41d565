import { GatewayError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { parseStrictJson } from '../../../core/strict-json.ts';
import { parseDeadline, type Deadline } from '../parse-deadline.ts';
import { parseDuration } from '../parse-duration.ts';

/** What a file of the spool asks for. */
export interface SpooledJob {
  readonly line: string;
  readonly estimateMs: number;
  readonly deadline: Deadline;
}

export interface SpoolTime {
  /** When the file was claimed: a deadline before that had passed. UTC epoch ms. */
  readonly claimedMs: number;
  /** Of the site. */
  readonly zone: string;
}

const hourMs = 3_600_000;
const yearHours = 366 * 24;
const deadlineForm = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

/**
 * A job file of electricity_usage 0.1.1: `{"estimate": "2h", "deadline": "2024-03-05 12:00:00", "commandline": "…"}`,
 * the estimate a number of hours in older ones. Other properties are passed over. Nothing in it is evaluated.
 *
 * Errors: `input_invalid`, `duration_invalid`, `deadline_invalid`.
 */
export function parseSpoolFile(bytes: Uint8Array, time: SpoolTime): SpooledJob {
  const given = parseStrictJson(bytes);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid('the file is not one object', 'write {"estimate": …, "deadline": …, "commandline": …}');
  const fields: Readonly<Record<string, unknown>> = { ...given };
  return {
    line: readLine(fields['commandline']),
    estimateMs: readEstimate(fields['estimate']),
    deadline: readDeadline(fields['deadline'], time),
  };
}

/** Whether there is all of it: of a file that is being written there is a part. */
export function isWholeJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function readLine(line: unknown): string {
  if (typeof line !== 'string' || line.trim() === '')
    throw invalid('commandline is missing or empty', 'write the command line as a text');
  if (line.includes('\0')) throw invalid('commandline has a NUL in it', 'leave it out');
  if (line.length > limits.jobLineLengthMax)
    throw invalid(`commandline is longer than ${limits.jobLineLengthMax} characters`, 'put it into a script');
  return line;
}

function readEstimate(estimate: unknown): number {
  if (typeof estimate === 'string') return parseDuration(estimate, 'estimate');
  if (typeof estimate !== 'number') throw invalid('estimate is missing', 'write it as a text: "2h"');
  const estimateMs = Math.round(estimate * hourMs);
  if (estimateMs >= 1 && estimate <= yearHours) return estimateMs;
  throw new GatewayError(
    'duration_invalid',
    `estimate ${estimate}: a number is hours, above 0, up to a year`,
    {
      hint: 'write it as a text: "2h"',
      facts: { property: 'estimate' },
    },
  );
}

function readDeadline(deadline: unknown, { claimedMs, zone }: SpoolTime): Deadline {
  if (typeof deadline === 'string' && deadlineForm.test(deadline))
    return parseDeadline(deadline, { nowMs: claimedMs, zone, name: 'deadline' });
  const shown = deadline === undefined ? 'missing' : `not a time: ${JSON.stringify(deadline).slice(0, 60)}`;
  throw new GatewayError('deadline_invalid', `deadline is ${shown}`, {
    hint: 'write it as 2026-11-22 18:00:00, in the time of the site',
    facts: { property: 'deadline' },
  });
}

function invalid(message: string, hint: string): GatewayError {
  return new GatewayError('input_invalid', message, { hint });
}
