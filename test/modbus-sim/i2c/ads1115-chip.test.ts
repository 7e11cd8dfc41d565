import t from 'tap';
import { Ads1115Chip } from '../../../modbus-sim/i2c/ads1115-chip.ts';

function word([high, low]: readonly [number, number]): number {
  return (high << 8) | low;
}

t.test('it wakes up as its data sheet says', (t) => {
  const chip = new Ads1115Chip({ inputs: [] });
  const resets = [0x0000, 0x8583, 0x8000, 0x7fff];
  for (const [register, expected] of resets.entries()) {
    chip.write([register], 0);
    t.equal(word(chip.read(0)), expected);
  }
  t.end();
});

t.test('the example of the wire facts: A0, ±4.096 V, 860 in a second, single-shot', (t) => {
  const chip = new Ads1115Chip({ inputs: [() => 1_640] });
  chip.write([0x01, 0xc3, 0xe3], 0);
  t.equal(word(chip.read(1)), 0x43e3, 'converting');
  t.equal(word(chip.read(1.2)), 0xc3e3, 'idle');
  chip.write([0x00], 1.3);
  t.equal(word(chip.read(1.3)), 0x3340);
  t.end();
});

t.test('continuous conversions go on by themselves', (t) => {
  const chip = new Ads1115Chip({ inputs: [(atMs) => (atMs < 10 ? 100 : 200)] });
  chip.write([0x01, 0x42, 0xe3], 0);
  chip.write([0x00], 0);
  t.equal(word(chip.read(5)) * 0.125, 100);
  t.equal(word(chip.read(20)) * 0.125, 200);
  t.end();
});

t.test('after a change of the input the conversion under way is still of the one before', (t) => {
  const chip = new Ads1115Chip({ inputs: [() => 100, () => 200] });
  chip.write([0x01, 0x42, 0xe3], 0);
  chip.write([0x01, 0x52, 0xe3], 0.5);
  chip.write([0x00], 0.5);
  t.equal(word(chip.read(2)) * 0.125, 100);
  t.equal(word(chip.read(3)) * 0.125, 200);
  t.end();
});

t.test('its range ends at both ends, and negative voltages are negative words', (t) => {
  for (const [mv, expected] of [
    [9_000, 0x7fff],
    [-9_000, 0x8000],
    [-0.125, 0xffff],
  ] as const) {
    const chip = new Ads1115Chip({ inputs: [() => mv] });
    chip.write([0x01, 0xc3, 0xe3], 0);
    chip.write([0x00], 2);
    t.equal(word(chip.read(2)), expected);
  }
  t.end();
});

t.test('what is written to its result is lost', (t) => {
  const chip = new Ads1115Chip({ inputs: [() => 1] });
  chip.write([0x00, 0x12, 0x34], 0);
  t.equal(word(chip.read(0)), 0);
  t.end();
});
