import { strictText } from '../strict-text.ts';

/** A request, and each part of an answer, at most. */
const egwttpBytesMax = 512;
const pathLengthMax = 128;
const offsetMax = 1_000_000;

/** The ancestor writes the name with one T in its answers, and with two it is asked. */
const requestLine = /^([A-Z]{1,16}) (\/[\x21-\x7e]*) EGWTTP\/1\.1$/;
const headerLine = /^([A-Za-z][A-Za-z-]*): ?([\x20-\x7e]*)$/;
const headEnd = '\r\n\r\n';

export interface EgwttpRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** How many bytes of the answer's body the client has. */
  readonly offset: number;
}

export type EgwttpRead =
  | { readonly request: EgwttpRequest }
  | { readonly fault: string; readonly method: string; readonly path: string };

/** The whole answer to a request. */
export interface EgwttpAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  410: 'Gone',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** One write is one request. `fault` says what is wrong with it, for people. */
export function readEgwttpRequest(bytes: Uint8Array): EgwttpRead {
  const text = strictText(bytes);
  if (bytes.length > egwttpBytesMax || text === undefined)
    return { fault: `a request is UTF-8 of ${egwttpBytesMax} bytes at most`, method: '-', path: '-' };
  const end = text.indexOf(headEnd);
  const [first = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const [, method, path = ''] = requestLine.exec(first) ?? [];
  if (method === undefined || path.length > pathLengthMax)
    return {
      fault: 'a request begins with METHOD /path EGWTTP/1.1, and a blank line ends its head',
      method: '-',
      path: '-',
    };
  const body = text.slice(end + headEnd.length);
  const headers = readHeaders(lines);
  if (headers === undefined)
    return { fault: 'a line of the head is no header, or there twice', method, path };
  const fault = faultOf(headers, body);
  return fault === undefined
    ? { request: { method, path, body, offset: Number(headers.get('offset') ?? 0) } }
    : { fault, method, path };
}

/**
 * One part of an answer, beginning at `offset` of its body. `Content-Length` is that of the whole body. The reason and
 * the number are those of HTTP; the ancestor has always said `200 OK`.
 */
export function encodeEgwttpPart(
  { method, path, offset }: Pick<EgwttpRequest, 'method' | 'path' | 'offset'>,
  { status, body }: EgwttpAnswer,
): Uint8Array {
  const head = [
    `EGWTP/1.1 ${status} ${reasons[status] ?? 'Unknown'}`,
    `Location: ${path}`,
    `Method: ${method}`,
    'Content-Type: text/json',
    `Content-Length: ${body.length}`,
    ...(offset > 0 ? [`Offset: ${offset}`] : []),
  ];
  const headBytes = new TextEncoder().encode(head.join('\r\n') + headEnd);
  const part = body.subarray(offset, offset + egwttpBytesMax - headBytes.length);
  return Uint8Array.of(...headBytes, ...part);
}

/** By their names in small letters; undefined for anything that is no header. */
function readHeaders(lines: readonly string[]): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined || headers.has(name.toLowerCase())) return undefined;
    headers.set(name.toLowerCase(), value.trim());
  }
  return headers;
}

function faultOf(headers: ReadonlyMap<string, string>, body: string): string | undefined {
  const bodyBytes = new TextEncoder().encode(body).length;
  const length = headers.get('content-length') ?? String(bodyBytes);
  if (length !== String(bodyBytes)) return `Content-Length is ${bodyBytes} for this body`;
  const offset = headers.get('offset') ?? '0';
  const isOffset = /^\d{1,7}$/.test(offset) && Number(offset) <= offsetMax;
  return isOffset ? undefined : `Offset is a number of bytes, ${offsetMax} at most`;
}
