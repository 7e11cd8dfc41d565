import fc from 'fast-check';
import t from 'tap';
import { readFoundService } from '../../gateway/system/found-service.ts';

const type = '_hwenergy._tcp';
const referer = { address: '192.168.1.9', family: 'IPv4' as const, port: 5_353, size: 100 };

t.test('a service is found at each of its IPv4 addresses, under its whole name', async (t) => {
  const addresses = ['192.168.1.7', 'fe80::1', '10.0.0.7', '192.168.1.7'];
  const txt = { product_name: 'P1 meter', api_enabled: '1' };
  const found = readFoundService(type, {
    fqdn: `p1.meter-0A1B.${type}.local`,
    port: 80,
    addresses,
    referer,
    txt,
  });
  t.same(found, [
    { name: 'p1.meter-0A1B', type, address: '192.168.1.7', port: 80, txt },
    { name: 'p1.meter-0A1B', type, address: '10.0.0.7', port: 80, txt },
  ]);
});

t.test('one that names no address is where its answer came from', async (t) => {
  const found = readFoundService(type, {
    fqdn: `p1.${type}.local`,
    port: 80,
    addresses: ['fe80::1'],
    referer,
  });
  t.match(found, [{ address: '192.168.1.9', txt: {} }]);
});

t.test('what a name could do to a terminal is taken out of it', async (t) => {
  const name = '\u001B[2Jroof\u202E\u0000\n\u2028';
  const [found] = readFoundService(type, { fqdn: `${name}.${type}.local`, port: 80, referer });
  t.equal(found?.name, '[2Jroof');
});

t.test('what has no name or no port is left out', async (t) => {
  t.same(readFoundService(type, { fqdn: `.${type}.local`, port: 80, referer }), []);
  t.same(readFoundService(type, { fqdn: `\u0000.${type}.local`, port: 80, referer }), []);
  t.same(readFoundService(type, { fqdn: `p1.${type}.local`, port: 0, referer }), []);
  t.same(readFoundService(type, { port: 80, referer }), []);
  t.same(readFoundService(type, { fqdn: `p1.${type}.local`, port: 80 }), [], 'nor an address');
});

t.test('whatever strangers say is bounded', async (t) => {
  const announced = fc.record({
    fqdn: fc.string({ unit: 'binary', maxLength: 300 }).map((name) => `${name}.${type}.local`),
    port: fc.integer({ min: 0, max: 70_000 }),
    addresses: fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 5 }),
    txt: fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.string({ maxLength: 400 }), { maxKeys: 60 })),
  });
  const isBounded = fc.property(announced, (said) => {
    for (const { name, address, port, txt } of readFoundService(type, said)) {
      const texts = [name, ...Object.keys(txt), ...Object.values(txt)];
      if (name === '' || name.length > 63 || port > 65_535 || !/^[\d.]+$/.test(address)) return false;
      if (Object.keys(txt).length > 32) return false;
      if (texts.some((text) => text.length > 255 || /[\p{Cc}\p{Cf}]/u.test(text))) return false;
    }
    return true;
  });
  t.doesNotThrow(() => fc.assert(isBounded));
});
