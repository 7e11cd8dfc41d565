import assert from 'node:assert';
import t, { type Test } from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { isQuantityName } from '../../../gateway/core/quantity.ts';
import { limits } from '../../../gateway/core/limits.ts';
import { decodeField } from '../../../gateway/io/drivers/decode.ts';
import type { DecodedValue, DriverDefinition } from '../../../gateway/io/drivers/driver.ts';
import { driverIds, findDriver } from '../../../gateway/io/drivers/index.ts';
import { planOptionsOf, planRanges, spansOf } from '../../../gateway/io/drivers/plan-ranges.ts';
import { recognise } from '../../../gateway/io/drivers/recognise.ts';
import { extentOf, registerCountOf, type RegisterField } from '../../../gateway/io/drivers/register-map.ts';
import { createRegisterPoll, type RegisterPoll } from '../../../gateway/io/drivers/register-poll.ts';
import type { RegisterRange } from '../../../gateway/io/transports/transport.ts';
import { testControls } from './check-controls.ts';
import { FixtureDevice, readFixture } from './fixture-device.ts';

const { signal } = new AbortController();
/** Enough polls to find the one field that is refused: one trial a poll, two for each halving of a request. */
const pollsUntilParted = 40;

t.equal(new Set(driverIds).size, driverIds.length, 'driver ids are unique');
t.equal(findDriver('no-such-driver'), undefined, 'an unknown id finds nothing');

for (const id of driverIds) {
  const definition = findDriver(id);
  assert(definition !== undefined, id);
  t.test(`driver ${id}`, async (t) => {
    const driver = await asDiscovered(definition);
    testDefinition(t, driver);
    testFields(t, driver);
    testPlan(t, driver);
    testLabels(t, driver);
    testControls(t, driver);
    await testFixture(t, driver);
    await testIdentity(t, driver);
    await testRecognition(t, driver);
    await testUnsupported(t, driver);
  });
}

/** One that finds its map is looked at with what it finds in its fixture. */
async function asDiscovered(driver: DriverDefinition): Promise<DriverDefinition> {
  const { discover, ...fixed } = driver;
  if (discover === undefined) return driver;
  const [first] = readFixture(driver.id).cases;
  assert(first !== undefined);
  const device = new FixtureDevice(first);
  const found = await discover((range) => device.readRegisters(driver.defaultUnit, range));
  return { ...fixed, ...found };
}

function testDefinition(t: Test, driver: DriverDefinition): void {
  t.match(driver.id, /^[a-z0-9]+(-[a-z0-9]+)*$/, 'its id is kebab-case');
  t.ok(driver.title.length > 0 && driver.source.length > 0, 'it has a title and says where the map is from');
  const names = driver.fields.map((field) => field.name);
  t.equal(new Set(names).size, names.length, 'field names are unique');
  const { registersMax, responseMsMax, requestGapMs, connectDelayMs, requestTimeoutMs } = driver.limits;
  t.ok(registersMax >= 1 && registersMax <= 125, 'a request has 1 to 125 registers');
  t.ok(requestTimeoutMs >= limits.requestTimeoutMsMin && requestTimeoutMs <= limits.requestTimeoutMsMax);
  t.ok(responseMsMax > 0 && responseMsMax < requestTimeoutMs, 'a healthy answer comes before the time-out');
  t.ok(requestGapMs >= 0 && connectDelayMs >= 0 && connectDelayMs < requestTimeoutMs);
  const inputs = new Set(driver.derived.flatMap((derived) => derived.from));
  for (const name of names)
    t.ok(isQuantityName(name) || inputs.has(name), `${name} is a quantity, or an input of one`);
  for (const input of [...inputs, ...driver.derived.flatMap(({ unless = [] }) => unless)])
    t.ok(names.includes(input), `${input} of a derived quantity is a field`);
  for (const { quantity } of driver.derived)
    t.notOk(names.includes(quantity), `${quantity} is read or derived, not both`);
}

function testFields(t: Test, driver: DriverDefinition): void {
  for (const field of driver.fields) {
    t.ok(field.min < field.max && field.scale !== 0, `${field.name} has a plausible range and a scale`);
    const { address, count } = extentOf(field);
    t.ok(address >= 0 && address + count <= 65_536, `${field.name} is within the table`);
    t.ok(count <= driver.limits.registersMax, `${field.name} and its scale register fit a request`);
    for (const raw of field.notAvailable ?? []) {
      t.equal(decodeRaw(driver, field, raw).quality, 'missing', `${field.name}: ${raw} is not available`);
    }
    for (const raw of implausibleRaws(field)) {
      const { value, quality } = decodeRaw(driver, field, raw);
      t.equal(quality, 'suspect', `${field.name}: ${raw} is suspect`);
      const expected = raw * (field.scale ?? 1) + (field.offset ?? 0);
      t.ok(Math.abs(value - expected) <= Math.abs(expected) * 1e-6, `${field.name}: and not clamped`);
    }
  }
}

