import { canonicalJson, type JsonValue } from '../../core/canonical-json.ts';
import { GatewayError } from '../../core/errors.ts';
import type { CloudCommandState } from '../../storage/cloud-calls.ts';

export type ResultStatus = Exclude<CloudCommandState, 'begun'>;

/** What became of a command, as it is said and kept. */
export interface CommandResult {
  readonly status: ResultStatus;
  readonly atMs: number;
  readonly answer?: JsonValue;
  readonly problem?: ResultProblem;
}

/** An error as it leaves in a result. Branch on `code`; `detail` and `hint` are for people. */
export type ResultProblem = Readonly<Record<string, JsonValue>>;

/** Of an answer: with the rest of its message it fits into what any way carries. */
const answerBytesMax = 49_152;

/** Codes that say that nothing was done. */
const refusals: ReadonlySet<string> = new Set([
  'command_unknown',
  'control_refused',
  'forbidden',
  'input_invalid',
  'rate_limited',
]);

/** Of a command that has run. An answer that is too long is left out, and said to be. */
export function resultOfAnswer(answer: unknown, atMs: number): CommandResult {
  // As it would be over HTTP: without what JSON cannot say; and without what has no canonical form.
  const text = JSON.stringify(answer ?? null, (_name, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
  if (Buffer.byteLength(text) <= answerBytesMax) {
    return { status: 'done', atMs, answer: JSON.parse(text) as JsonValue };
  }
  const error = new GatewayError(
    'limit_reached',
    `the answer has ${text.length} characters, too many for a message`,
    {
      hint: 'it was done; ask for less, or in pages',
    },
  );
  return { status: 'done', atMs, problem: problemOf(error) };
}

/** Of a command that was not let run, or failed. */
export function resultOfError(error: GatewayError, atMs: number, hasBegun: boolean): CommandResult {
  const status = hasBegun && !refusals.has(error.code) ? 'failed' : 'refused';
  return { status, atMs, problem: problemOf(error) };
}

/** Of a command in whose middle the gateway stopped. */
export function resultOfInterruption(atMs: number): CommandResult {
  const error = new GatewayError('command_interrupted', 'the gateway stopped in the middle of it', {
    hint: 'look whether it took effect; it is not run again',
  });
  return { status: 'unknown', atMs, problem: problemOf(error) };
}

/** As it stands in the journal, beside its status. */
export function resultText({ atMs, answer, problem }: CommandResult): string {
  return canonicalJson({ atMs, answer, problem });
}

export function resultFromText(status: ResultStatus, text: string): CommandResult {
  return { ...(JSON.parse(text) as Omit<CommandResult, 'status'>), status };
}

function problemOf({ code, message, hint, retryable }: GatewayError): ResultProblem {
  return { code, detail: message, ...(hint !== undefined && { hint }), retryable };
}
