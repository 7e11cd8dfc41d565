import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Test } from 'tap';

/** What the server says to a question; undefined is silence. */
export type DnsAnswer =
  | { readonly addresses: readonly string[]; readonly ttl: number }
  | { readonly code: 'NXDOMAIN' | 'SERVFAIL' }
  | undefined;

export interface DnsServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Questions so far, as `A name` or `AAAA name`. */
  readonly questions: string[];
  answer: (name: string, type: 'A' | 'AAAA') => DnsAnswer;
}

/** A name server on loopback (RFC 1035, 4.1), closed at the end of the test. */
export async function startDnsServer(t: Test, answer: DnsServer['answer']): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const server: DnsServer = { address: `127.0.0.1:${port}`, questions: [], answer };
  socket.on('message', (query, peer) => {
    const { name, type, end } = readQuestion(query);
    server.questions.push(`${type} ${name}`);
    const reply = server.answer(name, type);
    if (reply !== undefined)
      socket.send(encodeReply(query.subarray(0, end), type, reply), peer.port, peer.address);
  });
  t.teardown(() => socket.close());
  return server;
}

function readQuestion(query: Buffer): {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly end: number;
} {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1) === 28 ? 'AAAA' : 'A', end: at + 5 };
}

function encodeReply(question: Buffer, type: 'A' | 'AAAA', reply: NonNullable<DnsAnswer>): Buffer {
  const head = Buffer.from(question);
  const addresses = 'addresses' in reply ? reply.addresses : [];
  const code = 'code' in reply ? { NXDOMAIN: 3, SERVFAIL: 2 }[reply.code] : 0;
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const ttl = 'ttl' in reply ? reply.ttl : 0;
  return Buffer.concat([head, ...addresses.map((address) => encodeRecord(address, type, ttl))]);
}

function encodeRecord(address: string, type: 'A' | 'AAAA', ttl: number): Buffer {
  const data =
    type === 'A'
      ? Buffer.from(address.split('.').map(Number))
      : Buffer.from(
          address
            .split(':')
            .map((word) => word.padStart(4, '0'))
            .join(''),
          'hex',
        );
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(type === 'A' ? 1 : 28, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttl, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([record, data]);
}
