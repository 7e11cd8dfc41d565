import fc from 'fast-check';
import t from 'tap';
import { FaultPlan, garbageKinds } from '../../modbus-sim/fault-plan.ts';
import type { FaultWindow, GarbageKind } from '../../modbus-sim/fault-plan.ts';
import type { FaultyConnection } from '../../modbus-sim/faulty-slave.ts';
import { defaultHome } from '../../modbus-sim/home-options.ts';
import { everyFaultKind, randomFaultPlan } from '../../modbus-sim/random-fault-plan.ts';
import { createSimulatedHome, simulatedDeviceIds } from '../../modbus-sim/simulated-home-devices.ts';
import type { SimulatedHomeDevices } from '../../modbus-sim/simulated-home-devices.ts';
import { hex, readData, readRequest } from './modbus-requests.ts';

const startMs = Date.parse('2026-06-21T09:00:00Z');
const at = (seconds: number): number => startMs + seconds * 1000;
const window = { startMs: at(100), endMs: at(200) };

function simulate(faults: readonly FaultWindow[], isShared = false): SimulatedHomeDevices {
  return createSimulatedHome({
    seed: 7,
    startMs,
    isShared,
    faultPlan: new FaultPlan(7, { 'meter-1': faults }),
  });
}

const request = readRequest({ functionCode: 4, address: 52, words: 2, transactionId: 0x1234 });

function ask(connection: FaultyConnection, seconds: number): string[] {
  const reply = connection.handle(request, at(seconds));
  const answers = reply.answers.map(({ delayMs, bytes }) => `${delayMs}:${hex(bytes)}`);
  return reply.close === true ? [...answers, 'close'] : answers;
}

/** What the meter says when nothing is wrong. */
function honest(seconds: number): string {
  const { devices } = simulate([]);
  return ask(devices['meter-1'].slave.openConnection(startMs), seconds)[0] ?? '';
}

t.test('silent: nothing is answered inside the window, all is well around it', async (t) => {
  const { slave } = simulate([{ kind: 'silent', ...window }]).devices['meter-1'];
  const connection = slave.openConnection(at(0));
  t.same(ask(connection, 99), [honest(99)]);
  t.same(ask(connection, 100), []);
  t.same(ask(connection, 199), []);
  t.equal(slave.acceptsConnection(at(150)), 'accept');
  t.same(ask(connection, 200), [honest(200)]);
});

t.test('slow: the right answer comes late', async (t) => {
  const { slave } = simulate([{ kind: 'slow', delayMs: 700, ...window }]).devices['meter-1'];
  t.same(ask(slave.openConnection(at(0)), 150), [honest(150).replace(/^0:/, '700:')]);
});

t.test('exception: every request gets the code', async (t) => {
  const { slave } = simulate([{ kind: 'exception', code: 6, ...window }]).devices['meter-1'];
  t.same(ask(slave.openConnection(at(0)), 150), ['0:123400000003018406']);
});

t.test(
  'half-open: old connections die without a sign, new ones time out, and the dead are reset afterwards',
  async (t) => {
    const { slave } = simulate([{ kind: 'half-open', ...window }]).devices['meter-1'];
    const connection = slave.openConnection(at(0));
    t.same(ask(connection, 150), []);
    t.equal(slave.acceptsConnection(at(150)), 'ignore');
    t.equal(connection.isClosed(at(150)), false);
    const ignored = slave.openConnection(at(150));
    t.same(ask(ignored, 160), []);
    t.equal(connection.isClosed(at(210)), false, 'the device does not know it');
    t.same(ask(connection, 210), ['close']);
    t.same(ask(ignored, 210), ['close']);
    t.equal(slave.acceptsConnection(at(200)), 'accept');
    t.same(ask(slave.openConnection(at(200)), 210), [honest(210)]);
  },
);

t.test('refuse: newcomers are refused, who is connected goes on', async (t) => {
  const { slave } = simulate([{ kind: 'refuse', ...window }]).devices['meter-1'];
  const connection = slave.openConnection(at(0));
  t.equal(slave.acceptsConnection(at(150)), 'refuse');
  t.same(ask(connection, 150), [honest(150)]);
  t.equal(slave.acceptsConnection(at(200)), 'accept');
});

