import assert from 'node:assert';
import t from 'tap';
import { FaultPlan } from '../../../modbus-sim/fault-plan.ts';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import { defaultHome } from '../../../modbus-sim/home-options.ts';
import { createSimulatedLine } from '../../../modbus-sim/simulated-line.ts';
import { exceptionCode, readData, write } from '../modbus-requests.ts';

const startMs = Date.parse('2026-06-21T13:00:00Z');
const at = (seconds: number): number => startMs + seconds * 1000;

function plug(faultPlan = new FaultPlan(1), socStartPct = 50) {
  const home = new SimulatedHome({ seed: 6, startMs, battery: { ...defaultHome.battery, socStartPct } });
  const line = createSimulatedLine(
    {
      framing: 'tcp',
      units: [
        { id: 'inverter-1', kind: 'sunspec-hybrid', unitId: 1 },
        { id: 'meter-1', kind: 'sunspec-meter', unitId: 200 },
      ],
    },
    home,
    faultPlan,
  );
  const connection = line.openConnection(startMs);
  const read = (address: number, words: number, { unitId = 1, seconds = 0 } = {}): Buffer =>
    readData(connection, at(seconds), { functionCode: 3, address, words, unitId });
  const set = (seconds: number, address: number, ...words: number[]): number =>
    write(connection, at(seconds), { address, words });
  const batteryW = (seconds: number): number => {
    home.advanceTo(at(seconds));
    return home.truth().batteryW;
  };
  return { home, connection, read, set, batteryW };
}

type Read = (address: number, words: number) => Buffer;

/** Model ids and their addresses, found as a client finds them; every word of a model can be read. */
function walk(read: Read): Map<number, number> {
  const models = new Map<number, number>();
  assert.equal(read(40_000, 2).toString('latin1'), 'SunS');
  for (let address = 40_002; ;) {
    const head = read(address, 2);
    const length = head.readUInt16BE(2);
    if (head.readUInt16BE(0) === 0xffff) return models;
    models.set(head.readUInt16BE(0), address);
    read(address, 2 + length);
    address += 2 + length;
  }
}

t.test('the chain is that of a GEN24, and of its meter at the unit 200', async (t) => {
  const { read } = plug();
  const models = walk(read);
  t.same([...models.keys()], [1, 103, 120, 121, 122, 123, 160, 124]);
  t.equal(models.get(103), 40_069, 'the common model has 65 words');
  const meter = walk((address, words) => read(address, words, { unitId: 200 }));
  t.same(
    [...meter],
    [
      [1, 40_002],
      [203, 40_069],
    ],
  );
  t.match(read(40_004, 16).toString('latin1'), /^Fronius\0/);
  t.match(read(40_052, 16).toString('latin1'), /^34120567\0/);
});

t.test('values tell the truth, decoded by hand with their scale factors', async (t) => {
  const { read, home } = plug();
  home.advanceTo(at(7200));
  const truth = home.truth();
  const inverter = read(40_069, 52, { seconds: 7200 });
  const point = (offset: number): number => inverter.readInt16BE(2 * offset);
  const scaled = (offset: number, scaleOffset: number): number => point(offset) * 10 ** point(scaleOffset);
  t.equal(scaled(14, 15), truth.hybridAcW);
  t.ok(Math.abs(scaled(16, 17) - truth.frequencyHz) <= 0.005);
  t.ok(Math.abs(inverter.readUInt16BE(20) * 10 ** point(13) - truth.phaseVoltageV[0]) <= 0.05);
  t.equal(inverter.readUInt32BE(48), Math.floor(home.state().energy.hybridOutWs / 3600));
  t.same([point(29), inverter.readUInt16BE(54), point(31)], [-1, 0xffff, -0x8000], 'no DC values here');

  const mppt = read(40_253, 90, { seconds: 7200 });
  t.equal(mppt.readUInt16BE(0), 160);
  const watts = [0, 1, 2, 3].map((index) => mppt.readUInt16BE(2 * (10 + 20 * index + 11)));
  t.equal((watts[0] ?? 0) + (watts[1] ?? 0), truth.pv1W);
  t.equal((watts[3] ?? 0) - (watts[2] ?? 0), truth.batteryW);

  const meter = read(40_069, 107, { unitId: 200, seconds: 7200 });
  t.equal(meter.readInt16BE(2 * 18), truth.gridW, 'import +');
  t.equal(meter.readInt16BE(2 * 19) + meter.readInt16BE(2 * 20) + meter.readInt16BE(2 * 21), truth.gridW);
  t.equal(meter.readUInt32BE(2 * 46), Math.floor(truth.importWh));
});

function controlled(faultPlan?: FaultPlan, socStartPct?: number) {
  const plugged = plug(faultPlan, socStartPct);
  const models = walk(plugged.read);
  const of =
    (id: number) =>
    (offset: number): number =>
      (models.get(id) ?? 0) + offset;
  return { ...plugged, limit: of(123), storage: of(124) };
}

