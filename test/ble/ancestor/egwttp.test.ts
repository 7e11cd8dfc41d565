import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import { encodeEgwttpPart, readEgwttpRequest } from '../../../ble/ancestor/egwttp.ts';
import { anyText } from '../any-text.ts';
import { readPart, requestText } from './egwttp-client.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

t.test('the worked example, byte for byte', (t) => {
  const read = readEgwttpRequest(
    bytes('GET /api/hello EGWTTP/1.1\r\nContent-Type: text/json\r\nContent-Length: 0\r\n\r\n'),
  );
  t.strictSame(read, { request: { method: 'GET', path: '/api/hello', body: '', offset: 0 } });
  const part = encodeEgwttpPart(
    { method: 'GET', path: '/api/hello', offset: 0 },
    { status: 200, body: bytes('{"message": "hello world from srcful!"}') },
  );
  t.equal(
    Buffer.from(part).toString(),
    'EGWTP/1.1 200 OK\r\nLocation: /api/hello\r\nMethod: GET\r\nContent-Type: text/json\r\nContent-Length: 39\r\n\r\n{"message": "hello world from srcful!"}',
  );
  t.end();
});

t.test('a body is what its length says, blank lines and all', (t) => {
  for (const body of ['', '{}', 'a\r\n\r\nb', '\r\n\r\n', '{"ssid": "café"}']) {
    const read = readEgwttpRequest(bytes(requestText('POST', '/api/echo', body)));
    t.strictSame(read, { request: { method: 'POST', path: '/api/echo', body, offset: 0 } });
  }
  const bare = readEgwttpRequest(bytes('POST /api/echo EGWTTP/1.1\r\n\r\n{}'));
  t.match(bare, { request: { body: '{}' } }, 'without a length it is all that comes');
  t.match(readEgwttpRequest(bytes(requestText('GET', '/a', '', 77))), { request: { offset: 77 } });
  const odd = 'GET /a EGWTTP/1.1\r\noffset:9\r\nX-Other: 1\r\n\r\n';
  t.match(readEgwttpRequest(bytes(odd)), { request: { offset: 9 } }, 'headers in any letters, and others');
  t.end();
});

t.test('what is no request is told', (t) => {
  const head = 'GET /a EGWTTP/1.1\r\n';
  const rows: Readonly<Record<string, RegExp>> = {
    '': /begins with/,
    'GET /a EGWTTP/1.1': /begins with/,
    'GET /a EGWTTP/1.1\r\n': /begins with/,
    'GET /a EGWTTP/1.1\n\n': /begins with/,
    'GET /a HTTP/1.1\r\n\r\n': /begins with/,
    'GET /a EGWTP/1.1\r\n\r\n': /begins with/,
    'get /a EGWTTP/1.1\r\n\r\n': /begins with/,
    'GET a EGWTTP/1.1\r\n\r\n': /begins with/,
    'GET /a b EGWTTP/1.1\r\n\r\n': /begins with/,
    [`GET /${'a'.repeat(128)} EGWTTP/1.1\r\n\r\n`]: /begins with/,
    [`${head}Content-Length: 3\r\n\r\n{}`]: /Content-Length is 2/,
    [`${head}Content-Length: 02\r\n\r\n{}`]: /Content-Length is 2/,
    [`${head}Content-Length: 2\r\n\r\né `]: /Content-Length is 3/,
    [`${head}Offset: -1\r\n\r\n`]: /Offset/,
    [`${head}Offset: 1e3\r\n\r\n`]: /Offset/,
    [`${head}Offset: 1000001\r\n\r\n`]: /Offset/,
    [`${head}Offset: \r\n\r\n`]: /Offset/,
    [`${head}Offset: 1\r\nOFFSET: 2\r\n\r\n`]: /no header/,
    [`${head}no header\r\n\r\n`]: /no header/,
    [`${head}a\nb: c\r\n\r\n`]: /no header/,
    [requestText('POST', '/a', 'x'.repeat(480))]: /512 bytes/,
  };
  for (const [text, fault] of Object.entries(rows))
    t.match(readEgwttpRequest(bytes(text)), { fault }, JSON.stringify(text).slice(0, 60));
  t.match(readEgwttpRequest(Uint8Array.of(0x47, 0xff)), { fault: /UTF-8/ });
  t.end();
});

t.test('any bytes are a request or a fault, and a request is what was written', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600, size: 'max' }), (any) => {
      readEgwttpRequest(any);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(anyText(200), fc.nat(1_000_000), (body, offset) => {
      const written = bytes(requestText('POST', '/api/echo', body, offset));
      const read = readEgwttpRequest(written);
      if (written.length > 512) return 'fault' in read;
      return 'request' in read && read.request.body === body && read.request.offset === offset;
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('the parts of an answer are 512 bytes at most, and make the whole', (t) => {
  const method = fc.constantFrom('GET', 'POST');
  fc.assert(
    fc.property(method, fc.uint8Array({ maxLength: 3_000, size: 'max' }), (method, body) => {
      const got: number[] = [];
      let parts = 0;
      do {
        const written = encodeEgwttpPart(
          { method, path: '/api/wifi', offset: got.length },
          { status: 200, body },
        );
        const part = readPart(written);
        if (written.length > 512 || part.length !== body.length || part.offset !== got.length) return false;
        got.push(...part.body);
        parts += 1;
      } while (got.length < body.length && parts < 20);
      return Buffer.compare(Uint8Array.from(got), body) === 0;
    }),
    { numRuns: 200 },
  );
  t.end();
});
