import t, { type Test } from 'tap';
import { noHostControl } from '../../../gateway/core/host-control.ts';
import { noHostFacts, type HostFacts } from '../../../gateway/core/host-facts.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { limits } from '../../../gateway/core/limits.ts';
import type { ConnectOptions, Connection, Network } from '../../../gateway/core/network.ts';
import { scopes, type CommandCall } from '../../../gateway/features/command.ts';
import { createInternetCheck } from '../../../gateway/features/system/internet-check.ts';
import { bindSystemCommands } from '../../../gateway/features/system/system-commands.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { stubHostFacts } from '../../faces/stub-host.ts';

const call: CommandCall = {
  principal: { kind: 'local', id: 'local', scopes: new Set(scopes) },
  signal: new AbortController().signal,
  origin: 'local',
};

function bench(_t: Test, facts: HostFacts, isReachable = (): Promise<boolean> => Promise.resolve(true)) {
  const restarts: string[] = [];
  const control = {
    ...noHostControl,
    restart: () => void restarts.push('again'),
    stop: () => void restarts.push('stop'),
  };
  const clock = new SimulatedClock(Date.UTC(2026, 2, 10));
  const commands = bindSystemCommands({ clock, facts, control, isInternetReachable: isReachable });
  const run = async (id: string, input: object = {}): Promise<unknown> =>
    await commands.find(({ definition }) => definition.id === id)?.run(input, call);
  return { run, restarts };
}

t.test('the machine is shown as it tells, and null stands for what it does not tell', async (t) => {
  t.match(await bench(t, stubHostFacts).run('system.show'), {
    temperatureC: 48.2,
    load1: 0.42,
    load15: 0.25,
    upMs: 123_456_700,
    memoryAvailableBytes: 536_870_912,
  });
  t.match(await bench(t, noHostFacts).run('system.show'), {
    temperatureC: null,
    load1: null,
    load5: null,
    load15: null,
    upMs: null,
    memoryTotalBytes: null,
    memoryAvailableBytes: null,
    memoryFreeBytes: null,
  });
});

t.test(
  'the address of the machine is that of its default route, and the internet is asked only on demand',
  async (t) => {
    let asked = 0;
    const { run } = bench(t, stubHostFacts, () => {
      asked += 1;
      return Promise.resolve(false);
    });
    t.match(await run('network.show', { internet: false }), {
      address: '192.168.1.50',
      interface: 'eth0',
      gateway: '192.168.1.1',
      isInternetReachable: null,
      interfaces: [
        { name: 'lo' },
        { name: 'eth0', mac: 'dc:a6:32:00:11:22' },
        { name: 'wlan0', isUp: false },
      ],
    });
    t.equal(asked, 0);
    t.match(await run('network.show', { internet: true }), { isInternetReachable: false });
    t.equal(asked, 1);
    t.match(await bench(t, noHostFacts).run('network.show', { internet: false }), {
      address: null,
      interface: null,
      gateway: null,
      interfaces: [],
    });
  },
);

t.test('the gateway starts again when it is told, and a machine that cannot reboot says so', async (t) => {
  const { run, restarts } = bench(t, noHostFacts);
  t.same(await run('gateway.restart'), { restarting: true });
  t.match(await run('gateway.stop'), { stopping: true, message: /kept/ });
  t.same(restarts, ['again', 'stop']);
  await t.rejects(run('system.reboot'), { code: 'service_manager_missing' });
  await t.rejects(async () => noHostControl.restart(), { code: 'service_manager_missing' });
  await t.rejects(async () => noHostControl.stop(), { code: 'service_manager_missing' });
});

/** Places that answer, refuse, or say nothing. */
class Places implements Network {
  readonly tried: string[] = [];
  closed = 0;
  readonly #how: Readonly<Record<string, 'open' | 'refused' | 'silent'>>;

  constructor(how: Readonly<Record<string, 'open' | 'refused' | 'silent'>>) {
    this.#how = how;
  }

  connectTcp({ host, reach, signal }: ConnectOptions): Promise<Connection> {
    this.tried.push(`${host} ${reach}`);
    const how = this.#how[host];
    if (how === 'open') return Promise.resolve({ write: () => undefined, close: () => (this.closed += 1) });
    if (how === 'refused') return Promise.reject(new GatewayError('connection_refused', 'no'));
    const { promise, reject } = Promise.withResolvers<Connection>();
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    return promise;
  }
}

t.test(
  'the internet is there when one of two places is, and is not after three seconds of silence',
  async (t) => {
    const check = async (how: Record<string, 'open' | 'refused' | 'silent'>) => {
      const clock = new SimulatedClock(Date.UTC(2026, 2, 10));
      const network = new Places(how);
      const isReachable = createInternetCheck({ network, clock, alarm: clock });
      const answers = Promise.all([isReachable(), isReachable()]);
      await clock.advance(limits.internetCheckMsMax);
      return { answers: await answers, network };
    };
    const well = await check({ '8.8.8.8': 'silent', '1.1.1.1': 'open' });
    t.same(well.answers, [true, true]);
    t.same(well.network.tried, ['8.8.8.8 internet', '1.1.1.1 internet'], 'two who ask share one answer');
    t.equal(well.network.closed, 1);
    t.same((await check({ '8.8.8.8': 'refused', '1.1.1.1': 'silent' })).answers, [false, false]);
  },
);

t.test('who asks again within ten seconds gets the same answer', async (t) => {
  const clock = new SimulatedClock(Date.UTC(2026, 2, 10));
  const network = new Places({ '8.8.8.8': 'open', '1.1.1.1': 'refused' });
  const isReachable = createInternetCheck({ network, clock, alarm: clock });
  t.equal(await isReachable(), true);
  await clock.advance(9_999);
  t.equal(await isReachable(), true);
  t.equal(network.tried.length, 2);
  await clock.advance(1);
  t.equal(await isReachable(), true);
  t.equal(network.tried.length, 4);
});
