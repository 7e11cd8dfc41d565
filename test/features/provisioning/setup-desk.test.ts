import { test, type Test } from 'tap';
import { Handshake } from '../../../ble/client/handshake.ts';
import { RecordOpener, RecordSealer } from '../../../ble/protocol/records.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { createIdentity } from '../../../gateway/features/identity/create-identity.ts';
import { fingerprintOf } from '../../../gateway/features/identity/gateway-name.ts';
import type { Joining } from '../../../gateway/features/provisioning/joining-desk.ts';
import { SetupCode } from '../../../gateway/features/provisioning/setup-code.ts';
import { SetupDesk } from '../../../gateway/features/provisioning/setup-desk.ts';
import { SetupDoor } from '../../../gateway/features/provisioning/setup-door.ts';
import type { NearbySession } from '../../../gateway/features/nearby.ts';
import type { SecurityNote } from '../../../gateway/features/security-events.ts';
import { SimulatedDisk } from '../../../sim/simulated-disk.ts';
import { createSimulatedSigner } from '../../../sim/simulated-signer.ts';
import { ManualTime } from '../../faces/manual-time.ts';

const label = '7K3M-9QXC-41TZ-HW0E';
const code = label.replaceAll('-', '');
const wrong = '0000111122223333';
const doorFile = 'setup-door.json';

interface Scene {
  readonly time: ManualTime;
  readonly disk: SimulatedDisk;
  readonly desk: SetupDesk;
  readonly door: SetupDoor;
  readonly notes: SecurityNote[];
  readonly fingerprint: string;
  isOwned: boolean;
}

function scene(disk = new SimulatedDisk(), signer = createSimulatedSigner()): Scene {
  const time = new ManualTime();
  const notes: SecurityNote[] = [];
  const identity = createIdentity(signer, time);
  const owner = { isOwned: false };
  const door = new SetupDoor({
    ...{ clock: time, alarm: time, disk, path: doorFile, ways: { improv: true, ancestor: false } },
    isOwned: () => owner.isOwned,
  });
  const desk = new SetupDesk({
    ...{ clock: time, alarm: time, identity, door },
    code: new SetupCode({ disk, path: undefined, labelled: label }),
    joining: { onChange: () => () => undefined },
    security: { note: (note) => notes.push(note) },
    describe: () => {
      throw new GatewayError('internal_error', 'nobody asks');
    },
  });
  const fingerprint = fingerprintOf(signer.publicKey);
  return Object.assign(owner, { time, disk, desk, door, notes, fingerprint });
}

/** Hello and proof, as the client of the set-up page does them. */
async function meet(
  { desk, fingerprint }: Scene,
  typed: string,
): Promise<NearbySession & { isProved: boolean }> {
  const handshake = new Handshake();
  const { handshake: id, frame } = await desk.hello(handshake.hello);
  const answer = await handshake.answer(frame, { code: typed, fingerprint });
  const session = desk.proof(id, answer.proof);
  const keys = await answer.accept(session.frame);
  const isSame =
    Buffer.compare(keys.toDevice, session.toDevice) + Buffer.compare(keys.toClient, session.toClient);
  return { ...session, isProved: isSame === 0 };
}

async function refusedFor(
  t: Test,
  attempt: Promise<unknown>,
  reason: string,
  waitSeconds?: number,
): Promise<void> {
  await t.rejects(
    attempt,
    { code: 'refused', facts: { reason, ...(waitSeconds && { waitSeconds }) } },
    reason,
  );
}

void test('whoever knows the code has a session, whose records both sides open', async (t) => {
  const here = scene();
  const { session, isProved, toDevice } = await meet(here, code);
  t.ok(isProved);
  const sealed = new RecordSealer(toDevice).seal(Buffer.from('{}'));
  t.same(Buffer.from(new RecordOpener(toDevice).open(sealed)).toString(), '{}');
  const principal = here.desk.admit({ verb: 'info', way: 'session', session });
  t.match(principal, { kind: 'nearby', id: 'nearby:session' });
  t.same([...principal.scopes], ['provision']);
  t.throws(() => here.desk.admit({ verb: 'info', way: 'session', session: 'another' }), {
    code: 'refused',
    facts: { reason: 'idle' },
  });
  t.throws(() => here.desk.admit({ verb: 'info', way: 'session' }), {
    code: 'refused',
    facts: { reason: 'idle' },
  });
});

