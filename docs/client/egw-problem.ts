/** What the gateway refused, or failed at (RFC 9457). Branch on `code`: docs/ERRORS.md lists them. */
export class EgwProblem extends Error {
  override readonly name = 'EgwProblem';
  /** The HTTP status. */
  readonly status: number;
  readonly code: string;
  /** What to do about it, for people. */
  readonly hint: string | undefined;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Before which it will not; undefined where the gateway does not say. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, body: Readonly<Record<string, unknown>>, retryAfter: string | null = null) {
    super(typeof body['detail'] === 'string' ? body['detail'] : `the gateway answered ${status}`);
    this.status = status;
    this.code = typeof body['code'] === 'string' ? body['code'] : 'unknown';
    this.hint = typeof body['hint'] === 'string' ? body['hint'] : undefined;
    this.retryable = body['retryable'] === true;
    this.retryAfterSeconds = retryAfter === null ? undefined : Number(retryAfter);
  }

  /** Of an answer that is not good, whatever is in it. */
  static async of(response: Response): Promise<EgwProblem> {
    const text = await response.text();
    return new EgwProblem(response.status, objectIn(text), response.headers.get('retry-after'));
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
