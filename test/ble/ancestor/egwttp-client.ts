/** The other end, as the ancestor's apps have it. */
export function requestText(method: string, path: string, body = '', offset?: number): string {
  const head = [
    `${method} ${path} EGWTTP/1.1`,
    'Content-Type: text/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(offset === undefined ? [] : [`Offset: ${offset}`]),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

export interface Part {
  readonly status: string;
  readonly location: string | undefined;
  /** Of the whole body. */
  readonly length: number;
  readonly offset: number;
  readonly body: Uint8Array;
}

/** Throws for what an app would not understand. */
export function readPart(bytes: Uint8Array): Part {
  const end = Buffer.from(bytes).indexOf('\r\n\r\n');
  const [first = '', ...lines] = Buffer.from(bytes.subarray(0, end)).toString().split('\r\n');
  if (end < 0 || !first.startsWith('EGWTP/1.1 ')) throw new Error(`no answer: ${first}`);
  const headers = new Map(lines.map((line) => line.split(': ') as [string, string]));
  return {
    status: first.slice('EGWTP/1.1 '.length),
    location: headers.get('Location'),
    length: Number(headers.get('Content-Length')),
    offset: Number(headers.get('Offset') ?? 0),
    body: bytes.subarray(end + 4),
  };
}
