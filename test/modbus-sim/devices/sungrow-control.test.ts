import t from 'tap';
import type { DeviceQuirks } from '../../../modbus-sim/devices/device-quirks.ts';
import { FaultPlan } from '../../../modbus-sim/fault-plan.ts';
import { defaultHome } from '../../../modbus-sim/home-options.ts';
import { createSimulatedHome } from '../../../modbus-sim/simulated-home-devices.ts';
import { readData, write } from '../modbus-requests.ts';

const startMs = Date.parse('2026-06-21T20:30:00Z');
const at = (seconds: number): number => startMs + seconds * 1000;
const rebootAtMs = at(900);

function plug(quirks: DeviceQuirks = {}, socStartPct = 50) {
  const { home, devices } = createSimulatedHome({
    seed: 4,
    startMs,
    battery: { ...defaultHome.battery, socStartPct },
    quirks: { 'inverter-1': quirks },
    faultPlan: new FaultPlan(4, {
      'inverter-1': [{ kind: 'reboot', startMs: rebootAtMs, endMs: rebootAtMs + 1000 }],
    }),
  });
  const { slave } = devices['inverter-1'];
  const holding = (address: number, seconds: number): number =>
    readData(slave.openConnection(at(seconds)), at(seconds), {
      functionCode: 3,
      address,
      words: 1,
    }).readUInt16BE(0);
  const set = (seconds: number, address: number, ...words: number[]): number =>
    write(slave.openConnection(at(seconds)), at(seconds), { address, words });
  const batteryW = (seconds: number): number => {
    home.advanceTo(at(seconds));
    return home.truth().batteryW;
  };
  return { home, slave, holding, set, batteryW };
}

t.test('what leaves the factory is self-consumption', async (t) => {
  const { holding } = plug();
  const found = [13049, 13050, 13051, 13057, 13058, 13073, 13086].map((address) => holding(address, 0));
  t.same(found, [0, 0xcc, 0, 1000, 50, 10_000, 0x55]);
});

t.test(
  'forced charge and discharge move the battery within a second, and mode 0 gives it back',
  async (t) => {
    const { holding, set, batteryW, home, slave } = plug();
    const natural = batteryW(300);
    t.equal(set(300, 13049, 2, 0xaa, 2500), 0, 'one request of three registers');
    t.same([holding(13049, 300), holding(13050, 300), holding(13051, 300)], [2, 0xaa, 2500]);
    t.equal(batteryW(301), -2500, 'it charges from the grid');
    t.ok(home.truth().gridW > 2000);
    const state = readData(slave.openConnection(at(301)), at(301), {
      functionCode: 4,
      address: 12999,
      words: 1,
    });
    t.equal(state.readUInt16BE(0), 0x800, 'forced mode');

    t.equal(set(400, 13050, 0xbb), 0);
    t.equal(batteryW(401), 2500, 'it discharges');
    t.equal(set(500, 13050, 0xcc), 0);
    t.equal(batteryW(501), 0, 'it rests');
    t.equal(set(600, 13049, 0), 0);
    t.ok(Math.abs(batteryW(620) - natural) < 2000 && batteryW(620) !== 0, 'it follows the meter again');
  },
);

t.test('powers are those of the battery: its limits and its state of charge hold', async (t) => {
  const full = plug({}, 100);
  full.set(0, 13049, 2, 0xaa, 5000);
  t.equal(full.batteryW(60), 0, 'a full battery takes nothing');
  const empty = plug({}, 5);
  empty.set(0, 13049, 2, 0xbb, 5000);
  t.equal(empty.batteryW(60), 0, 'an empty one gives nothing');
  const half = plug();
  half.set(0, 13049, 2, 0xbb, 10_000);
  t.equal(half.batteryW(60), 5000, 'more than it can is what it can');
  half.set(100, 33047, 120);
  t.equal(half.batteryW(101), 1200, 'the discharge limit, tens of watts');
  half.set(200, 13058, 500);
  t.equal(half.batteryW(201), 0, 'below the minimum state of charge');
  t.ok(half.home.truth().batterySocPct < 50);
});

