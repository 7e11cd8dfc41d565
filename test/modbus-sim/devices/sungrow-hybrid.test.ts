import t from 'tap';
import type { Test } from 'tap';
import { createSimulatedHome } from '../../../modbus-sim/simulated-home-devices.ts';
import { exceptionCode, readData } from '../modbus-requests.ts';

const startMs = Date.parse('2026-05-04T22:00:00Z');
const { home, devices } = createSimulatedHome({ seed: 21, startMs });
const connection = devices['inverter-1'].slave.openConnection(startMs);

/** Sungrow's words come low word first. */
const read = (address: number, words: number): Buffer =>
  readData(connection, home.atMs, { functionCode: 4, address, words });
const u16 = (address: number): number => read(address, 1).readUInt16BE(0);
const s16 = (address: number): number => read(address, 1).readInt16BE(0);
const u32 = (address: number): number => {
  const data = read(address, 2);
  return data.readUInt16BE(0) + 0x10000 * data.readUInt16BE(2);
};
const s32 = (address: number): number => u32(address) | 0;

function near(t: Test, found: number, [wanted, tolerance]: [number, number], what: string): void {
  t.ok(Math.abs(found - wanted) <= tolerance + 1e-9, `${what}: ${found} against ${wanted}`);
}

t.test('identity and nominal values', async (t) => {
  t.equal(read(4989, 10).toString('latin1').replace(/\0+$/, ''), 'A2290412345');
  t.equal(u16(4999), 0x0e03, 'SH10RT');
  t.equal(u16(5000), 100, 'tenths of kW');
  t.equal(u16(5014), 0xffff, 'no third tracker');
  t.equal(u16(13038), 96, 'tenths of kWh');
  t.equal(u16(5638), 960, 'hundredths of kWh');
});

t.test('registers tell the truth through a day, decoded by hand', async (t) => {
  const seen = { charging: 0, discharging: 0, exporting: 0, importing: 0 };
  for (let hour = 1; hour <= 26; hour += 1) {
    home.advanceTo(startMs + hour * 3_600_000);
    const truth = home.truth();
    t.equal(u32(5016), truth.pv1W, 'total DC power');
    t.equal(s32(5213), truth.batteryW, 'battery power, discharge positive');
    t.equal(u16(13021), Math.abs(truth.batteryW), 'battery power, unsigned');
    t.equal(s32(13007), truth.loadW, 'load');
    t.equal(s32(13009), 0 - truth.gridW, 'grid, export positive');
    t.equal(s32(5600), truth.gridW, 'meter, import positive');
    t.equal(s32(5602) + s32(5604) + s32(5606), truth.gridW, 'meter phases');
    t.equal(s32(13033), truth.hybridAcW, 'active power');
    near(t, u16(13022) * 0.1, [truth.batterySocPct, 0.05], 'state of charge');
    near(t, u16(5018) * 0.1, [truth.phaseVoltageV[0], 0.05], 'L1 voltage');
    near(t, u16(5241) * 0.01, [truth.frequencyHz, 0.005], 'frequency');
    near(t, u16(13019) * 0.1 * (s16(5630) * 0.1), [truth.batteryW, 20], 'battery voltage × current');
    near(
      t,
      (u16(5010) * u16(5011) + u16(5012) * u16(5013)) / 100,
      [truth.pv1W, 70],
      'MPPT voltage × current',
    );

    const bits = u16(13000);
    t.equal((bits & 0x01) !== 0, truth.pv1W > 0);
    t.equal((bits & 0x02) !== 0, truth.batteryW < 0);
    t.equal((bits & 0x04) !== 0, truth.batteryW > 0);
    t.equal((bits & 0x10) !== 0, truth.gridW < 0);
    t.equal((bits & 0x20) !== 0, truth.gridW > 0);
    seen.charging += Number(truth.batteryW < 0);
    seen.discharging += Number(truth.batteryW > 0);
    seen.exporting += Number(truth.gridW < 0);
    seen.importing += Number(truth.gridW > 0);
  }
  for (const [what, count] of Object.entries(seen)) t.ok(count > 0, `the day had hours ${what}`);
});

t.test('counters are cut to 0.1 kWh', async (t) => {
  const truth = home.truth();
  t.equal(u32(13002), Math.floor(truth.pv1Wh / 100), 'PV');
  t.equal(u32(13026), Math.floor(truth.dischargeWh / 100), 'discharge');
  t.equal(u32(13036), Math.floor(truth.importWh / 100), 'import');
  t.equal(u32(13040), Math.floor(truth.chargeWh / 100), 'charge');
  t.equal(u32(13045), Math.floor(truth.exportWh / 100), 'export');
});

t.test('day counters count from local midnight', async (t) => {
  const fresh = createSimulatedHome({ seed: 5, startMs });
  const other = fresh.devices['inverter-1'].slave.openConnection(startMs);
  const today = (): number =>
    readData(other, fresh.home.atMs, { functionCode: 4, address: 13001, words: 1 }).readUInt16BE(0);
  // Local midnight is 23:00 UTC.
  fresh.home.advanceTo(Date.parse('2026-05-05T22:59:50Z'));
  const eveningTenths = today();
  t.ok(eveningTenths > 50, `${eveningTenths / 10} kWh before midnight`);
  fresh.home.advanceTo(Date.parse('2026-05-05T23:00:00Z'));
  t.equal(today(), 0);
  const atMidnightWh = fresh.home.truth().pv1Wh;
  fresh.home.advanceTo(Date.parse('2026-05-06T12:00:00Z'));
  t.equal(today(), Math.floor((fresh.home.truth().pv1Wh - atMidnightWh) / 100));
});

t.test('holes and too long reads are refused', async (t) => {
  const code = (functionCode: number, address: number, words: number): number =>
    exceptionCode(connection, home.atMs, { functionCode, address, words });
  t.equal(code(4, 5016, 5), 0, 'a block without a hole');
  t.equal(code(4, 5005, 1), 2, 'a hole');
  t.equal(code(4, 5000, 10), 2, 'a block over a hole');
  t.equal(code(4, 13021, 5), 0, 'from and to the middle of a block');
  t.equal(code(3, 5016, 2), 2, 'no holding register there');
  t.equal(code(4, 5016, 126), 3);
  t.equal(code(4, 5016, 0), 3);
  t.equal(code(4, 65535, 2), 2, 'past the end of the address space');
});

t.test('a read may begin or end in the middle of a value', async (t) => {
  const whole = read(13036, 2);
  t.same(read(13036, 1), whole.subarray(0, 2));
  t.same(read(13037, 1), whole.subarray(2, 4));
});
