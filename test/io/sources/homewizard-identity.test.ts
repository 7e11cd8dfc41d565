import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { homewizardP1 } from '../../../gateway/io/sources/homewizard-p1.ts';
import { HomewizardService } from '../../../modbus-sim/services/homewizard-service.ts';
import { jsonAnswer } from '../../../modbus-sim/services/service.ts';
import { defaults, failOnce, opened, type Opened } from './homewizard-bench.ts';
import { valueOf } from './source-bench.ts';

const { signal } = new AbortController();

/** The same gateway, with another device at the address. */
function exchanged(first: Opened, options: OptionValues = {}): Opened {
  const second = opened(options, 'HWE-P1', '5c2fafaabbcc');
  for (const [name, text] of first.bench.kept) second.bench.kept.set(name, text);
  return { ...second, reader: homewizardP1.open({ ...defaults, ...options }, second.bench.ports) };
}

t.test('another device at the address is refused, before and after a restart', async (t) => {
  const first = opened();
  await first.reader.read(signal);
  const other = new HomewizardService({
    home: first.home,
    product: 'HWE-P1',
    serial: '5c2fafaabbcc',
    zone: 'Europe/Paris',
  });
  await t.rejects(failOnce(first));
  first.bench.trouble = ({ url, method = 'GET' }) =>
    other.handle({ method, url: new URL(url).pathname, headers: {}, body: '' }, first.bench.nowMs);
  first.bench.takePaths();
  const refusal = {
    code: 'device_identity_changed',
    message: /5c2fafaabbcc, not 5c2faf0a1b2c/,
    hint: /set serial to 5c2fafaabbcc/,
  };
  await t.rejects(first.reader.read(signal), refusal);
  t.strictSame(first.bench.takePaths(), ['/api'], 'its data are not asked for');
  await t.rejects(first.reader.read(signal), refusal, 'however often it is asked');
  await t.rejects(exchanged(first).reader.read(signal), refusal, 'its number is kept');
  first.bench.trouble = () => undefined;
  t.ok(valueOf(await first.reader.read(signal), 'grid_power_w'), 'the own one is welcome back');
});

t.test('whoever says its serial number has the last word', async (t) => {
  const first = opened();
  await first.reader.read(signal);
  const { reader } = exchanged(first, { serial: '5C:2F:AF:AA:BB:CC' });
  t.ok(valueOf(await reader.read(signal), 'grid_power_w'));
  await t.rejects(opened({ serial: '5c2fafaabbcc' }).reader.read(signal), {
    code: 'device_identity_changed',
  });
});

t.test('data of another meter are taken when the device is the same', async (t) => {
  const { bench, reader } = opened();
  const said = { meter: '4530', serial: '5c2faf0a1b2c' };
  bench.trouble = ({ url }) =>
    url.endsWith('/data')
      ? jsonAnswer(200, { active_power_w: 5, unique_id: said.meter })
      : jsonAnswer(200, { product_type: 'HWE-P1', serial: said.serial });
  await reader.read(signal);
  await reader.read(signal);
  t.strictSame(bench.takePaths(), ['/api', '/api/v1/data', '/api/v1/data']);
  said.meter = '4531';
  t.ok(valueOf(await reader.read(signal), 'grid_power_w'), 'the grid has got a new meter');
  t.strictSame(bench.takePaths(), ['/api/v1/data', '/api']);
  said.meter = '4532';
  said.serial = '5c2fafaabbcc';
  await t.rejects(reader.read(signal), { code: 'device_identity_changed' }, 'it is another device');
});

t.test('a serial number that cannot be kept costs no reading', async (t) => {
  const { bench } = opened();
  const full = new GatewayError('disk_full', 'no room');
  const ports = { ...bench.ports, secrets: { ...bench.ports.secrets, save: () => Promise.reject(full) } };
  const reader = homewizardP1.open(defaults, ports);
  t.ok(valueOf(await reader.read(signal), 'grid_power_w'));
  t.match(bench.warnings, [/could not be kept/]);
});
