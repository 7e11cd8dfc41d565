import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test, type Test } from 'tap';
import { Handshake } from '../ble/client/handshake.ts';
import { createGateway, type Gateway, type GatewayParts } from '../gateway/app.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import type { ButtonEdge } from '../gateway/core/push-button.ts';
import { seededRandom } from '../gateway/core/random.ts';
import { noSerialLines } from '../gateway/core/serial-lines.ts';
import type { LightPattern } from '../gateway/core/status-light.ts';
import { normalisePairingCode } from '../gateway/features/pairing-code.ts';
import { SetupCode } from '../gateway/features/provisioning/setup-code.ts';
import { openInProcessDatabase } from '../gateway/storage/index.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { SimulatedDisk } from '../sim/simulated-disk.ts';
import { SimulatedWireless } from '../sim/simulated-wireless.ts';
import { virtualConfig } from '../sim/virtual-config.ts';
import { virtualParts } from '../sim/virtual-parts.ts';
import { RadioClient, type RadioLine } from './faces/nearby/radio-client.ts';

type Answer = Readonly<Record<string, unknown>>;

/** The whole firmware with a radio at its socket; restarts find the same disk. */
class Home {
  readonly clock = new SimulatedClock(Date.parse('2026-06-01T12:00Z'));
  readonly disk = new SimulatedDisk();
  readonly directory = mkdtempSync(join(tmpdir(), 'egw-setup-'));
  readonly shown: LightPattern[] = [];
  restarts = 0;
  isForgotten = false;
  press: (edge: ButtonEdge, atMs: number) => void = () => undefined;
  gateway!: Gateway;
  radio!: RadioClient;
  code: string | undefined;
  #boots = 0;

  constructor(t: Test) {
    t.teardown(async () => {
      await this.stop();
      rmSync(this.directory, { recursive: true, force: true });
    });
  }

  async boot(more: Partial<GatewayParts> = {}): Promise<void> {
    this.#boots += 1;
    const { clock, disk, directory } = this;
    const usual = virtualConfig([], 'Europe/Paris');
    const provisioning = { socket: join(directory, 'provision.sock'), improv: true };
    const wireless = new SimulatedWireless({
      ...{ clock, alarm: clock },
      networks: [{ ssid: 'home', password: 'right-password' }],
    });
    const forget = wireless.forgetAll.bind(wireless);
    wireless.forgetAll = async () => {
      this.isForgotten = true;
      await forget();
    };
    this.gateway = await createGateway({
      ...virtualParts(clock, {
        config: { ...usual, features: { ...usual.features, provisioning } },
        random: seededRandom(1),
        network: { connectTcp: () => Promise.reject(new GatewayError('host_unresolved', 'none')) },
        serial: noSerialLines,
        disk,
        database: await openInProcessDatabase({ directory, zone: 'Europe/Paris', nowMs: clock.wall() }),
        bootId: `boot-${this.#boots}`,
      }),
      wireless,
      setupCode: new SetupCode({ disk, path: '/virtual/setup-code.json' }),
      button: {
        onEdge: (listener) => {
          this.press = listener;
          return () => undefined;
        },
        problem: () => undefined,
        close: () => undefined,
      },
      light: {
        show: (pattern) => this.shown.push(pattern),
        problem: () => undefined,
        close: () => undefined,
      },
      hostControl: {
        reboot: () => Promise.resolve(),
        restart: () => void (this.restarts += 1),
        stop: () => undefined,
      },
      ...more,
    });
    this.code = (await clock.pend(this.gateway.start())).pairingCode;
    await this.gateway.listenNearby();
    this.radio = await RadioClient.connect(provisioning.socket);
  }

  async stop(): Promise<void> {
    this.radio.close();
    const stopping = this.gateway.stop();
    await this.clock.advance(5_000);
    await stopping;
  }

  async ask(ask: string, more: Answer): Promise<RadioLine> {
    const asked = this.radio.ask(ask, more);
    const state = { isAnswered: false };
    void asked.finally(() => (state.isAnswered = true));
    // Some answers wait for the time, and all for the socket.
    while (!state.isAnswered) {
      await nextTurn();
      await this.clock.advance(10);
    }
    return await asked;
  }

  /** The name of a session. */
  async meet(code: string): Promise<RadioLine> {
    const phone = new Handshake();
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    const hello = await this.ask('hello', { frame: base64(phone.hello) });
    if (hello.answer === undefined) return hello;
    const { handshake, frame } = hello.answer as { readonly handshake: string; readonly frame: string };
    const label = { code: normalisePairingCode(code), fingerprint: undefined };
    const { proof } = await phone.answer(Buffer.from(frame, 'base64'), label);
    return await this.ask('proof', { handshake, frame: base64(proof) });
  }

  async verb(verb: string, session: unknown, input: Answer = {}): Promise<RadioLine> {
    return await this.ask('verb', { verb, input, way: 'session', session });
  }

  async pairOnLan(code: string): Promise<number> {
    const payload = { code, label: 'page' };
    const asked = this.gateway.inject({ method: 'POST', url: '/api/v1/pair', payload });
    return (await this.clock.pend(asked)).statusCode;
  }
}

