import t from 'tap';
import type { FoundService } from '../../../gateway/core/service-discovery.ts';
import { opened, type Opened } from './homewizard-bench.ts';
import { noAnswer, valueOf } from './source-bench.ts';

const { signal } = new AbortController();

/** The device at this address only. */
function isAt({ bench }: Opened, address: string): void {
  bench.trouble = ({ url }) => (new URL(url).hostname === address ? undefined : noAnswer);
}

function announced(serial: string, address: string): FoundService {
  return { name: 'P1 meter', type: '_hwenergy._tcp', address, port: 80, txt: { serial, api_enabled: '1' } };
}

t.test('a device that has got another address is found again by its serial number', async (t) => {
  const one = opened({ host: '192.168.1.30' });
  const { bench, reader } = one;
  isAt(one, '192.168.1.30');
  await reader.read(signal);
  bench.services = [announced('5c2fafaabbcc', '192.168.1.40'), announced('5C2FAF0A1B2C', '192.168.1.41')];
  isAt(one, '192.168.1.41');
  await t.rejects(reader.read(signal), { code: 'connection_timeout' });
  t.equal(bench.browses, 0, 'it is not looked for in time that is over');
  t.ok(valueOf(await reader.read(signal), 'grid_power_w'));
  await reader.read(signal);
  t.equal(bench.browses, 1, 'and then it is known');
  isAt(one, '192.168.1.30');
  await t.rejects(reader.read(signal), { code: 'connection_timeout' });
  t.ok(valueOf(await reader.read(signal), 'grid_power_w'), 'it may come back to where it was');
});

t.test('a device that is off is looked for once a minute, and another one is not taken for it', async (t) => {
  const one = opened({ host: '192.168.1.30' });
  const { bench, reader } = one;
  await reader.read(signal);
  bench.services = [announced('5c2fafaabbcc', '192.168.1.40')];
  isAt(one, 'nowhere');
  for (let turn = 0; turn < 13; turn += 1) {
    await t.rejects(reader.read(signal), { code: 'connection_timeout' });
    bench.nowMs += 10_000;
  }
  t.equal(bench.browses, 2);
  t.notOk(bench.requests.some(({ url }) => url.includes('192.168.1.40')));
});

t.test('one that was never there, or has a port of its own, is where its owner says', async (t) => {
  const unknown = opened({ host: '192.168.1.30' });
  isAt(unknown, 'nowhere');
  for (const turn of [1, 2])
    await t.rejects(unknown.reader.read(signal), { code: 'connection_timeout' }, String(turn));
  t.equal(unknown.bench.browses, 0);
  const fixed = opened({ host: 'http://192.168.1.30:8080', serial: '5c2faf0a1b2c' });
  fixed.bench.services = [announced('5c2faf0a1b2c', '192.168.1.41')];
  isAt(fixed, 'nowhere');
  for (const turn of [1, 2])
    await t.rejects(fixed.reader.read(signal), { code: 'connection_timeout' }, String(turn));
  t.notOk(fixed.bench.requests.some(({ url }) => url.includes('192.168.1.41')));
});
