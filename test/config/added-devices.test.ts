import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { createAddedDeviceFile, createAddedDevices } from '../../gateway/config/added-devices.ts';
import { errorCodeOf } from '../../gateway/core/errors.ts';
import { realDisk } from '../../gateway/system/real-disk.ts';
import { load, plainInputs as inputs } from './inputs.ts';

const meter = {
  id: 'meter-2',
  driver: 'eastron-sdm630',
  transport: { kind: 'modbus-tcp', host: '192.168.1.40' },
  period: '5s',
};

const withMeter = `devices:
  - { id: meter-1, driver: eastron-sdm630, transport: { kind: modbus-tcp, host: 192.168.1.30 } }
`;

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'egw-added-'));
}

t.test('a device that was added is there at the next start, after those of the file', async (t) => {
  const file = createAddedDeviceFile(realDisk, directory());
  const added = createAddedDevices(file, await load(withMeter), inputs);
  t.match(await added.add(meter), { id: 'meter-2', periodMs: 5_000, enabled: true });
  const { config, sources } = await load(withMeter, { addedDevices: file.read() });
  t.same(
    config.devices.map(({ id }) => id),
    ['meter-1', 'meter-2'],
  );
  t.equal(sources.originOf(['devices', 1, 'id']).kind, 'stored');
  t.match(sources.originOf(['devices', 0, 'id']), { kind: 'file' });
});

t.test('a device is checked as the file would be, and refused whole', async (t) => {
  const file = createAddedDeviceFile(realDisk, directory());
  const added = createAddedDevices(file, await load(withMeter), inputs);
  const refused = async (change: Record<string, unknown>): Promise<string> => {
    try {
      await added.add({ ...meter, ...change });
      return 'accepted';
    } catch (error) {
      return `${errorCodeOf(error) ?? ''}: ${(error as Error).message}`;
    }
  };
  t.match(await refused({ driver: 'no-such-driver' }), /^config_invalid: .*driver/);
  t.match(await refused({ unit: 248 }), /^config_invalid: .*unit.*248/);
  t.match(await refused({ transport: { kind: 'modbus-tcp', host: '8.8.8.8' } }), /^config_invalid: .*public/);
  t.match(await refused({ id: 'meter-1' }), /^already_exists/);
  t.same(file.read(), [], 'and nothing is kept');
});

t.test('a device goes again, but not one of the file', async (t) => {
  const file = createAddedDeviceFile(realDisk, directory());
  const added = createAddedDevices(file, await load(withMeter), inputs);
  await added.add(meter);
  t.throws(() => added.remove('meter-1'), { code: 'config_pinned' });
  t.throws(() => added.remove('meter-9'), { code: 'device_unknown' });
  added.remove('meter-2');
  t.same(file.read(), []);
});

t.test('a damaged file is named, never taken for an empty one', async (t) => {
  const folder = directory();
  const file = createAddedDeviceFile(realDisk, folder);
  t.same(file.read(), [], 'none is none');
  for (const text of ['{', '[]', '{"formatVersion":2,"devices":[]}']) {
    writeFileSync(join(folder, 'added-devices.json'), text);
    t.throws(() => file.read(), { code: 'config_unreadable', message: /added-devices\.json/ });
  }
});

t.test('a device whose id the file has taken since is quarantined, and the file’s is read', async (t) => {
  const text = `devices:\n  - { id: meter-2, driver: eastron-sdm630, transport: { kind: modbus-tcp, host: 192.168.1.30 } }\n`;
  const { config, quarantined } = await load(text, { addedDevices: [meter] });
  t.match(config.devices, [{ id: 'meter-2', transport: { host: '192.168.1.30' } }]);
  t.match(quarantined, [{ index: 1, id: 'meter-2' }]);
});