void test('a phone nearby makes its owner of a gateway that nobody owns', async (t) => {
  const home = new Home(t);
  await home.boot();
  const { code = '' } = home;
  t.equal(home.gateway.lifecycle.states.link, 'unprovisioned');
  t.equal(home.shown.at(-1), 'waiting');
  const { answer = {} } = await home.meet(code);
  const { session } = answer;
  t.equal(home.shown.at(-1), 'busy');
  t.match((await home.verb('info', session)).answer, {
    isOwned: false,
    hasWireless: true,
    algorithm: 'Ed25519',
  });
  const networks = await home.verb('scan', session);
  t.match(networks.answer, { networks: [{ ssid: 'home', isJoined: false }] });
  const begun = await home.verb('set-wifi', session, { ssid: 'home', password: 'right-password' });
  t.match(begun.answer, { attempt: 1, stage: 'associating' });
  await home.clock.advance(5_000);
  t.match(await home.radio.line(({ joining }) => joining?.['stage'] === 'joined'), { event: 'joining' });
  t.match((await home.verb('status', session)).answer, {
    wireless: { joined: { ssid: 'home' } },
    joining: { stage: 'joined' },
    door: { state: 'open', openMs: null },
    bluetooth: 'session',
  });
  const paired = await home.verb('pair-key', session, { label: 'phone' });
  t.match(paired.answer, { token: /^egw_/, scopes: ['read', 'control', 'jobs:run', 'admin', 'provision'] });
  t.equal(home.gateway.lifecycle.states.link, 'none');
  t.match((await home.verb('info', session)).answer, { isOwned: true });
  t.equal(await home.pairOnLan(code), 403, 'the code on the console is good for nobody else');
  t.match((await home.verb('status', session)).answer, { door: { state: 'open' } }, 'his link may break');
  t.match((await home.verb('set-time', session, { timeMs: 1_780_000_000_000 })).problem, {
    code: 'clock_trusted',
  });
  await home.ask('end', { session });
  await home.clock.advance(301_000);
  t.match((await home.meet(code)).problem, { code: 'refused', facts: { reason: 'closed' } });
  t.equal(home.shown.at(-1), 'off');
  const { clock, press } = home;
  press('press', clock.monotonic());
  await clock.advance(3_100);
  press('release', clock.monotonic());
  t.match(
    (await home.meet(code)).answer,
    { session: /./ },
    'somebody held the button; the code of the label holds',
  );
});

void test('a code that went over the network in the clear is made anew', async (t) => {
  const home = new Home(t);
  await home.boot();
  const { code = '' } = home;
  t.equal(await home.pairOnLan(code), 201);
  home.press('press', home.clock.monotonic());
  await home.clock.advance(3_100);
  t.match((await home.meet(code)).problem, { code: 'refused', facts: { reason: 'code_wrong' } });
  await home.clock.advance(1_500);
  const kept = JSON.parse(home.disk.readText('/virtual/setup-code.json') ?? '') as { readonly code: string };
  t.not(kept.code, normalisePairingCode(code));
  t.match((await home.meet(kept.code)).answer, { session: /./ });
});

void test('a machine that is switched off and on three times lets somebody in', async (t) => {
  const home = new Home(t);
  await home.boot({ machineStart: 'a' });
  t.equal(await home.pairOnLan(home.code ?? ''), 201);
  await home.clock.advance(61_000);
  for (const [machineStart, state] of [
    ['b', 'closed'],
    ['b', 'closed'],
    ['c', 'closed'],
    ['d', 'open'],
    ['e', 'closed'],
  ] as const) {
    await home.stop();
    await home.boot({ machineStart });
    t.match(await home.ask('describe', {}), { answer: { door: { state } } }, machineStart);
  }
});

void test('a reset needs the right id and a hand on the button, and is said in the new log', async (t) => {
  const home = new Home(t);
  await home.boot();
  const { answer = {} } = await home.meet(home.code ?? '');
  const { session } = answer;
  const { gatewayId } = (await home.verb('info', session)).answer as { readonly gatewayId: string };
  t.match((await home.verb('factory-reset', session, { gatewayId: 'other' })).problem, {
    code: 'input_invalid',
  });
  t.match((await home.verb('factory-reset', session, { gatewayId })).problem, { code: 'forbidden' });
  home.press('press', home.clock.monotonic());
  await home.clock.advance(10_200);
  t.match((await home.verb('factory-reset', session, { gatewayId })).answer, { restarts: true });
  t.match(home.disk.readText('/virtual/factory-reset.json'), /nearby:session/);
  t.equal(home.restarts, 0, 'its answer arrives first');
  await home.clock.advance(2_000);
  t.equal(home.restarts, 1);
  await home.stop();
  await home.boot({ resetBy: 'nearby:session' });
  t.ok(home.isForgotten);
  t.equal(home.disk.readText('/virtual/factory-reset.json'), undefined, 'it is over');
  const { answer: next = {} } = await home.meet(home.code ?? '');
  const { answer: paired = {} } = await home.verb('pair-key', next['session'], { label: 'phone' });
  const headers = { authorization: `Bearer ${String(paired['token'])}` };
  const log = await home.clock.pend(home.gateway.inject({ method: 'GET', url: '/api/v1/security', headers }));
  t.match(log.body, /setup\.reset/);
});
