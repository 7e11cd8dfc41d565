import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'tap';
import { Type } from 'typebox';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { limits } from '../../../gateway/core/limits.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import { createNearbyServer } from '../../../gateway/faces/nearby/nearby-server.ts';
import { bindCommand, defineCommand, type CommandCall } from '../../../gateway/features/command.ts';
import type { NearbyDesk, NearbyDoor } from '../../../gateway/features/nearby.ts';
import { closed } from '../../../gateway/features/schema.ts';
import { ManualTime } from '../manual-time.ts';
import { MemoryStore } from '../memory-store.ts';
import { RadioClient } from './radio-client.ts';

interface Scene {
  readonly path: string;
  readonly store: MemoryStore;
  readonly calls: { input: unknown; call: CommandCall }[];
  readonly ended: object[];
  readonly radios: boolean[];
  openDoor(door: NearbyDoor): void;
  joining(joining: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

const shut: NearbyDoor = { state: 'closed', improvUntilMs: null, ancestorUntilMs: null, triesLeft: 5 };
const key = new Uint8Array(32).fill(7);

async function scene(): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-nearby-'));
  const store = new MemoryStore();
  const calls: Scene['calls'] = [];
  const ended: object[] = [];
  const radios: boolean[] = [];
  const doors = new Set<(door: NearbyDoor) => void>();
  const joinings = new Set<(joining: Readonly<Record<string, unknown>>) => void>();
  const desk: NearbyDesk = {
    describe: () => ({
      ...{ gatewayId: 'abcdefghijklmnop', name: 'Home', version: '1.0.0', fingerprint: 'A'.repeat(52) },
      ...{ serial: '00', publicKey: '00', compactKey: null, improv: false, ancestor: true },
      macs: { ethernet: 'aa:bb:cc:dd:ee:ff', wifi: null },
      can: ['scan'],
    }),
    door: () => shut,
    hello: (frame) => Promise.resolve({ handshake: `of ${frame.length}`, frame: new Uint8Array([2]) }),
    proof: (handshake) => {
      if (handshake !== 'of 3')
        throw new GatewayError('refused', 'no such handshake', {
          facts: { reason: 'closed', waitSeconds: 4 },
        });
      return { session: 's1', frame: new Uint8Array([4]), toDevice: key, toClient: key };
    },
    admit: ({ way, session }) => {
      if (way === 'session' && session !== 's1')
        throw new GatewayError('refused', 'the session is over', { facts: { reason: 'idle' } });
      return { kind: 'nearby', id: `nearby:${way}`, scopes: new Set(['provision']) };
    },
    end: (what) => ended.push(what),
    radioChanged: (isConnected) => radios.push(isConnected),
    onDoor: (listener) => (doors.add(listener), () => doors.delete(listener)),
    onJoining: (listener) => (joinings.add(listener), () => joinings.delete(listener)),
  };
  const say = defineCommand({
    id: 'test.say',
    summary: 'Says it again',
    scope: 'provision',
    isClosedToCloud: true,
    input: closed({ text: Type.String() }),
    output: closed({ said: Type.String() }),
    http: { method: 'POST', path: '/say' },
    nearby: { verb: 'say', ways: ['session', 'ancestor'] },
    run: (_ports: object, input, call) => {
      calls.push({ input, call });
      return { said: input.text };
    },
  });
  const hidden = defineCommand({
    id: 'test.hidden',
    summary: 'Not for those nearby',
    scope: 'provision',
    isClosedToCloud: true,
    input: closed({}),
    output: closed({}),
    http: { method: 'POST', path: '/hidden' },
    run: () => ({}),
  });
  const commands = [bindCommand(say, {}), bindCommand(hidden, {})];
  const dispatcher = createDispatcher(commands, {
    audit: store,
    clock: new ManualTime(),
    logger: silentLogger,
  });
  const server = createNearbyServer({
    ...{ logger: silentLogger, desk, dispatcher },
    commands: commands.map(({ definition }) => definition),
  });
  const path = join(directory, 'provision.sock');
  await server.listen(path);
  return {
    ...{ path, store, calls, ended, radios },
    openDoor: (door) => {
      for (const listener of doors) listener(door);
    },
    joining: (joining) => {
      for (const listener of joinings) listener(joining);
    },
    close: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

void test('the socket is its owner’s alone, describes the gateway and tells its door', async (t) => {
  const { path, openDoor, joining, close } = await scene();
  t.teardown(close);
  t.equal(statSync(path).mode & 0o777, 0o600);
  const radio = await RadioClient.connect(path);
  const { answer } = await radio.ask('describe');
  t.match(answer, { gatewayId: 'abcdefghijklmnop', ancestor: true, door: { state: 'closed', triesLeft: 5 } });
  t.same((await radio.line(({ event }) => event === 'door')).door, shut);
  openDoor({ ...shut, state: 'open' });
  t.match(await radio.line(({ door }) => door?.['state'] === 'open'), { event: 'door' });
  joining({ attempt: 1, stage: 'associating' });
  t.match(await radio.line(({ event }) => event === 'joining'), { joining: { attempt: 1 } });
  radio.close();
});

void test('frames go through in base 64, and a refusal has its reason and its wait', async (t) => {
  const { path, close, ended } = await scene();
  t.teardown(close);
  const radio = await RadioClient.connect(path);
  const frame = Buffer.from([1, 2, 3]).toString('base64');
  t.same((await radio.ask('hello', { frame })).answer, { handshake: 'of 3', frame: 'Ag==' });
  t.match((await radio.ask('proof', { handshake: 'of 3', frame })).answer, {
    session: 's1',
    frame: 'BA==',
    toDevice: Buffer.from(key).toString('base64'),
  });
  t.match((await radio.ask('proof', { handshake: 'x', frame })).problem, {
    code: 'refused',
    facts: { reason: 'closed', waitSeconds: 4 },
  });
  t.same((await radio.ask('end', { session: 's1' })).answer, {});
  t.same(ended, [{ session: 's1' }]);
  radio.close();
});

void test('a verb runs as somebody nearby, is written down, and only by its own ways', async (t) => {
  const { path, close, calls, store } = await scene();
  t.teardown(close);
  const radio = await RadioClient.connect(path);
  const input = { text: 'hello' };
  const said = await radio.ask('verb', { verb: 'say', input, way: 'session', session: 's1' });
  t.same(said.answer, { said: 'hello' });
  t.match(calls, [
    { input, call: { principal: { kind: 'nearby', id: 'nearby:session' }, origin: 'nearby' } },
  ]);
  t.match(await store.call('listAuditLines', { beforeMs: Infinity, rowsMax: 10 }), [
    { principal: 'nearby:session', action: 'test.say', outcome: 'ok', detail: 'from nearby' },
  ]);
  const refusals = [
    [{ verb: 'say', input, way: 'session' }, 'refused'],
    [{ verb: 'say', input, way: 'session', session: 's2' }, 'refused'],
    [{ verb: 'say', input, way: 'improv' }, 'forbidden'],
    [{ verb: 'hidden', input: {}, way: 'session', session: 's1' }, 'command_unknown'],
    [{ verb: 'test.hidden', input: {}, way: 'session', session: 's1' }, 'command_unknown'],
    [{ verb: 'say', input: {}, way: 'ancestor' }, 'input_invalid'],
    [{ verb: 'say', input, way: 'admin', session: 's1' }, 'input_invalid'],
  ] as const;
  for (const [ask, code] of refusals) t.match((await radio.ask('verb', ask)).problem, { code });
  t.equal(calls.length, 1);
  radio.close();
});

void test('what is no ask is refused, and what is too long ends the connection', async (t) => {
  const { path, close } = await scene();
  t.teardown(close);
  const radio = await RadioClient.connect(path);
  t.match((await radio.ask('dispatch')).problem, { code: 'command_unknown' });
  t.match((await radio.ask('describe', { more: 1 })).problem, { code: 'input_invalid' });
  t.match((await radio.ask('hello', { frame: '§' })).problem, { code: 'input_invalid' });
  const deep = `{"id":77,"ask":"verb","verb":"say","way":"ancestor","input":${'['.repeat(60)}${']'.repeat(60)}}`;
  radio.send(`${deep}\n`);
  t.match(await radio.line(({ id }) => id === 77), { problem: { code: 'input_invalid' } }, 'by its number');
  radio.send('nonsense\n\n');
  t.match(await radio.line(({ id }) => id === 0), { problem: { code: 'input_invalid' } });
  radio.send('x'.repeat(limits.nearbyLineBytesMax + 1));
  radio.send('\n{"id":78,"ask":"describe"}\n');
  await radio.closed();
  t.match(radio.lines.at(-1), { id: 0, problem: { code: 'request_too_large' } });
});

void test('a second radio takes the place of the first', async (t) => {
  const { path, close, radios, openDoor } = await scene();
  t.teardown(close);
  const first = await RadioClient.connect(path);
  await first.ask('describe');
  const second = await RadioClient.connect(path);
  await first.closed();
  await second.ask('describe');
  t.same(radios, [true, true]);
  const before = second.lines.length;
  openDoor({ ...shut, state: 'barred' });
  await second.line(({ door }) => door?.['state'] === 'barred');
  t.equal(second.lines.length, before + 1);
  await close();
  await second.closed();
});
