import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { readW1, type W1SensorAnswer } from '../../../gateway/io/sources/w1-reader.ts';
import { w1Sysfs } from '../../../gateway/io/sources/w1-files.ts';
import { parseW1Slave } from '../../../gateway/io/sources/w1-slave.ts';
import { scratchpadOf, w1SlaveText } from '../../../modbus-sim/w1/ds18b20-chip.ts';
import { W1Folder } from '../../../modbus-sim/w1/w1-folder.ts';

const water = '28-00000a69bebf';
const flue = '28-00000a6c1d02';

/** What a gateway reads there. */
function read({ devices }: W1Folder, resolutionBits?: number): readonly W1SensorAnswer[] {
  let nowMs = 0;
  const time = { nowMs: () => nowMs, sleep: (forMs: number) => void (nowMs += forMs) };
  const sensors = resolutionBits === undefined ? {} : { [water]: { resolutionBits } };
  return readW1({ basePath: devices, ids: [], sensors, timeMsMax: 30_000 }, { files: w1Sysfs, time });
}

function folderOf(t: Test): W1Folder {
  return new W1Folder(t.testdir({}));
}

t.test('the scratchpad is the one that a probe has at that temperature', (t) => {
  const cases: readonly (readonly [number, string])[] = [
    [21.4375, '57 01 4b 46 7f ff 09 10 c7'],
    [62.5, 'e8 03 4b 46 7f ff 08 10 ed'],
    [0, '00 00 4b 46 7f ff 10 10 69'],
    [-10.125, '5e ff 4b 46 7f ff 02 10 b6'],
    [125, 'd0 07 4b 46 7f ff 10 10 55'],
    [140, 'd0 07 4b 46 7f ff 10 10 55'],
  ];
  for (const [celsius, bytes] of cases) {
    const text = w1SlaveText(scratchpadOf({ celsius, resolutionBits: 12 }));
    const milliCelsius = Math.trunc(Math.min(125, celsius) * 1_000);
    t.equal(text, `${bytes} : crc=${bytes.slice(-2)} YES\n${bytes} t=${milliCelsius}\n`);
  }
  const fresh = scratchpadOf({ celsius: 20, resolutionBits: 12, trouble: 'power-on' });
  t.match(w1SlaveText(fresh), '50 05 4b 46 7f ff 0c 10 1c');
  t.end();
});

t.test('a gateway reads what was to be shown, to the step of the resolution', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: -55, max: 125, noNaN: true }),
      fc.integer({ min: 9, max: 12 }),
      (celsius, bits) => {
        const found = parseW1Slave(w1SlaveText(scratchpadOf({ celsius, resolutionBits: bits })));
        if (typeof found === 'string' || found.resolutionBits !== bits) return false;
        const step = 0.0625 * 2 ** (12 - bits);
        return found.celsius % step === 0 && Math.abs(found.celsius - celsius) <= step;
      },
    ),
  );
  t.end();
});

t.test('the folder is as the kernel has it', (t) => {
  const folder = folderOf(t);
  folder.show([
    { id: water, celsius: 62.5 },
    { id: flue, celsius: 97 },
  ]);
  t.same(readdirSync(folder.devices).sort(), [water, flue, 'w1_bus_master1']);
  const text = (...path: readonly string[]): string => readFileSync(join(folder.devices, ...path), 'utf8');
  t.equal(text(water, 'temperature'), '62500\n');
  t.equal(text(water, 'conv_time'), '750\n');
  t.equal(text('w1_bus_master1', 'w1_master_slaves'), `${water}\n${flue}\n`);
  t.equal(text('w1_bus_master1', 'w1_master_slave_count'), '2\n');
  t.equal(text('w1_bus_master1', water, 'name'), `${water}\n`);
  t.end();
});

t.test('probes are read, change, fail in their ways, go and come back', (t) => {
  const folder = folderOf(t);
  const shown = (...probes: Parameters<W1Folder['show']>[0]): readonly string[] => {
    folder.show(probes);
    return read(folder).map(({ id, measurement, fault = '' }) => `${id} ${measurement?.celsius ?? fault}`);
  };
  t.same(shown({ id: water, celsius: 62.5 }, { id: flue, celsius: 97 }), [`${water} 62.5`, `${flue} 97`]);
  t.same(shown({ id: water, celsius: 63 }, { id: flue, celsius: 97 }), [`${water} 63`, `${flue} 97`]);
  for (const [trouble, fault] of [
    ['silent', 'no_answer'],
    ['shorted', 'all_zero'],
    ['power-on', 'not_converted'],
  ] as const) {
    t.same(shown({ id: water, celsius: 63, trouble }, { id: flue, celsius: 97 }), [
      `${water} ${fault}`,
      `${flue} 97`,
    ]);
  }
  t.same(shown({ id: water, celsius: 63, trouble: 'gone' }, { id: flue, celsius: 97 }), [`${flue} 97`]);
  t.same(shown({ id: water, celsius: 63 }), [`${water} 63`]);
  t.same(shown(), []);
  t.end();
});

t.test('what is written to it is obeyed', (t) => {
  const folder = folderOf(t);
  const show = (): void =>
    folder.show([
      { id: water, celsius: 62.4 },
      { id: flue, celsius: 97.2 },
    ]);
  show();
  read(folder, 9);
  show();
  t.same(
    read(folder).map(({ measurement }) => measurement),
    [
      { celsius: 62, resolutionBits: 9, isDoubtful: false },
      { celsius: 97.1875, resolutionBits: 12, isDoubtful: false },
    ],
  );
  t.equal(readFileSync(join(folder.devices, water, 'conv_time'), 'utf8'), '95\n');
  t.equal(readFileSync(join(folder.devices, 'w1_bus_master1', 'therm_bulk_read'), 'utf8'), 'trigger\n');
  writeFileSync(join(folder.devices, water, 'resolution'), '13\n');
  show();
  t.equal(readFileSync(join(folder.devices, 'w1_bus_master1', 'therm_bulk_read'), 'utf8'), '0\n');
  t.equal(readFileSync(join(folder.devices, water, 'resolution'), 'utf8'), '12\n');
  t.notOk(existsSync(join(folder.devices, water, 'w1_slave.new')), 'nothing is left behind');
  t.end();
});
