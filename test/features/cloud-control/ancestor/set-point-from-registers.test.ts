import t from 'tap';
import { setPointFromRegisters } from '../../../../gateway/features/cloud-control/ancestor/set-point-from-registers.ts';
import { driverIds, encodeWrite, findDriver } from '../../../../gateway/io/drivers/index.ts';

const controlsOf = (id: string): Parameters<typeof setPointFromRegisters>[0] => {
  const driver = findDriver(id);
  return { controls: driver?.controls ?? [], wordOrder: driver?.wordOrder ?? 'big' };
};

t.test(
  'registers and values that are one set point of a declared control become that, and no others',
  (t) => {
    // Sungrow hybrid: 13049 EMS mode, 13050 command (170 charge, 187 discharge), 13051 power.
    const sungrow = controlsOf('sungrow-hybrid');
    const battery = sungrow.controls.find(({ name }) => name === 'battery_power_w');
    t.ok(battery);
    const table: readonly (readonly [string, readonly (readonly [number, number])[], unknown])[] = [
      [
        'all three',
        [
          [13049, 2],
          [13050, 187],
          [13051, 1_500],
        ],
        { control: 'battery_power_w', value: 1_500 },
      ],
      [
        'charging',
        [
          [13050, 170],
          [13051, 1_500],
        ],
        { control: 'battery_power_w', value: -1_500 },
      ],
      ['a power that may be either', [[13051, 1_500]], undefined],
      [
        'a power beyond its limit',
        [
          [13050, 187],
          [13051, 65_000],
        ],
        undefined,
      ],
      ['a mode alone', [[13049, 2]], undefined],
      [
        'another mode',
        [
          [13049, 3],
          [13050, 187],
          [13051, 1_500],
        ],
        undefined,
      ],
      [
        'a register too many',
        [
          [13050, 187],
          [13051, 1_500],
          [13000, 1],
        ],
        undefined,
      ],
      ['a register of nobody', [[143, 72]], undefined],
      ['nothing', [], undefined],
    ];
    for (const [title, pairs, wanted] of table) {
      const orders = pairs.map(([register, value]) => ({ register, value }));
      t.strictSame(setPointFromRegisters(sungrow, orders), wanted, title);
    }
    t.end();
  },
);

t.test('what any driver would write for a set point is understood as that, or not at all', (t) => {
  let understood = 0;
  for (const id of driverIds) {
    const device = controlsOf(id);
    for (const control of device.controls) {
      for (const value of [control.min, control.max, control.min + control.step]) {
        const orders = control.set
          .flatMap((write) => ('block' in write ? write.block : [write]))
          .flatMap(({ register, value: set }) => {
            const raw = typeof set === 'function' ? set(value) : set;
            const { write } = encodeWrite(register, raw, { wordOrder: device.wordOrder, exponent: 0 });
            return [...write.words].map((word, index) => ({
              register: register.address + index,
              value: word,
            }));
          });
        const found = setPointFromRegisters(device, orders);
        if (found === undefined) continue;
        understood += 1;
        t.strictSame(found, { control: control.name, value }, `${id} ${control.name} ${value}`);
      }
    }
  }
  t.ok(understood >= 20, `${understood} set points`);
  t.end();
});
