import { ProtocolError } from '../protocol/protocol-error.ts';
import { SetupError } from './setup-error.ts';

/** What a verb answers: docs/provisioning-protocol.md, section 4. */
export type Answer = Readonly<Record<string, unknown>>;

export type JoiningStage = 'associating' | 'authenticating' | 'address' | 'checking' | 'joined' | 'failed';

/** How far an attempt to join a network has come, or what became of it. */
export interface Joining {
  readonly attempt: number;
  readonly ssid: string;
  readonly stage: JoiningStage;
  /** Of a stage `failed`: a code, with words for people. */
  readonly failure: string | undefined;
  readonly message: string | undefined;
  readonly hint: string | undefined;
  /** The network that was joined again after a failure. */
  readonly rolledBackTo: string | undefined;
}

type Told =
  | { readonly joining: Joining }
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly problem: SetupError };

const stages: ReadonlySet<unknown> = new Set<JoiningStage>([
  'associating',
  'authenticating',
  'address',
  'checking',
  'joined',
  'failed',
]);

/** What a record's payload tells. Throws `ProtocolError` for anything else: end the session. */
export function readAnswer(payload: Uint8Array): Told {
  const told = parse(payload);
  if (isRecord(told['joining'])) {
    const joining = readJoining(told['joining']);
    if (joining !== undefined) return { joining };
  }
  const { id, answer, problem } = told as { id?: unknown; answer?: unknown; problem?: unknown };
  if (typeof id === 'number' && isRecord(answer)) return { id, answer };
  if (typeof id === 'number' && isRecord(problem)) return { id, problem: readProblem(problem) };
  throw new ProtocolError('malformed', 'a payload that is no answer and no event');
}

/** Undefined for anything that is none, and where there was no attempt. */
export function readJoining(told: unknown): Joining | undefined {
  if (!isRecord(told)) return undefined;
  const { attempt, ssid, stage } = told as { attempt?: unknown; ssid?: unknown; stage?: unknown };
  if (typeof attempt !== 'number' || !stages.has(stage)) return undefined;
  return {
    attempt,
    ssid: typeof ssid === 'string' ? ssid : '',
    stage: stage as JoiningStage,
    failure: textIn(told, 'failure'),
    message: textIn(told, 'message'),
    hint: textIn(told, 'hint'),
    rolledBackTo: textIn(told, 'rolledBackTo'),
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined where it is missing, empty, or no text. */
export function textIn(record: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = record[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readProblem(problem: Readonly<Record<string, unknown>>): SetupError {
  return new SetupError({
    code: textIn(problem, 'code') ?? 'internal_error',
    message: textIn(problem, 'message') ?? 'The gateway could not do that.',
    hint: textIn(problem, 'hint') ?? '',
    isRetryable: problem['retryable'] === true,
  });
}

function parse(payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const told: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    if (isRecord(told)) return told;
  } catch {
    // Told below.
  }
  throw new ProtocolError('malformed', 'a payload that is no JSON object');
}
