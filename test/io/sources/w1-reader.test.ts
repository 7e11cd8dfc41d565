import t from 'tap';
import { readW1, type W1Request, type W1SensorAnswer } from '../../../gateway/io/sources/w1-reader.ts';
import { SimulatedW1Bus, systemError } from './simulated-w1-bus.ts';
import { w1Text } from './w1-text.ts';

const water = '28-00000a69bebf';
const flue = '28-00000a69bec0';
const clone = '28-3c01d607a3f1';

function read(bus: SimulatedW1Bus, request: Partial<W1Request> = {}): readonly W1SensorAnswer[] {
  const all = { basePath: bus.basePath, ids: [], sensors: {}, timeMsMax: 30_000, ...request };
  return readW1(all, { files: bus, time: bus.time });
}

function only(answers: readonly W1SensorAnswer[]): W1SensorAnswer {
  return answers[0] ?? { id: 'none', tries: 0 };
}

t.test('all of family 28 are read one after another, in the order of their ids', (t) => {
  const bus = new SimulatedW1Bus();
  bus.others.push('00-800000000000', '10-000802824e58', '28-short');
  bus.add(clone, -0.5);
  bus.add(flue, 180 - 100);
  bus.add(water, 62.5);
  t.match(read(bus), [
    { id: water, measurement: { celsius: 62.5 }, tries: 1 },
    { id: flue, measurement: { celsius: 80 } },
    { id: clone, measurement: { celsius: -0.5 } },
  ]);
  t.equal(bus.nowMs, 3 * 765, 'each converted by itself');
  t.end();
});

t.test('where the driver can, all convert together', (t) => {
  const bus = new SimulatedW1Bus();
  bus.bulk = 'works';
  bus.add(water, 62.5);
  bus.add(flue, 80);
  t.match(read(bus), [{ measurement: { celsius: 62.5 } }, { measurement: { celsius: 80 } }]);
  t.ok(bus.nowMs < 900, `${bus.nowMs} ms`);
  t.equal(bus.log[0], 'w1_bus_master1/therm_bulk_read trigger');
  t.end();
});

t.test('where it may not, each converts by itself', (t) => {
  for (const code of ['EACCES', 'EROFS', 'EIO']) {
    const bus = new SimulatedW1Bus();
    bus.bulk = systemError(code);
    bus.add(water, 62.5);
    bus.add(flue, 80);
    t.match(read(bus), [{ measurement: { celsius: 62.5 } }, { measurement: { celsius: 80 } }], code);
  }
  t.end();
});

t.test('a single sensor needs no conversion in common', (t) => {
  const bus = new SimulatedW1Bus();
  bus.bulk = 'works';
  bus.add(water, 62.5);
  bus.add(flue, 80);
  read(bus, { ids: [water] });
  t.same(bus.log, [water]);
  t.end();
});

t.test('what failed is read again, three times in all', (t) => {
  const bus = new SimulatedW1Bus();
  const probe = bus.add(water, 20);
  const bad = [w1Text({ units: 320, flipped: [3] }), ''];
  probe.instead.push(...bad);
  t.match(only(read(bus)), { measurement: { celsius: 20 }, tries: 3 });
  probe.instead.push(...bad, systemError('EIO'));
  t.match(only(read(bus)), { fault: 'no_answer', tries: 3, measurement: undefined });
  t.end();
});

t.test('a sensor that is not there, or not ours to read, is not tried again', (t) => {
  const bus = new SimulatedW1Bus();
  bus.add(water, 20).instead.push(systemError('EACCES'));
  bus.add(flue, 20).instead.push(systemError('ENODEV'));
  t.match(read(bus, { ids: [clone, flue, water] }), [
    { id: water, fault: 'unreadable', tries: 1 },
    { id: flue, fault: 'absent', tries: 1 },
    { id: clone, fault: 'absent', tries: 1 },
  ]);
  t.end();
});

t.test('85 °C is taken near what was, and otherwise only when it is said twice', (t) => {
  const at85 = w1Text({ units: 0x550 });
  const powerOn = w1Text({ units: 0x550, mark: 0x0c });
  const cases: readonly (readonly [readonly string[], number | undefined, Partial<W1SensorAnswer>])[] = [
    [[at85], 80, { tries: 1 }],
    [[at85], 75, { tries: 1 }],
    [[at85, at85], 74.9, { tries: 2 }],
    [[at85, at85], undefined, { tries: 2 }],
    [[at85, powerOn, at85], 20, { fault: 'unconfirmed', tries: 3 }],
    [[powerOn, at85, at85], 20, { tries: 3 }],
    [[powerOn, powerOn, powerOn], 84, { fault: 'not_converted', tries: 3 }],
  ];
  for (const [texts, celsius, expected] of cases) {
    const bus = new SimulatedW1Bus();
    bus.add(water, 20).instead.push(...texts);
    const answer = only(read(bus, { sensors: { [water]: celsius === undefined ? {} : { celsius } } }));
    t.match(answer, expected);
    t.equal(answer.measurement?.celsius, expected.fault === undefined ? 85 : undefined);
  }
  const bus = new SimulatedW1Bus();
  bus.add(water, 20).instead.push(at85);
  t.match(only(read(bus)), { measurement: { celsius: 20 }, tries: 2 }, 'a power dip that is over');
  t.end();
});

t.test('a resolution is set before the conversion, and a clone keeps its own', (t) => {
  const bus = new SimulatedW1Bus();
  bus.add(water, 20.4);
  bus.add(clone, 20.4, { isFixed: true });
  const sensors = {
    [water]: { resolutionBits: 9 },
    [clone]: { resolutionBits: 9 },
    [flue]: { resolutionBits: 9 },
  };
  t.match(read(bus, { ids: [water, clone, flue], sensors }), [
    { id: water, measurement: { resolutionBits: 9, celsius: 20 } },
    { id: flue, fault: 'absent' },
    { id: clone, measurement: { resolutionBits: 12 } },
  ]);
  t.equal(bus.log[0], `${water}/resolution 9`);
  t.end();
});

t.test('no sensor is begun when the time is over', (t) => {
  const bus = new SimulatedW1Bus();
  bus.add(water, 20).instead.push('', '', '');
  bus.add(flue, 20);
  t.match(read(bus, { timeMsMax: 1_000 }), [
    { id: water, fault: 'no_answer', tries: 2 },
    { id: flue, fault: 'out_of_time', tries: 0 },
  ]);
  t.end();
});

t.test('without a bus there is nothing to read', (t) => {
  t.throws(() => read(new SimulatedW1Bus(), { basePath: '/nowhere' }), {
    code: 'source_unavailable',
    message: /\/nowhere/,
    hint: /dtoverlay=w1-gpio/,
    facts: { path: '/nowhere', systemCode: 'ENOENT' },
  });
  t.end();
});