function testPlan(t: Test, driver: DriverDefinition): void {
  const planned = planRanges(spansOf(driver.fields), planOptionsOf(driver));
  const covered = planned.flatMap(({ range }) => addressesOf(range));
  for (const { range } of planned)
    t.ok(range.count <= driver.limits.registersMax, 'a request fits the device');
  for (const field of driver.fields) {
    const { address, count } = extentOf(field);
    const isWhole = planned.some(({ range }) => {
      const at = address - range.address;
      return range.table === field.table && at >= 0 && at + count <= range.count;
    });
    t.ok(isWhole, `${field.name} is read in one piece`);
  }
  for (const { table, first, last } of driver.forbidden ?? []) {
    t.ok(first <= last, 'a forbidden range is not empty');
    for (let address = first; address <= last; address += 1) {
      if (covered.includes(`${table}:${address}`)) t.fail(`forbidden ${table}:${address} is read`);
    }
  }
}

function testLabels(t: Test, driver: DriverDefinition): void {
  for (const { name, encoding, scale = 1, labels = {}, flags = {} } of driver.fields) {
    const codes = [...Object.keys(labels), ...Object.keys(flags)].map(Number);
    if (codes.length === 0) continue;
    t.ok(encoding !== 'f32' && scale === 1, `${name} is a whole number, so that it can have labels`);
    t.ok(codes.every(Number.isInteger), `${name} labels whole numbers`);
    const bits = 16 * registerCountOf(encoding);
    t.ok(
      Object.keys(flags).every((bit) => Number(bit) >= 0 && Number(bit) < bits),
      `${name} has the bits that it names`,
    );
  }
}

async function testFixture(t: Test, driver: DriverDefinition): Promise<void> {
  const fixture = readFixture(driver.id);
  for (const each of fixture.cases) {
    const device = new FixtureDevice(each);
    const poll = createRegisterPoll(driver, device, driver.defaultUnit);
    t.equal(await poll.readSerialNumber(signal), fixture.serialNumber, `${each.title}: serial number`);
    await poll.probe(signal);
    await settle(poll);
    const { values, requests } = await poll.poll(signal);
    t.ok(requests <= poll.requestCountMax);
    t.strictSame(
      values.map(({ quantity }) => quantity).sort(),
      Object.keys(each.expected).sort(),
      each.title,
    );
    for (const { quantity, value, quality } of values) {
      const expected = each.expected[quantity] ?? null;
      t.equal(quality, expected === null ? 'missing' : 'good', `${each.title}: quality of ${quantity}`);
      if (expected !== null && value !== Math.fround(expected))
        t.equal(value, expected, `${each.title}: ${quantity}`);
    }
  }
}

async function testIdentity(t: Test, driver: DriverDefinition): Promise<void> {
  const fixture = readFixture(driver.id);
  const [first] = fixture.cases;
  assert(first !== undefined);
  for (const what of ['model', 'firmware'] as const) {
    const field = driver[what];
    if (field === undefined) {
      t.equal(fixture[what], undefined, `it has no ${what}`);
      continue;
    }
    const asSerial = createRegisterPoll({ ...driver, serialNumber: field }, new FixtureDevice(first), 1);
    t.equal(await asSerial.readSerialNumber(signal), fixture[what], what);
  }
}

/** Its own fixture is recognised; it is never certain of another's. */
async function testRecognition(t: Test, driver: DriverDefinition): Promise<void> {
  for (const check of driver.recognition?.checks ?? []) {
    const flags = 'matches' in check ? check.matches.flags : '';
    t.notMatch(flags, /[gy]/, 'a check has no memory');
  }
  for (const id of driverIds) {
    const [first] = readFixture(id).cases;
    assert(first !== undefined);
    const device = new FixtureDevice(first);
    const found = await recognise(driver, (range) => device.readRegisters(driver.defaultUnit, range));
    if (id === driver.id) t.equal(found, driver.recognition?.certainty, 'it is recognised');
    else t.not(found, 'certain', `it is not taken for ${id}`);
  }
}