t.test('an export limit holds the panels back', async (t) => {
  const { home, devices } = createSimulatedHome({
    seed: 4,
    startMs: Date.parse('2026-06-21T11:00:00Z'),
    battery: { ...defaultHome.battery, socStartPct: 100 },
  });
  const connection = devices['inverter-1'].slave.openConnection(home.atMs);
  home.advanceTo(home.atMs + 30_000);
  const before = home.truth();
  // The other inverter is not under its command.
  const limitW = before.pv2W - before.loadW + 800;
  t.ok(before.gridW < -limitW - 500, `exports ${-before.gridW} W`);
  t.equal(write(connection, home.atMs, { address: 13073, words: [limitW] }), 0);
  t.equal(write(connection, home.atMs, { address: 13086, words: [0xaa] }), 0);
  home.advanceTo(home.atMs + 1000);
  const after = home.truth();
  t.ok(after.pv1W < before.pv1W, 'less sun is taken');
  const overW = -limitW - after.gridW;
  t.ok(overW <= 0 && overW > -150, `exports ${-after.gridW} W of ${limitW} W`);
});

t.test('wrong writes are refused whole', async (t) => {
  const { set, holding } = plug();
  t.equal(set(0, 13049, 1), 3, 'no such mode');
  t.equal(set(0, 13051, 10_001), 3, 'too much');
  t.equal(set(0, 13057, 1001), 3);
  t.equal(set(0, 13048, 0), 2, 'no register');
  t.equal(set(0, 13051, 100, 0), 2, 'past the last one');
  t.equal(set(0, 5016, 1), 2, 'cannot be written');
  t.equal(set(0, 13049, 2, 0xaa, 10_001), 3, 'the last of three');
  t.same([holding(13049, 0), holding(13050, 0)], [0, 0xcc], 'nothing of it was written');
});

t.test('quirks: rounding, forgetting, being late, not obeying, rebooting to defaults', async (t) => {
  const rounds = plug({ roundsWritesTo: 100 });
  rounds.set(0, 13049, 2, 0xaa, 2540);
  t.equal(rounds.holding(13051, 0), 2500);
  t.equal(rounds.batteryW(1), -2500);

  const ignores = plug({ ignoresWrites: true });
  t.equal(ignores.set(0, 13049, 2, 0xaa, 2500), 0, 'confirmed');
  t.equal(ignores.holding(13049, 60), 0);
  t.not(ignores.batteryW(60), -2500);

  const late = plug({ appliesLateMs: 30_000 });
  late.set(0, 13049, 2, 0xaa, 2500);
  t.equal(late.holding(13049, 29), 0);
  t.not(late.batteryW(29), -2500);
  t.equal(late.batteryW(30), -2500, 'without anybody asking the device');
  t.equal(late.holding(13049, 30), 2);

  const lazy = plug({ obeysNothing: true });
  lazy.set(0, 13049, 2, 0xaa, 2500);
  t.equal(lazy.holding(13049, 60), 2);
  t.not(lazy.batteryW(60), -2500);

  const forgetful = plug({ forgetsAtReboot: true });
  const lasting = plug();
  for (const device of [forgetful, lasting]) device.set(800, 13049, 2, 0xaa, 2500);
  t.equal(forgetful.batteryW(899), -2500);
  t.not(forgetful.batteryW(901), -2500);
  t.equal(forgetful.holding(13049, 920), 0);
  t.equal(lasting.holding(13049, 920), 2);
  t.equal(lasting.batteryW(920), -2500);
});

t.test('energies balance to the watt-second while the battery is told what to do', async (t) => {
  const { home, set, batteryW } = plug();
  const first = home.truth();
  const sumsWs = { charged: 0, discharged: 0, imported: 0 };
  for (let second = 0; second < 700; second += 1) {
    if (second % 37 === 3) set(second, 13049, 2, second % 74 === 3 ? 0xaa : 0xbb, 500 + second);
    // What was told at a second holds from that second on, so each power seen holds for a second.
    const powerW = batteryW(second);
    const { gridW, loadW, hybridAcW, pv2W } = home.truth();
    if (gridW !== loadW - hybridAcW - pv2W) t.fail('out of balance');
    sumsWs.charged += Math.max(0, -powerW);
    sumsWs.discharged += Math.max(0, powerW);
    sumsWs.imported += Math.max(0, gridW);
  }
  home.advanceTo(at(700));
  const last = home.truth();
  const { chargeEfficiency, dischargeEfficiency } = home.battery.options;
  const grownWs = (before: number, after: number): number => Math.round((after - before) * 3600);
  t.equal(grownWs(first.chargeWh, last.chargeWh), sumsWs.charged);
  t.equal(grownWs(first.dischargeWh, last.dischargeWh), sumsWs.discharged);
  t.equal(grownWs(first.importWh, last.importWh), sumsWs.imported);
  t.equal(
    grownWs(first.storedWh, last.storedWh),
    Math.round(sumsWs.charged * chargeEfficiency - sumsWs.discharged / dischargeEfficiency),
  );
  t.ok(sumsWs.charged > 100_000 && sumsWs.discharged > 100_000);
});
