import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import '../property-seed.ts';
import { errorCodeOf } from '../../gateway/core/errors.ts';
import { createRealHttp } from '../../gateway/system/real-http.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const packed = gzipSync('{"power":[1,2,3,4,5,6,7,8,9]}');
const answers: readonly Buffer[] = [
  Buffer.from(`${head}Content-Length: 11\r\n\r\n{"power":5}`),
  Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\nb\r\n{"power":5}\r\n0\r\n\r\n`),
  Buffer.from(`${head}Connection: close\r\n\r\n{"power":5}`),
  Buffer.concat([
    Buffer.from(`${head}Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`),
    packed,
  ]),
  Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${head}Content-Length: 0\r\n\r\n`),
];

/** Bytes replaced, put in, taken out or cut off at places of their own. */
const change = fc.record({
  at: fc.nat(300),
  how: fc.constantFrom('replace', 'insert', 'remove', 'cut', 'repeat'),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
});

type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function changed(answer: Buffer, { at, how, bytes }: Change): Buffer {
  const place = at % (answer.length + 1);
  const [before, after] = [answer.subarray(0, place), answer.subarray(place)];
  if (how === 'cut') return before;
  if (how === 'repeat') return Buffer.concat([answer, after]);
  if (how === 'remove') return Buffer.concat([before, after.subarray(bytes.length)]);
  return Buffer.concat([before, bytes, how === 'insert' ? after : after.subarray(bytes.length)]);
}

t.test(
  'whatever bytes are answered, there is an answer within its bounds or an error with a code',
  async (t) => {
    let answer: Buffer = Buffer.alloc(0);
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createRealHttp({
      resolver: { resolve: (host) => Promise.resolve([host]) },
      refuseAddress: () => undefined,
    });
    t.teardown(() => {
      client.close();
      server.close();
    });
    const request = {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      reach: 'home',
      bytesMax: 64,
    } as const;
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...answers),
        fc.array(change, { maxLength: 3 }),
        async (base, changes) => {
          answer = changes.reduce(changed, base);
          try {
            const { status, body, headers } = await client.request(request, new AbortController().signal);
            answered += 1;
            return status >= 100 && status <= 999 && body.length <= 64 && Object.keys(headers).length < 100;
          } catch (error) {
            return ['answer_invalid', 'connection_closed'].includes(errorCodeOf(error) ?? '');
          }
        },
      ),
      { numRuns: 200 },
    );
    t.ok(answered > 10, `${answered} of them are answers`);
  },
);