t.test('reboot: connections are closed and refused, then all is well', async (t) => {
  const { slave } = simulate([{ kind: 'reboot', ...window }]).devices['meter-1'];
  const connection = slave.openConnection(at(0));
  t.equal(connection.isClosed(at(99)), false);
  t.equal(connection.isClosed(at(100)), true);
  t.same(ask(connection, 150), ['close']);
  t.equal(slave.acceptsConnection(at(150)), 'refuse');
  t.same(ask(connection, 300), ['close'], 'a closed connection stays closed');
  t.equal(slave.acceptsConnection(at(200)), 'accept');
  t.same(ask(slave.openConnection(at(200)), 210), [honest(210)]);
});

t.test('frozen: values stand still, and move again', async (t) => {
  const { slave } = simulate([{ kind: 'frozen', ...window }]).devices['meter-1'];
  const connection = slave.openConnection(at(0));
  t.same(ask(connection, 110), [honest(100)]);
  t.same(ask(connection, 199), [honest(100)]);
  t.not(honest(199), honest(100));
  t.same(ask(connection, 205), [honest(205)]);
});

t.test('counter-reset: counters restart near zero and stay on their new course', async (t) => {
  const { home, devices } = simulate([{ kind: 'counter-reset', startMs: at(100), endMs: at(100) }]);
  const connection = devices['meter-1'].slave.openConnection(at(0));
  const importKwh = (seconds: number): number =>
    readData(connection, at(seconds), { functionCode: 4, address: 72, words: 2 }).readFloatBE(0);
  const before = importKwh(99);
  t.equal(before, Math.fround(home.truth().importWh / 1000));
  t.ok(before > 9000);
  t.ok(importKwh(100) < 0.01);
  home.advanceTo(at(100));
  const atReset = home.truth().importWh;
  const after = importKwh(300_000);
  t.ok(Math.abs(after - (home.truth().importWh - atReset) / 1000) < 1e-5, `${after} kWh since the reset`);
  t.ok(after > 0.1);
});

const importKwhOf = (connection: FaultyConnection, seconds: number): number =>
  readData(connection, at(seconds), { functionCode: 4, address: 72, words: 2 }).readFloatBE(0);

t.test('counter-jump: counters stand elsewhere for good, and fall no lower than zero', async (t) => {
  const { devices, home } = simulate([
    { kind: 'counter-jump', byWh: 250_000, startMs: at(100), endMs: at(100) },
    { kind: 'counter-jump', byWh: -50_000, startMs: at(200), endMs: at(200) },
    { kind: 'counter-jump', byWh: -1e9, startMs: at(300), endMs: at(300) },
    { kind: 'counter-reset', startMs: at(400), endMs: at(400) },
  ]);
  const connection = devices['meter-1'].slave.openConnection(at(0));
  const overKwh = (seconds: number): number =>
    importKwhOf(connection, seconds) - home.truth().importWh / 1000;
  t.ok(Math.abs(overKwh(99)) < 0.01);
  t.ok(Math.abs(overKwh(100) - 250) < 0.01);
  t.ok(Math.abs(overKwh(299) - 200) < 0.01);
  t.equal(importKwhOf(connection, 300), 0);
  t.ok(importKwhOf(connection, 410) < 0.1, 'a reset forgets the jumps');
});

t.test('counter-noise: counters fall short by another bit each time', async (t) => {
  const { devices, home } = simulate([{ kind: 'counter-noise', byWh: 500, ...window }]);
  const connection = devices['meter-1'].slave.openConnection(at(0));
  const shortWh = Array.from({ length: 50 }, (_, index) => {
    const found = importKwhOf(connection, 101 + index);
    return home.truth().importWh - found * 1000;
  });
  t.ok(shortWh.every((wh) => wh > -1 && wh < 501));
  t.ok(
    shortWh.some((wh, index) => wh > (shortWh[index - 1] ?? wh) + 50),
    'some steps go back',
  );
  t.ok(Math.abs(importKwhOf(connection, 200) - home.truth().importWh / 1000) < 0.01);
});

