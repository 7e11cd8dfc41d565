/** The other end, written from the protocol's page alone: strict, as the clients of Improv are. */
export function improvPacket(command: number, data: Uint8Array | string = ''): Uint8Array {
  const bytes = [...Buffer.from(data)];
  const head = [command, bytes.length, ...bytes];
  return Uint8Array.of(...head, head.reduce((sum, byte) => sum + byte, 0) % 256);
}

export function wifiPacket(ssid: string, password: string): Uint8Array {
  return improvPacket(1, Buffer.concat([lengthFirst(ssid), lengthFirst(password)]));
}

export function lengthFirst(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
}

/** Throws for anything that a client would end the link for. */
export function readResult(bytes: Uint8Array): { readonly command: number; readonly texts: string[] } {
  const [command = -1, length = -1] = bytes;
  if (bytes.length !== length + 3) throw new Error(`${bytes.length} bytes that say ${length}`);
  const sum = bytes.subarray(0, -1).reduce((total, byte) => total + byte, 0) % 256;
  if (sum !== bytes.at(-1)) throw new Error('a wrong checksum');
  const texts: string[] = [];
  let at = 2;
  while (at < bytes.length - 1) {
    const end = at + 1 + (bytes[at] ?? 0);
    if (end > bytes.length - 1) throw new Error('a text that does not end');
    texts.push(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at + 1, end)));
    at = end;
  }
  return { command, texts };
}