void test('a wrong code is refused, counted, on the disk and in the security log, five times', async (t) => {
  const here = scene();
  for (const [index, waitSeconds] of [1, 2, 4, 8, 16].entries()) {
    await refusedFor(t, meet(here, wrong), 'code_wrong', waitSeconds);
    t.match(JSON.parse(here.disk.readText(doorFile) ?? ''), { wrongTries: index + 1, triesLeft: 4 - index });
    t.equal(here.door.door().state, index === 4 ? 'barred' : 'open');
    if (index < 4) await refusedFor(t, meet(here, code), 'wait', waitSeconds);
    here.time.pass(waitSeconds * 1_000);
  }
  await refusedFor(t, meet(here, code), 'barred');
  t.equal(here.notes.length, 5);
  t.notMatch(JSON.stringify(here.notes), wrong);
  here.door.send('touched');
  t.ok((await meet(here, code)).isProved, 'somebody was at the gateway');
  t.match(JSON.parse(here.disk.readText(doorFile) ?? ''), { wrongTries: 0, triesLeft: 5 });
});

void test('a restart forgets no wrong code, wherever it comes', async (t) => {
  const disk = new SimulatedDisk();
  const first = scene(disk);
  await refusedFor(t, meet(first, wrong), 'code_wrong');
  first.time.pass(1_000);
  await refusedFor(t, meet(first, wrong), 'code_wrong');
  const second = scene(disk);
  t.equal(second.door.door().triesLeft, 3);
  await refusedFor(t, meet(second, code), 'wait', 2);
  // The plug is pulled when the try is on the disk, and nobody has looked at it yet.
  second.time.pass(2_000);
  const handshake = new Handshake();
  const { handshake: id, frame } = await second.desk.hello(handshake.hello);
  const { proof } = await handshake.answer(frame, { code, fingerprint: second.fingerprint });
  const write = disk.writeText.bind(disk);
  disk.writeText = (path, text) => {
    write(path, text);
    throw new TypeError('the plug is pulled');
  };
  t.throws(() => second.desk.proof(id, proof), { message: 'the plug is pulled' });
  disk.writeText = write;
  t.equal(scene(disk).door.door().triesLeft, 2, 'it counts');
});

void test('what was heard before is worth nothing', async (t) => {
  const here = scene();
  const handshake = new Handshake();
  const { handshake: id, frame } = await here.desk.hello(handshake.hello);
  const { proof } = await handshake.answer(frame, { code, fingerprint: here.fingerprint });
  const { session } = here.desk.proof(id, proof);
  here.desk.end({ session });
  t.throws(
    () => here.desk.proof(id, proof),
    { code: 'refused', facts: { reason: 'idle' } },
    'the same proof',
  );
  here.time.pass(1_000);
  const again = await here.desk.hello(handshake.hello);
  for (const [from, to] of [
    [1, 33],
    [33, 49],
  ] as const) {
    const isSame = Buffer.compare(again.frame.subarray(from, to), frame.subarray(from, to)) === 0;
    t.notOk(isSame, 'the same hello has another answer, by a key and a number of its own');
  }
  t.throws(() => here.desk.proof(again.handshake, proof), {
    code: 'refused',
    facts: { reason: 'code_wrong' },
  });
});

void test('there is one handshake, for half a minute, and one session, which ends when nothing is asked', async (t) => {
  const here = scene();
  const { desk, time } = here;
  const [first, second] = [new Handshake(), new Handshake()];
  const { handshake: id, frame } = await desk.hello(first.hello);
  const { proof } = await first.answer(frame, { code, fingerprint: here.fingerprint });
  await refusedFor(t, desk.hello(second.hello), 'wait', 1);
  time.pass(1_000);
  await desk.hello(second.hello);
  t.throws(
    () => desk.proof(id, proof),
    { code: 'refused', facts: { reason: 'idle' } },
    'another phone has begun',
  );
  time.pass(1_000);
  const late = await desk.hello(first.hello);
  time.pass(30_001);
  t.throws(
    () => desk.proof(late.handshake, proof),
    { code: 'refused', facts: { reason: 'idle' } },
    'too late',
  );
  const { session } = await meet(here, code);
  time.pass(1_000);
  await refusedFor(t, meet(here, code), 'busy');
  time.pass(58_000);
  desk.admit({ verb: 'info', way: 'session', session });
  time.pass(59_999);
  t.ok(desk.hasSession);
  time.pass(1);
  t.notOk(desk.hasSession);
  t.throws(() => desk.admit({ verb: 'info', way: 'session', session }), {
    code: 'refused',
    facts: { reason: 'idle' },
  });
  const next = await meet(here, code);
  desk.radioChanged(true);
  t.throws(
    () => desk.admit({ verb: 'info', way: 'session', session: next.session }),
    { code: 'refused', facts: { reason: 'idle' } },
    'another radio',
  );
});