t.test('device-swap: another serial number, and counters that begin at zero', async (t) => {
  const swap: FaultWindow = { kind: 'device-swap', serialNumber: '555', startMs: at(100), endMs: at(100) };
  const connection = simulate([swap]).devices['meter-1'].slave.openConnection(at(0));
  const serialNumber = (seconds: number): number =>
    readData(connection, at(seconds), { functionCode: 3, address: 0xfc00, words: 2 }).readUInt32BE(0);
  t.equal(serialNumber(99), 20_481_234);
  t.ok(importKwhOf(connection, 99) > 9000);
  t.equal(serialNumber(100), 555);
  t.ok(importKwhOf(connection, 100) < 0.01);
});

t.test('counters roll over where their registers end, or where the device says so', async (t) => {
  const nearEnd = { ...defaultHome.energyAtStart, pv1Ws: (2 ** 32 * 100 - 50) * 3600 };
  const options = {
    seed: 7,
    startMs,
    energyAtStart: nearEnd,
    quirks: { 'meter-1': { countersWrapAtWh: 6_553_600 } },
  };
  const { devices, home } = createSimulatedHome(options);
  const hybrid = devices['inverter-1'].slave.openConnection(startMs);
  const pvTenths = (seconds: number): number => {
    const data = readData(hybrid, at(seconds), { functionCode: 4, address: 13002, words: 2 });
    return data.readUInt16BE(0) + 0x10000 * data.readUInt16BE(2);
  };
  t.equal(pvTenths(0), 2 ** 32 - 1);
  t.ok(pvTenths(3600) < 100, 'after 32 bits');
  const meter = devices['meter-1'].slave.openConnection(startMs);
  const kwh = importKwhOf(meter, 3600);
  t.ok(Math.abs(kwh - (home.truth().importWh % 6_553_600) / 1000) < 0.01, 'after 16 bits of 0.1 kWh');
});

t.test('reset: half of the answer comes, then the connection is reset', async (t) => {
  const { slave } = simulate([{ kind: 'reset', ...window }]).devices['meter-1'];
  const reply = slave.openConnection(at(0)).handle(request, at(150));
  t.match(reply, { close: true, isReset: true });
  const [half] = reply.answers;
  t.equal(hex(half?.bytes), honest(150).slice(2, 14), '6 of 13 bytes');
  t.same(ask(slave.openConnection(at(0)), 200), [honest(200)]);
});

t.test('mute: nothing is answered', async (t) => {
  const { slave } = simulate([{ kind: 'mute', ...window }]).devices['meter-1'];
  t.same(ask(slave.openConnection(at(0)), 150), []);
});

const honestFrame = honest(150).slice(2);
const garbled = (garbage: GarbageKind): string[] => {
  const { slave } = simulate([{ kind: 'garbage', garbage, ...window }]).devices['meter-1'];
  return ask(slave.openConnection(at(0)), 150).map((answer) => answer.replace(/^\d+:/, ''));
};

