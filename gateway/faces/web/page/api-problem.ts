export interface ProblemFacts {
  /** 0 when there was no answer. */
  readonly status: number;
  /** The gateway's error code; `unreachable` when there was no answer. */
  readonly code: string;
  readonly hint?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** A request that did not do what it should. The message is for people; branch on `code`. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly facts: ProblemFacts;

  constructor(message: string, facts: ProblemFacts) {
    super(message);
    this.facts = facts;
  }
}

/** The gateway's problem document (RFC 9457) as an error; anything else by its status. */
export async function problemFrom(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined =>
    typeof body[name] === 'string' ? body[name] : undefined;
  const wait = Number(response.headers.get('retry-after') ?? NaN);
  return new ApiProblem(text('detail') ?? `the gateway answered ${response.status}`, {
    status: response.status,
    code: text('code') ?? 'unknown',
    hint: text('hint'),
    retryAfterSeconds: Number.isFinite(wait) ? wait : undefined,
  });
}

/** Whether the same question may be answered a moment later. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.facts.status === 0 || error.facts.status === 503);
}

/** Whatever went wrong, in words for people. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof ApiProblem)) return 'something went wrong in this page';
  const { hint } = error.facts;
  return hint === undefined ? error.message : `${error.message} (${hint})`;
}
