import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { describeError, GatewayError } from '../../../gateway/core/errors.ts';
import type { HttpRequest } from '../../../gateway/core/http.ts';
import { silentLogger, type Logger } from '../../../gateway/core/logger.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { proxmox } from '../../../gateway/io/switches/proxmox.ts';
import type { PowerSwitch } from '../../../gateway/io/switches/switch.ts';
import { MagicPacketListener } from '../../../modbus-sim/services/magic-packet-listener.ts';
import { ProxmoxMachine } from '../../../modbus-sim/services/proxmox-machine.ts';
import { ProxmoxService, type ProxmoxOptions } from '../../../modbus-sim/services/proxmox-service.ts';
import { SharedServer, type SharedServerOptions } from '../../../modbus-sim/services/shared-server.ts';
import { makeCertificate } from '../../system/self-made-certificate.ts';
import { nowMs as startMs, switchPorts } from './switch-ports.ts';

const never = new AbortController().signal;
const token = { id: 'egw@pve!switch', secret: '0c1d2e3f-4a5b-6c7d-8e9f-a0b1c2d3e4f5' };
const mac = '02:00:5e:00:53:01';
const certificate = makeCertificate({ commonName: 'pve' });

interface Bench {
  readonly server: SharedServer;
  readonly service: ProxmoxService;
  readonly machine: ProxmoxMachine;
  readonly options: OptionValues;
  readonly warnings: string[];
  readonly requests: HttpRequest[];
  /** Moves the clock of the machine. */
  later(ms: number): Promise<void>;
  open(options?: OptionValues): PowerSwitch;
}

interface Given extends Partial<ProxmoxOptions> {
  readonly machine?: Partial<SharedServerOptions>;
}

/** A machine with its API on a real port, encrypted by what it has signed itself, and a card that hears packets. */
async function bench(t: Test, { machine: ofMachine = {}, ...given }: Given = {}): Promise<Bench> {
  let nowMs = startMs;
  const server = new SharedServer({ startMs, ...ofMachine });
  const service = new ProxmoxService({ server, token, ...given });
  const tls = certificate && { key: certificate.key, certificate: certificate.certificate };
  const machine = await ProxmoxMachine.start({ service, server, nowMs: () => nowMs, ...(tls && { tls }) });
  t.teardown(() => machine.close());
  const card = await MagicPacketListener.start({ mac, onPacket: () => server.wake(nowMs) });
  t.teardown(() => card.close());
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (_facts, message) => void warnings.push(message) };
  const ports = switchPorts(t, { logger });
  const requests: HttpRequest[] = [];
  const http: typeof ports.http = {
    request: async (request, signal) => {
      requests.push(request);
      return await ports.http.request(request, signal);
    },
  };
  const options: OptionValues = {
    ...{ url: machine.url, tokenId: token.id, tokenSecret: token.secret, verify: true },
    ...{ mac, broadcast: '127.0.0.1', port: card.port },
    ...(certificate && { fingerprint: certificate.fingerprint }),
  };
  return {
    ...{ server, service, machine, options, warnings, requests },
    later: async (ms) => {
      nowMs += ms;
      await machine.follow();
    },
    open: (others = {}) => proxmox.open({ ...options, ...others }, { ...ports, http }),
  };
}

async function failure(t: Test, doing: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  t.notMatch(`${describeError(error)} ${inspect(error, { depth: 8 })}`, token.secret);
  if (!(error instanceof GatewayError)) throw new Error('it did not fail as it should');
  return error;
}

