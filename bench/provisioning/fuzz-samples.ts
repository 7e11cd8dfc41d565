/** What is right, for others to be made of it: by where it goes. */

/** Of Improv's characteristic of commands: command, length, data, checksum (improv-wifi.com, "RPC Command"). */
export const improvSamples: readonly Buffer[] = [
  rpc(1, fields('Home', 'the wrong password')),
  rpc(1, fields('Home', 'the right password')),
  rpc(2),
  rpc(3),
  rpc(4),
  rpc(5),
  rpc(5, fields('gateway-1')),
  rpc(6),
  rpc(6, fields('Cellar')),
  rpc(0xff),
  Buffer.alloc(0),
];

/** Of the ancestor's request, and of its connecting and removing of a network (protocol buffers). */
export const ancestorSamples: readonly Buffer[] = [
  egwttp('GET', '/api/wifi'),
  egwttp('GET', '/api/wifi/scan'),
  egwttp('GET', '/api/network'),
  egwttp('GET', '/api/network/address'),
  egwttp('GET', '/api/name'),
  egwttp('GET', '/api/crypto'),
  egwttp('POST', '/api/wifi', '{"ssid":"Home","psk":"the wrong password"}'),
  egwttp('DELETE', '/api/wifi'),
  egwttp('GET', '/api/wifi', '', 'Offset: 100'),
  Buffer.concat([protobuf(1, 'Home'), protobuf(2, 'the wrong password')]),
  protobuf(1, 'Home'),
  Buffer.from('0800', 'hex'),
  Buffer.from('ffffffffffffffffff01', 'hex'),
];

/** Of the gateway's socket: lines. */
export const socketSamples: readonly Buffer[] = [
  { id: 1, ask: 'describe' },
  { id: 2, ask: 'hello', frame: Buffer.alloc(49, 1).toString('base64') },
  { id: 3, ask: 'proof', handshake: 'h', frame: Buffer.alloc(33, 3).toString('base64') },
  { id: 4, ask: 'verb', verb: 'info', way: 'session', session: 's' },
  { id: 5, ask: 'verb', verb: 'scan', way: 'improv' },
  { id: 6, ask: 'verb', verb: 'set-wifi', input: { ssid: 'Home', password: 'no' }, way: 'ancestor' },
  { id: 7, ask: 'end', session: 's' },
  { id: 8, ask: 'end', handshake: 'h' },
  { id: 9, ask: 'verb', verb: 'factory-reset', input: { gatewayId: 'a' }, way: 'session', session: 's' },
].map((ask) => Buffer.from(`${JSON.stringify(ask)}\n`));

/** Fragments of the inbox: hellos, proofs, records, and parts of them. */
export const inboxSamples: readonly Buffer[] = [
  Buffer.concat([Buffer.of(0x80, 0x01), Buffer.alloc(48, 9)]),
  Buffer.concat([Buffer.of(0x80, 0x03), Buffer.alloc(32, 9)]),
  Buffer.concat([Buffer.of(0x80, 0x06), Buffer.alloc(60)]),
  Buffer.concat([Buffer.of(0x00, 0x01), Buffer.alloc(20, 9)]),
  Buffer.concat([Buffer.of(0x81), Buffer.alloc(28, 9)]),
  Buffer.concat([Buffer.of(0x80, 0x05), Buffer.alloc(3)]),
  Buffer.of(0x80),
  Buffer.alloc(512),
];

/** ATT packets (Bluetooth Core 5.4, Vol 3, Part F, 3.4) on the handles that there are, and on others. */
export const attSamples: readonly Buffer[] = [0x01, 0x03, 0x08, 0x0c, 0x10, 0x14, 0x20, 0xffff].flatMap(
  (handle) => [
    att(0x02, word(handle)),
    att(0x04, word(handle), word(0xffff)),
    att(0x06, word(1), word(0xffff), word(0x2800), word(handle)),
    att(0x08, word(handle), word(0xffff), word(0x2803)),
    att(0x0a, word(handle)),
    att(0x0c, word(handle), word(22)),
    att(0x0e, word(handle), word(1)),
    att(0x10, word(handle), word(0xffff), word(0x2800)),
    att(0x12, word(handle), Buffer.of(0x80, 1, 2, 3)),
    att(0x52, word(handle), Buffer.of(0x80, 1, 2, 3)),
    att(0x16, word(handle), word(0), Buffer.alloc(18, 0x80)),
    att(0x16, word(handle), word(18), Buffer.alloc(200, 1)),
    att(0x18, Buffer.of(1)),
    att(0x18, Buffer.of(0)),
    att(0xd2, word(handle), Buffer.alloc(20)),
    att(0x1e),
    att(0x01, Buffer.of(0x0a), word(handle), Buffer.of(1)),
  ],
);

function rpc(command: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.concat([Buffer.of(command, data.length), data]);
  return Buffer.concat([head, Buffer.of(head.reduce((sum, byte) => sum + byte, 0) & 0xff)]);
}

function fields(...texts: readonly string[]): Buffer {
  return Buffer.concat(texts.map((text) => Buffer.concat([Buffer.of(text.length), Buffer.from(text)])));
}

function egwttp(method: string, path: string, body = '', header = ''): Buffer {
  const lines = [`${method} ${path} EGWTTP/1.1`, `Content-Length: ${body.length}`];
  if (header !== '') lines.push(header);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function protobuf(number: number, text: string): Buffer {
  return Buffer.concat([Buffer.of((number << 3) | 2, text.length), Buffer.from(text)]);
}

function att(code: number, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(code), ...parts]);
}

function word(value: number): Buffer {
  return Buffer.of(value & 0xff, value >> 8);
}
