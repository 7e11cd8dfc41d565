/** A mail as a server has it, its words decoded. */
export interface ReceivedMail {
  /** Of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  /** Who logged in; empty: nobody. */
  readonly user: string;
  readonly isEncrypted: boolean;
  /** By their names in small letters, unfolded, as they came. */
  readonly headers: Readonly<Record<string, string>>;
  /** With its angle brackets; empty where there is none. */
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
}

export type MailEnvelope = Pick<ReceivedMail, 'from' | 'to' | 'user' | 'isEncrypted'>;

/** Reads what came between DATA and the dot (RFC 5322, 2045, 2047): one part of text. */
export function receivedMail(envelope: MailEnvelope, bytes: Buffer): ReceivedMail {
  const whole = bytes.toString('latin1');
  const end = whole.indexOf('\r\n\r\n');
  const head = end === -1 ? whole : whole.slice(0, end);
  const body = end === -1 ? '' : whole.slice(end + 4);
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return {
    ...envelope,
    headers,
    messageId: headers['message-id'] ?? '',
    subject: decodedWords(headers['subject'] ?? ''),
    text: decodedBody(body, headers['content-transfer-encoding'] ?? '7bit'),
  };
}

/** RFC 2047: white space between two encoded words is none. */
function decodedWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, form: string, word: string) =>
      form.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('latin1')
        : quotedBytes(word.replaceAll('_', ' ')),
    )
    .replace(/[\x80-\xff]+/g, (bytes) => Buffer.from(bytes, 'latin1').toString());
}

function decodedBody(body: string, encoding: string): string {
  const plain = (latin: string): string => Buffer.from(latin, 'latin1').toString().replaceAll('\r\n', '\n');
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString().replaceAll('\r\n', '\n');
    case 'quoted-printable':
      return plain(quotedBytes(body.replace(/=\r\n/g, '')));
    default:
      return plain(body);
  }
}

function quotedBytes(text: string): string {
  return text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
