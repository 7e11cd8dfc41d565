import type { Reach } from './network.ts';

/** How the certificate of an `https:` server is judged; by the system's authorities and the URL's name unless said. */
export interface HttpTls {
  /** PEM: these authorities instead of the system's. */
  readonly authorities?: string;
  /** The name that the certificate must be for, where it is not the URL's host. */
  readonly serverName?: string;
  /** SHA-256 of the certificate, hex without colons: this one and no other, whoever signed it. */
  readonly fingerprint?: string;
  /** Only on its owner's explicit word: a self-signed certificate of a device in the home. */
  readonly acceptAny?: true;
}

export interface HttpRequest {
  /** GET unless said. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute, `http:` or `https:`. Credentials never stand in it. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Of the whole answer, unpacked; 1 MiB unless said. */
  readonly bytesMax?: number;
  readonly reach: Reach;
  readonly tls?: HttpTls;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in small letters; of a repeated one the values with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked where it was compressed. */
  readonly body: Uint8Array;
}

/**
 * HTTP as the gateway asks it: names by our own resolver, each address judged before it is connected to, no redirect
 * ever followed (a 3xx is the answer), nothing larger than allowed. Errors: `connection_refused`,
 * `connection_timeout` (also when the signal fires), `connection_closed` (also within the answer), `host_unresolved`,
 * `host_forbidden`, `certificate_invalid`, `answer_invalid` (no HTTP, or too large); `config_invalid` for a URL or a
 * header that cannot be sent. None tells of the URL more than its host, nor anything of headers and bodies. Where
 * nothing of the request can have left, the fact `isSent` says false.
 */
export interface HttpClient {
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
}