t.test('garbage: each kind is wrong in its own way', async (t) => {
  const only = (kind: GarbageKind): string => garbled(kind)[0] ?? '';
  const differsOnlyIn = (frame: string, from: number, to: number): boolean =>
    frame.length === honestFrame.length &&
    frame.slice(0, 2 * from) === honestFrame.slice(0, 2 * from) &&
    frame.slice(2 * to) === honestFrame.slice(2 * to) &&
    frame !== honestFrame;
  t.ok(differsOnlyIn(only('wrong-transaction'), 0, 2), 'transaction');
  t.ok(differsOnlyIn(only('wrong-protocol'), 2, 4), 'protocol');
  t.ok(differsOnlyIn(only('zero-length'), 4, 6), 'length');
  t.equal(only('zero-length').slice(8, 12), '0000');
  t.ok(differsOnlyIn(only('length-65535'), 4, 6), 'length');
  t.equal(only('length-65535').slice(8, 12), 'ffff');
  t.ok(differsOnlyIn(only('wrong-unit'), 6, 7), 'unit');
  t.ok(differsOnlyIn(only('wrong-function'), 7, 8), 'function');
  t.equal(only('wrong-function').slice(14, 16), '03');
  t.ok(differsOnlyIn(only('byte-count-lie'), 8, 9), 'byte count');
  t.ok(
    only('short-frame').length < honestFrame.length && honestFrame.startsWith(only('short-frame')),
    'short',
  );
  t.equal(only('long-frame'), `${honestFrame.slice(0, 8)}0009010406${honestFrame.slice(18)}0000`, 'long');
  t.ok(only('trailing-garbage').startsWith(honestFrame), 'trailing garbage');
  t.ok(only('trailing-garbage').length > honestFrame.length, 'trailing garbage');
  t.not(only('random-bytes'), honestFrame);
  t.ok(only('random-bytes').length > 0);
  const pieces = garbled('split');
  t.ok(pieces.length > 1);
  t.equal(pieces.join(''), honestFrame, 'the pieces join to the right answer');
});

t.test('garbage: a held back answer comes glued to the next', async (t) => {
  const { slave } = simulate([{ kind: 'garbage', garbage: 'merged-late', ...window }]).devices['meter-1'];
  const connection = slave.openConnection(at(0));
  t.same(ask(connection, 150), []);
  t.same(ask(connection, 159), [`0:${honestFrame}${honest(159).slice(2)}`]);
});

t.test('garbage: without a kind all kinds come, and the same seed garbles alike', async (t) => {
  const run = (): string[] => {
    const { slave } = simulate([{ kind: 'garbage', startMs: at(0), endMs: at(10_000) }]).devices['meter-1'];
    const connection = slave.openConnection(at(0));
    return Array.from({ length: 300 }, (_, second) => ask(connection, second).join(' '));
  };
  const first = run();
  t.same(first, run());
  const lengths = new Set(first.map((answer) => answer.length));
  t.ok(lengths.size > garbageKinds.length, `${lengths.size} lengths`);
});

t.test('behind a shared port a fault silences its unit and leaves the others alone', async (t) => {
  for (const kind of ['silent', 'half-open', 'refuse', 'reboot'] as const) {
    const { devices } = simulate([{ kind, ...window }], true);
    const { slave, unitId } = devices['meter-1'];
    t.equal(slave, devices['inverter-1'].slave);
    t.equal(slave.acceptsConnection(at(150)), 'accept', kind);
    const connection = slave.openConnection(at(0));
    const meter = readRequest({ functionCode: 4, address: 52, words: 2, unitId });
    const inverter = readRequest({ functionCode: 4, address: 5016, words: 2, unitId: 1 });
    t.equal(connection.handle(meter, at(150)).answers.length, 0, `${kind}: the unit is silent`);
    t.equal(connection.handle(inverter, at(150)).answers.length, 1, `${kind}: the other answers`);
    t.equal(connection.handle(meter, at(200)).answers.length, 1, `${kind}: the unit is back`);
  }
});

t.test('under random faults the same requests at the same times get the same answers', async () => {
  const run = (seed: number, seconds: readonly number[]): string => {
    const faultPlan = randomFaultPlan(seed, simulatedDeviceIds, {
      startMs,
      endMs: at(40_000),
      gapMsMean: 300_000,
      kinds: everyFaultKind,
    });
    const { devices } = createSimulatedHome({ seed, startMs, faultPlan });
    const connection = devices['meter-1'].slave.openConnection(startMs);
    return JSON.stringify(seconds.map((second) => ask(connection, second)));
  };
  fc.assert(
    fc.property(fc.nat(100), fc.array(fc.nat(30_000), { maxLength: 60 }), (seed, seconds) => {
      seconds.sort((a, b) => a - b);
      return run(seed, seconds) === run(seed, seconds);
    }),
    { numRuns: 30 },
  );
});