void test('frames that are none, and points that leave nothing secret, are malformed', async (t) => {
  const here = scene();
  const { hello } = new Handshake();
  const zeros = Buffer.concat([Buffer.of(1), Buffer.alloc(48)]);
  const one = Buffer.concat([Buffer.of(1, 1), Buffer.alloc(47)]);
  for (const frame of [
    zeros,
    one,
    hello.slice(1),
    hello.slice(0, 48),
    Buffer.concat([hello, Buffer.of(0)]),
    Buffer.alloc(49),
  ]) {
    await refusedFor(t, here.desk.hello(frame), 'malformed');
    here.time.pass(1_000);
  }
  const { handshake: id } = await here.desk.hello(hello);
  t.throws(() => here.desk.proof(id, Buffer.alloc(32)), { code: 'refused', facts: { reason: 'malformed' } });
});

void test('whoever has asked for a network by Improv is told the end, however long it took', (t) => {
  const { desk, door, time } = scene();
  const joined = { stage: 'joined', ssid: 'Home', attempt: 1 } as Joining;
  const isTold = (verb: string): boolean => {
    try {
      return desk.admit({ verb, way: 'improv' }).id === 'nearby:improv';
    } catch {
      return false;
    }
  };
  door.send('touched');
  desk.admit({ verb: 'set-wifi', way: 'improv' });
  time.pass(70_000);
  t.notOk(isTold('status'));
  desk.joined({ ...joined, stage: 'address' });
  t.notOk(isTold('status'));
  desk.joined(joined);
  t.ok(isTold('status'));
  t.notOk(isTold('set-wifi'), 'and nothing else');
  t.notOk(isTold('scan'));
  time.pass(10_001);
  t.notOk(isTold('status'));
  door.send('touched');
  desk.admit({ verb: 'set-wifi', way: 'improv' });
  time.pass(61_000);
  desk.joined({ ...joined, stage: 'failed' });
  t.ok(isTold('set-wifi'), 'who has mistyped has another minute');
  t.end();
});

void test('a gateway with an owner lets in who touched it, for five minutes, and Improv for one', async (t) => {
  const here = scene();
  here.isOwned = true;
  await refusedFor(t, meet(here, code), 'closed');
  t.throws(() => here.desk.admit({ verb: 'info', way: 'improv' }), {
    code: 'refused',
    facts: { reason: 'closed' },
  });
  here.door.send('touched');
  const { session } = await meet(here, code);
  t.match(here.desk.admit({ verb: 'info', way: 'improv' }), { id: 'nearby:improv' });
  t.throws(
    () => here.desk.admit({ verb: 'info', way: 'ancestor' }),
    { code: 'refused', facts: { reason: 'closed' } },
    'switched off',
  );
  here.time.pass(50_000);
  here.desk.admit({ verb: 'info', way: 'session', session });
  here.time.pass(10_001);
  t.throws(() => here.desk.admit({ verb: 'info', way: 'improv' }), {
    code: 'refused',
    facts: { reason: 'closed' },
  });
  for (let waited = 0; waited < 300; waited += 50) {
    here.desk.admit({ verb: 'info', way: 'session', session });
    here.time.pass(50_000);
  }
  t.equal(here.door.door().state, 'closed');
  t.ok(here.desk.hasSession, 'who is in a session ends it in peace');
  t.throws(
    () => {
      for (let asked = 0; asked < 30; asked += 1) here.desk.admit({ verb: 'info', way: 'session', session });
    },
    { code: 'rate_limited' },
  );
});