t.test('one command shuts it down, its guests first, and a packet wakes it again', async (t) => {
  const { server, later, open, requests } = await bench(t);
  const power = open();
  t.same(proxmox.positions({ mac }), ['on', 'off']);
  t.equal(await power.position(never), 'on');
  await power.turn('off', never);
  const commands = requests.filter(({ method }) => method === 'POST');
  t.equal(commands.length, 1);
  t.match(commands[0], {
    body: 'command=shutdown',
    headers: {
      authorization: `PVEAPIToken=${token.id}=${token.secret}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
  });
  t.match(commands[0]?.url, /\/api2\/json\/nodes\/pve\/status$/, 'its only node was found');
  await later(60_000);
  t.equal(await power.position(never), 'on', 'it still stops its guests');
  await later(180_000);
  t.equal(await power.position(never), 'off', 'told so, and not there any more');
  await power.turn('on', never);
  while (server.seen.packets === 0) await new Promise(setImmediate);
  t.equal(await power.position(never), undefined, 'it may be starting');
  await later(100_000);
  t.equal(await power.position(never), 'on');
  t.same(server.seen, { packets: 1, shutdowns: 1, cuts: 0 });
});

t.test('that nobody answers is no position where nobody told it off: it may be the network', async (t) => {
  const { machine, open } = await bench(t);
  const power = open();
  t.equal(await power.position(never), 'on');
  await machine.close();
  t.equal(await power.position(never), undefined);
  t.equal((await failure(t, power.turn('off', never))).code, 'connection_refused');
  t.equal(await power.position(never), undefined, 'the command cannot have arrived');
});

t.test('a machine that hangs in its shutdown is still there', async (t) => {
  const { later, open } = await bench(t, { machine: { hangsInShutdown: true } });
  const power = open();
  await power.turn('off', never);
  await later(3_600_000);
  t.equal(await power.position(never), 'on');
});

t.test('what it refuses is told with the setting or the right to give', async (t) => {
  const table: readonly (readonly [Given, OptionValues, 'turn' | 'position', string, RegExp])[] = [
    [{}, { tokenSecret: 'another-secret' }, 'turn', 'switch_refused', /tokenId.*tokenSecret/],
    [{ privileges: ['Sys.Audit'] }, {}, 'turn', 'switch_refused', /Sys\.PowerMgmt on \/nodes\/pve/],
    [{ privileges: ['Sys.PowerMgmt'] }, {}, 'position', 'switch_refused', /Sys\.Audit on \/nodes\/pve/],
    [{}, { node: 'pvx' }, 'turn', 'switch_refused', /setting node/],
    [{ others: ['pve2'] }, {}, 'turn', 'switch_refused', /setting node/],
    [{ others: ['pve2'] }, { node: 'pve2' }, 'turn', 'switch_unavailable', /cannot be reached/],
  ];
  for (const [given, options, what, code, hint] of table) {
    const { server, open } = await bench(t, given);
    const power = open(options);
    const error = await failure(t, what === 'turn' ? power.turn('off', never) : power.position(never));
    t.equal(error.code, code, error.message);
    t.match(error.hint, hint);
    t.notOk(error.facts['isUnclear']);
    t.equal(server.seen.shutdowns, 0);
  }
});

t.test('another node of a cluster that does not answer is not known to be off', async (t) => {
  const { open } = await bench(t, { others: ['pve2'] });
  t.equal(await open({ node: 'pve2' }).position(never), undefined);
});

t.test('what each status means', async (t) => {
  const table = [
    [400, 'switch_refused', false],
    [404, 'switch_refused', false],
    [501, 'switch_refused', false],
    [301, 'switch_refused', false],
    [429, 'switch_unavailable', false],
    [500, 'switch_unavailable', false],
    [503, 'switch_unavailable', false],
    [595, 'switch_unavailable', false],
    [596, 'switch_unavailable', true],
    [504, 'switch_unavailable', true],
  ] as const;
  const { service, open } = await bench(t);
  for (const [status, code, isUnclear] of table) {
    service.fail(status, 'got sesam-oeffne and it is not well');
    const error = await failure(t, open({ node: 'pve', tokenSecret: 'sesam-oeffne' }).turn('off', never));
    t.equal(error.code, code, String(status));
    t.equal(error.facts['isUnclear'] === true, isUnclear, String(status));
    t.match(error.message, `answered ${status} (got … and it is not well)`);
  }
});

t.test('a certificate that nobody has signed does not get the token', async (t) => {
  if (certificate === undefined) {
    t.comment('there is no openssl');
    return;
  }
  const { open, server, warnings } = await bench(t);
  const wrong = 'ab'.repeat(32);
  for (const options of [{ fingerprint: undefined }, { fingerprint: wrong }]) {
    const { code, hint, facts } = await failure(t, open(options).turn('off', never));
    t.equal(code, 'certificate_invalid');
    t.match(hint, /fingerprint.*System, Certificates.*authority/);
    t.notOk(facts['isUnclear']);
  }
  t.equal(server.seen.shutdowns, 0);
  t.same(warnings, []);
  const shown = certificate.fingerprint.toUpperCase().match(/../g)?.join(':') ?? '';
  t.equal(await open({ fingerprint: shown }).position(never), 'on', 'as Proxmox shows it');
  t.equal(
    await open({ fingerprint: undefined, authority: certificate.certificate, serverName: 'pve' }).position(
      never,
    ),
    'on',
  );
});

t.test(
  'any certificate is taken on its owner’s word, with a warning, and then only in private networks',
  async (t) => {
    const { open, warnings, requests } = await bench(t);
    t.equal(await open({ fingerprint: undefined, verify: false }).position(never), 'on');
    t.match(warnings, [/any certificate is taken/]);
    t.equal(requests.at(-1)?.reach, 'private');
    await open().position(never);
    t.equal(requests.at(-1)?.reach, 'internet', 'where nobody on the way can read it');
  },
);

t.test('without a network card it can only be switched off', async (t) => {
  const { open } = await bench(t);
  t.same(proxmox.positions({}), ['off']);
  const { code, hint } = await failure(t, open({ mac: undefined }).turn('on', never));
  t.equal(code, 'switch_refused');
  t.match(hint, /mac/);
});
