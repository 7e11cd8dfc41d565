import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { HttpAnswer } from '../../../gateway/core/http.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { PowerSwitch } from '../../../gateway/io/switches/switch.ts';
import { tasmotaRelay } from '../../../gateway/io/switches/tasmota-relay.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import { SharedServer } from '../../../modbus-sim/services/shared-server.ts';
import { TasmotaService, type TasmotaOptions } from '../../../modbus-sim/services/tasmota-service.ts';
import { nowMs as startMs, switchPorts } from './switch-ports.ts';

const never = new AbortController().signal;

interface Bench {
  readonly plug: TasmotaService;
  readonly web: ServiceServer;
  open(options?: OptionValues): PowerSwitch;
}

async function bench(t: Test, options: Partial<TasmotaOptions> = {}, nowMs = () => startMs): Promise<Bench> {
  const plug = new TasmotaService({ startMs, ...options });
  const web = await ServiceServer.start({ service: plug, nowMs });
  t.teardown(() => web.close());
  const open = (values: OptionValues = {}): PowerSwitch =>
    tasmotaRelay.open({ url: web.url, user: 'admin', relay: 1, ...values }, switchPorts(t));
  return { plug, web, open };
}

/** A relay of a device that answers so. */
function answering(t: Test, body: string, options: OptionValues = {}): PowerSwitch {
  const answer: HttpAnswer = { status: 200, headers: {}, body: Buffer.from(body) };
  const http = { request: () => Promise.resolve(answer) };
  return tasmotaRelay.open(
    { url: 'http://192.168.1.60', user: 'admin', relay: 1, ...options },
    switchPorts(t, { http }),
  );
}

async function failure(doing: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error('it did not fail as it should');
  return error;
}

t.test('a relay really switches, and the power of what hangs on it follows', async (t) => {
  let nowMs = startMs;
  const server = new SharedServer({ startMs, startsWithPower: true });
  const { plug, open } = await bench(
    t,
    { powerW: (atMs) => [server.drawnW(atMs)], onSwitch: (isOn, atMs) => server.power(isOn, atMs) },
    () => nowMs,
  );
  const power = open();
  const drawn = (): unknown => {
    const status = plug.command('Status 10', nowMs) as {
      readonly StatusSNS: { readonly ENERGY: { readonly Power: number } };
    };
    return status.StatusSNS.ENERGY.Power;
  };
  t.equal(await power.position(never), 'on');
  t.equal(drawn(), 80);
  await power.turn('off', never);
  await power.turn('off', never);
  t.equal(await power.position(never), 'off');
  t.equal(drawn(), 0);
  t.equal(server.seen.cuts, 1);
  nowMs += 60_000;
  await power.turn('on', never);
  t.equal(drawn(), 95, 'it starts');
  nowMs += 90_000;
  t.equal(drawn(), 80);
});

t.test('each relay is switched alone, and known by the key of its answer', async (t) => {
  const { plug, open } = await bench(t, { relays: 3 });
  await open({ relay: 2 }).turn('off', never);
  t.match(plug.command('Power0', startMs), { POWER1: 'ON', POWER2: 'OFF', POWER3: 'ON' });
  const { code, hint } = await failure(open({ relay: 4 }).turn('off', never));
  t.equal(code, 'switch_refused');
  t.match(hint, /relay/);
  t.equal(await answering(t, '{"POWER1":"ON"}').position(never), 'on', 'SetOption26');
});

t.test('an answer that is for another relay is no answer', async (t) => {
  const { code, message, facts } = await failure(
    answering(t, '{"POWER":"OFF"}', { relay: 2 }).turn('off', never),
  );
  t.equal(code, 'switch_refused');
  t.match(message, /no relay 2/);
  t.equal(facts['isUnclear'], true);
});

t.test('a relay that stays as it was is told as such', async (t) => {
  const { code, message, hint, facts } = await failure(answering(t, '{"POWER":"ON"}').turn('off', never));
  t.equal(code, 'switch_unavailable');
  t.equal(facts['isUnclear'], true, 'it has heard it: it is not told again and again');
  t.match(message, /told off.*says that it is on/);
  t.match(hint, /PowerOnState/);
});

t.test('states with other names are refused by the command that names them', async (t) => {
  const { code, hint } = await failure(answering(t, '{"POWER":"EIN"}').position(never));
  t.equal(code, 'switch_refused');
  t.match(hint, /StateText1 OFF/);
});

t.test('what it does not know it has not done', async (t) => {
  for (const body of ['{"Command":"Unknown"}', '{"Command":"Error"}', '{}']) {
    const { code, facts } = await failure(answering(t, body).position(never));
    t.equal(code, 'switch_refused', body);
    t.notOk(facts['isUnclear'], 'a question switches nothing');
  }
});

t.test(
  'old firmware gets its password in the query, and a wrong one is refused, also with status 200',
  async (t) => {
    for (const isOld of [false, true]) {
      const { open, web } = await bench(t, { password: 'plug-geheim-77', isOld });
      const power = open({ password: 'plug-geheim-77' });
      await power.turn('off', never);
      const asked = web.requests;
      t.equal(asked, isOld ? 2 : 1);
      t.equal(await power.position(never), 'off');
      t.equal(web.requests, asked + 1, 'from then on at once');
      for (const password of [undefined, 'wrong-geheim']) {
        const { code, hint, message } = await failure(open({ password }).turn('on', never));
        t.equal(code, 'switch_refused');
        t.match(hint, /password.*WebPassword/);
        t.notMatch(message, /geheim/);
      }
      t.equal(await power.position(never), 'off', 'who was refused has switched nothing');
    }
  },
);

t.test('a web server that takes no commands is told from another device', async (t) => {
  const { plug, open } = await bench(t);
  plug.command('WebServer 1', startMs);
  const { code, hint } = await failure(open().turn('off', never));
  t.equal(code, 'answer_invalid');
  t.match(hint, /WebServer is 2/);
});

t.test('a busy device is told again later', async (t) => {
  const { open } = await bench(t, { busyMs: 60_000 });
  await open().turn('off', never);
  t.equal((await failure(open().turn('on', never))).code, 'switch_unavailable');
});