/** Each field in turn is refused by the device: all others, but those that need its registers, keep their values. */
async function testUnsupported(t: Test, driver: DriverDefinition): Promise<void> {
  const fixture = readFixture(driver.id).cases[0];
  if (fixture === undefined) return;
  for (const field of driver.fields) {
    const device = new FixtureDevice({ ...fixture, without: [`${field.table}:${field.address}`] });
    const poll = createRegisterPoll(driver, device, driver.defaultUnit);
    let slowest = 0;
    for (let polls = 0; polls < pollsUntilParted; polls += 1) {
      slowest = Math.max(slowest, await requestsOf(poll));
    }
    t.ok(slowest <= poll.requestCountMax, `without ${field.name} a poll stays within its requests`);
    const touched = driver.fields.filter((other) => touches(other, field)).map(({ name }) => name);
    t.strictSame([...poll.unsupported()].sort(), touched.sort(), `only ${touched.join()} is given up`);
    const lost = new Set<string>(touched);
    for (const { quantity, from } of driver.derived)
      if (from.some((name) => touched.includes(name))) lost.add(quantity);
    const values = (await poll.poll(signal)).values.filter(({ quantity }) => !lost.has(quantity));
    const kept: string[] = Object.keys(fixture.expected).filter((quantity) => !lost.has(quantity));
    t.strictSame(values.map(({ quantity }) => quantity).sort(), kept.sort(), 'all others are there');
    const wrong: DecodedValue[] = values.filter(
      ({ quantity, quality }) => quality !== (fixture.expected[quantity] === null ? 'missing' : 'good'),
    );
    t.strictSame(wrong, [], 'as good as ever');
  }
}

/** Until it has learned what there is to learn: a search in one request takes fewer polls than these. */
async function settle(poll: RegisterPoll): Promise<void> {
  const quietPolls = 25;
  let seen = '';
  for (let polls = 0, quiet = 0; quiet < quietPolls; polls += 1, quiet += 1) {
    assert(polls < 1_000, 'a plan settles');
    const now = JSON.stringify([await requestsOf(poll), poll.unsupported()]);
    if (now !== seen) quiet = 0;
    seen = now;
  }
}

/** Requests of the next poll; none that can be counted when all of them are refused. */
async function requestsOf(poll: RegisterPoll): Promise<number> {
  try {
    return (await poll.poll(signal)).requests;
  } catch (error) {
    if (errorCodeOf(error) === 'device_exception') return 0;
    throw error;
  }
}

/** Whether this field is read with the first register of the other. */
function touches(field: RegisterField, other: RegisterField): boolean {
  const { address, count } = extentOf(field);
  return field.table === other.table && other.address >= address && other.address < address + count;
}

function addressesOf({ table, address, count }: RegisterRange): string[] {
  return Array.from({ length: count }, (_, index) => `${table}:${address + index}`);
}

/** The extremes of the encoding, where these are neither plausible nor "not available". */
function implausibleRaws(field: RegisterField): number[] {
  const extremes = { u16: [0, 0xffff], s16: [-0x8000, 0x7fff], u32: [0, 0xffffffff], f32: [-1e30, 1e30] };
  const raws = { ...extremes, s32: [-0x80000000, 0x7fffffff], u64: [], s64: [], f64: [] }[field.encoding];
  const { scale = 1, offset = 0, min, max, notAvailable = [] } = field;
  const isPlausible = (raw: number): boolean => raw * scale + offset >= min && raw * scale + offset <= max;
  return raws.filter((raw) => !isPlausible(raw) && !notAvailable.map(Number).includes(raw));
}

function decodeRaw(
  driver: DriverDefinition,
  field: RegisterField,
  raw: number | bigint,
): ReturnType<typeof decodeField> {
  const { address, count: wordCount } = extentOf(field);
  const count = registerCountOf(field.encoding);
  const bytes = new DataView(new ArrayBuffer(8));
  if (field.encoding === 'f32') bytes.setFloat32(4, Number(raw));
  else bytes.setBigInt64(0, BigInt.asIntN(64, BigInt(raw)));
  const words = Uint16Array.from({ length: count }, (_, index) => bytes.getUint16(8 - 2 * count + 2 * index));
  const wordOrder = field.wordOrder ?? driver.wordOrder;
  // A scale register, where there is one, says 0: as it is.
  const extent = new Uint16Array(wordCount);
  extent.set(wordOrder === 'big' ? words : words.reverse(), field.address - address);
  return decodeField(field, extent, driver.wordOrder);
}
