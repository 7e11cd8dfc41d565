/** A request as a simulated service sees it. */
export interface ServiceRequest {
  readonly method: string;
  /** With the query: `/api/v1/data?x=1`. */
  readonly url: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A service of the home or of the internet, as it is documented: no clock, no sockets. */
export interface SimulatedService {
  /** Kebab-case; as the source that asks it is called. */
  readonly id: string;
  handle(request: ServiceRequest, nowMs: number): ServiceAnswer;
}

/** An answer with a JSON body. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}
