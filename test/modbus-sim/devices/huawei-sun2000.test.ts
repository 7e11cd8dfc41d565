import t from 'tap';
import { createSimulatedHome } from '../../../modbus-sim/simulated-home-devices.ts';
import { exceptionCode, readData } from '../modbus-requests.ts';

const startMs = Date.parse('2026-07-01T23:00:00Z');
const { home, devices } = createSimulatedHome({ seed: 4, startMs });
const connection = devices['inverter-2'].slave.openConnection(startMs);
const read = (address: number, words: number): Buffer =>
  readData(connection, home.atMs, { functionCode: 3, address, words });

t.test('strings are NUL-padded and the rating is in watts', async (t) => {
  t.equal(read(30000, 15).toString('latin1').replace(/\0+$/, ''), 'SUN2000-5KTL-M1');
  t.equal(read(30015, 10).toString('latin1').replace(/\0+$/, ''), 'HV2180123456');
  t.equal(read(30073, 2).readUInt32BE(0), 5000);
  t.equal(read(37000, 1).readUInt16BE(0), 0, 'no battery');
  t.equal(read(37100, 1).readUInt16BE(0), 0, 'no meter');
});

t.test('registers tell the truth through a day, decoded by hand', async (t) => {
  let peakW = 0;
  for (let step = 0; step < 8640; step += 1) {
    home.advanceTo(startMs + step * 10_000);
    const truth = home.truth();
    peakW = Math.max(peakW, truth.pv2W);
    if (step % 360 !== 0) continue;
    const block = read(32064, 31);
    const at = (address: number): number => 2 * (address - 32064);
    t.equal(block.readInt32BE(at(32064)), truth.pv2DcW, 'DC input');
    t.equal(block.readInt32BE(at(32080)), truth.pv2W, 'active power');
    t.equal(block.readInt32BE(at(32078)), peakW, 'day peak');
    t.equal(block.readUInt16BE(at(32085)), Math.round(truth.frequencyHz * 100), 'frequency');
    t.equal(block.readUInt16BE(at(32070)), Math.round(truth.phaseVoltageV[1] * 10), 'L2 voltage');
    t.equal(block.readUInt16BE(at(32089)), truth.pv2W > 0 ? 0x0200 : 0xa000, 'status');
    const currentA = block.readInt32BE(at(32072)) / 1000;
    t.ok(Math.abs(currentA * truth.phaseVoltageV[0] * 3 - truth.pv2W) < 1, 'L1 current');
    const strings = read(32016, 4);
    const stringsW =
      (strings.readInt16BE(0) * strings.readInt16BE(2) + strings.readInt16BE(4) * strings.readInt16BE(6)) /
      1000;
    t.ok(Math.abs(stringsW - truth.pv2DcW) < 8, `strings ${stringsW} against ${truth.pv2DcW}`);
    t.equal(read(32106, 2).readUInt32BE(0), Math.floor(truth.pv2Wh / 10), 'total yield');
  }
  t.ok(peakW > 1000, 'the sun shone');
});

t.test('start-up and shutdown times are seconds of the local clock', async (t) => {
  const dayStartS = startMs / 1000 + 3600;
  const startUpS = read(32091, 2).readUInt32BE(0);
  const shutdownS = read(32093, 2).readUInt32BE(0);
  t.ok(startUpS > dayStartS + 4 * 3600 && startUpS < dayStartS + 8 * 3600, 'up in the morning');
  t.ok(shutdownS > dayStartS + 17 * 3600 && shutdownS < dayStartS + 22 * 3600, 'down in the evening');
});

t.test('holes and input registers are refused', async (t) => {
  const code = (functionCode: number, address: number, words: number): number =>
    exceptionCode(connection, home.atMs, { functionCode, address, words });
  t.equal(code(3, 32094, 2), 2, 'into a hole');
  t.equal(code(3, 37001, 2), 2, 'values of a battery that is not there');
  t.equal(code(4, 32080, 2), 1);
});
