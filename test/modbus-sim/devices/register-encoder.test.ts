import t from 'tap';
import type { RegisterDefinition } from '../../../modbus-sim/devices/device-definition.ts';
import { counter, f32, s16, s32, text, u16, u32 } from '../../../modbus-sim/devices/device-definition.ts';
import { DeviceView } from '../../../modbus-sim/devices/device-view.ts';
import { encodeRegister } from '../../../modbus-sim/devices/register-encoder.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';

const home = new SimulatedHome({ seed: 1, startMs: 0 });
const view = new DeviceView({ serialNumber: '1', site: home.site }, home.state());

function words(register: RegisterDefinition, wordOrder: 'high-first' | 'low-first' = 'high-first'): number[] {
  const target = new Uint16Array(32);
  encodeRegister(register, view, wordOrder, target);
  return [...target.subarray(0, register.words)];
}

t.test('floats come out as in the published samples', async (t) => {
  t.same(words(f32(0, () => 230.2)), [0x4366, 0x3333]);
  t.same(words(f32(0, () => 50.01)), [0x4248, 0x0a3d]);
  t.same(words(f32(0, () => 1234.5)), [0x449a, 0x5000]);
});

t.test('integers follow scale, sign and word order', async (t) => {
  t.same(words(u16(0, 0.1, () => 230.24)), [2302]);
  t.same(words(s16(0, 0.1, () => -12.34)), [0x10000 - 123]);
  t.same(words(s32(0, 1, () => -2)), [0xffff, 0xfffe]);
  t.same(
    words(
      s32(0, 1, () => -2),
      'low-first',
    ),
    [0xfffe, 0xffff],
  );
  t.same(
    words(
      u32(0, 1, () => 0x12345678),
      'low-first',
    ),
    [0x5678, 0x1234],
  );
  t.same(words(u32(0, 1, () => 0xfedcba98)), [0xfedc, 0xba98]);
});

t.test('values saturate, counters are cut and wrap', async (t) => {
  t.same(words(u16(0, 1, () => -5)), [0]);
  t.same(words(u16(0, 1, () => 70_000)), [0xffff]);
  t.same(words(s16(0, 1, () => -70_000)), [0x8000]);
  t.same(words(u32(0, 1, () => 2 ** 33)), [0xffff, 0xffff]);
  t.same(words(counter('u16', 0, 100, () => 199)), [1]);
  t.same(words(counter('u16', 0, 100, () => 6_553_600)), [0]);
  t.same(words(counter('u32', 0, 1, () => 2 ** 32 + 5)), [0, 5]);
});

t.test('text is padded with NUL and cut at its size, whatever the word order', async (t) => {
  t.same(
    words(
      text(0, 3, () => 'abc'),
      'low-first',
    ),
    [0x6162, 0x6300, 0],
  );
  t.same(words(text(0, 1, () => 'abc')), [0x6162]);
});
