import t from 'tap';
import { createSimulatedHome } from '../../../modbus-sim/simulated-home-devices.ts';
import { exceptionCode, readData } from '../modbus-requests.ts';

const startMs = Date.parse('2026-03-10T05:00:00Z');
const { home, devices } = createSimulatedHome({ seed: 9, startMs });
const connection = devices['meter-1'].slave.openConnection(startMs);
const read = (address: number, words: number): Buffer =>
  readData(connection, home.atMs, { functionCode: 4, address, words });
const f32 = (address: number): number => read(address, 2).readFloatBE(0);

t.test('registers tell the truth through a day, decoded by hand', async (t) => {
  let previousKwh = 0;
  for (let hour = 1; hour <= 24; hour += 1) {
    home.advanceTo(startMs + hour * 3_600_000);
    const truth = home.truth();
    t.equal(f32(52), truth.gridW, 'total power, export negative');
    t.equal(f32(12), truth.gridPhaseW[0], 'L1');
    t.equal(f32(14), truth.gridPhaseW[1], 'L2');
    t.equal(f32(16), truth.gridPhaseW[2], 'L3');
    t.equal(f32(4), Math.fround(truth.phaseVoltageV[2]), 'L3 voltage');
    t.equal(f32(70), Math.fround(truth.frequencyHz), 'frequency');
    t.equal(f32(72), Math.fround(truth.importWh / 1000), 'import');
    t.equal(f32(74), Math.fround(truth.exportWh / 1000), 'export');
    t.equal(
      Math.sign(f32(62)),
      truth.gridW === 0 ? 1 : Math.sign(truth.gridW),
      'the power factor has the sign',
    );
    t.ok(Math.abs(f32(6) * f32(0) - f32(18)) < 0.1, 'L1 current × voltage = apparent power');
    t.ok(f32(342) >= previousKwh);
    previousKwh = f32(342);
  }
});

t.test('the serial number is a holding register', async (t) => {
  t.equal(
    readData(connection, home.atMs, { functionCode: 3, address: 64512, words: 2 }).readUInt32BE(0),
    20_481_234,
  );
  t.equal(
    readData(connection, home.atMs, { functionCode: 3, address: 0x1c, words: 2 }).readFloatBE(0),
    2,
    '9600 baud',
  );
});

t.test('odd addresses, half values, holes and more than 80 words are refused', async (t) => {
  const code = (address: number, words: number): number =>
    exceptionCode(connection, home.atMs, { functionCode: 4, address, words });
  t.equal(code(0, 36), 0);
  t.equal(code(1, 2), 2, 'odd address');
  t.equal(code(0, 3), 2, 'half a value');
  t.equal(code(0, 80), 2, 'over a hole');
  t.equal(code(0, 82), 3, 'too long');
});