t.test('a power limit holds the inverter back, and ends when its revert time is over', async (t) => {
  const { home, read, set, limit } = controlled(undefined, 100);
  home.advanceTo(at(60));
  const free = home.truth();
  t.ok(free.hybridAcW > 1200, `gives ${free.hybridAcW} W`);
  t.equal(set(60, limit(7), 120), 0, 'the revert time first');
  t.equal(set(60, limit(5), 800), 0, '8 % of 10 kW');
  t.equal(set(60, limit(9), 1), 0);
  home.advanceTo(at(61));
  const held = home.truth().hybridAcW;
  t.ok(held <= 800 && held > 750, `gives ${held} W`);
  t.equal(read(limit(5), 1, { seconds: 61 }).readUInt16BE(0), 800);

  t.equal(set(100, limit(5), 400), 0, 'written again, the time starts again');
  t.equal(read(limit(9), 1, { seconds: 219.95 }).readUInt16BE(0), 1);
  home.advanceTo(at(220));
  t.ok(home.truth().hybridAcW > 450, 'free again, without anybody asking the inverter');
  t.equal(read(limit(9), 1, { seconds: 220 }).readUInt16BE(0), 0);
  t.equal(read(limit(5), 1, { seconds: 220 }).readUInt16BE(0), 10_000);
});

t.test('without a revert time a limit stays; a disconnected inverter gives nothing', async (t) => {
  const { home, set, limit, read } = controlled();
  set(0, limit(5), 500);
  set(0, limit(9), 1);
  home.advanceTo(at(86_000));
  t.equal(read(limit(9), 1, { seconds: 86_000 }).readUInt16BE(0), 1);
  t.equal(set(86_000, limit(4), 0), 0);
  home.advanceTo(at(86_001));
  t.ok(home.truth().hybridAcW <= 0);
});

const word = (value: number): number => value & 0xffff;

t.test('storage rates limit and force the battery until their revert time is over', async (t) => {
  const { set, storage, batteryW, read } = controlled();
  const free = batteryW(30);
  t.ok(free < -500, `charges with ${-free} W`);
  t.equal(set(30, storage(13), 500), 0, 'charge at 5 % of 5 kW');
  t.equal(set(30, storage(5), 1), 0);
  t.equal(batteryW(31), -250);

  t.equal(set(100, storage(15), 60), 0);
  t.equal(set(100, storage(13), word(-4000)), 0, 'a negative charge rate is a discharge');
  t.equal(batteryW(101), 2000);
  t.equal(read(storage(13), 1, { seconds: 101 }).readInt16BE(0), -4000);
  t.equal(batteryW(159), 2000);
  t.equal(batteryW(160), batteryW(160));
  t.ok(batteryW(160) < -500, 'back on its own');
  t.equal(read(storage(5), 1, { seconds: 160 }).readUInt16BE(0), 0);

  t.equal(set(200, storage(12), word(-10_000), 10_000), 0, 'both rates in one request');
  t.equal(set(200, storage(5), 2), 0);
  t.equal(set(200, storage(17), 1), 0, 'from the grid');
  t.equal(batteryW(201), -5000);
});

t.test('without leave to charge from the grid the panels are all it takes', async (t) => {
  const { home, set, storage, batteryW } = controlled();
  home.advanceTo(at(36_000));
  t.equal(home.truth().pv1W, 0, 'night');
  set(36_000, storage(12), word(-10_000));
  set(36_000, storage(5), 2);
  t.equal(batteryW(36_001), 0);
  set(36_001, storage(17), 1);
  t.equal(batteryW(36_002), -5000);
});

t.test('a reboot takes back what was told', async (t) => {
  const reboot = { kind: 'reboot' as const, startMs: at(500), endMs: at(510) };
  const { set, storage, read, batteryW } = controlled(new FaultPlan(1, { 'inverter-1': [reboot] }));
  set(30, storage(13), 0);
  set(30, storage(5), 1);
  t.equal(batteryW(499), 0);
  t.ok(batteryW(500) < -500);
  t.equal(read(storage(5), 1, { seconds: 520 }).readUInt16BE(0), 0);
});

t.test('what is wrong or cannot be written is refused', async (t) => {
  const { set, limit, storage, connection } = controlled();
  t.equal(set(0, limit(5), 10_001), 3);
  t.equal(set(0, limit(9), 2), 3);
  t.equal(set(0, storage(12), word(-10_001)), 3);
  t.equal(set(0, storage(8), 5000), 2, 'the state of charge');
  t.equal(set(0, 40_000, 1), 2);
  t.equal(exceptionCode(connection, startMs, { functionCode: 4, address: 40_000, words: 2 }), 1);
  t.equal(exceptionCode(connection, startMs, { functionCode: 3, address: 39_999, words: 2 }), 2);
});
