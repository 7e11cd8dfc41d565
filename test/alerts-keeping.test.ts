import t from 'tap';
import { createAlertsKeeping, type AlertsKeeping } from '../gateway/alerts-keeping.ts';
import type { NotifierConfig } from '../gateway/config/config.ts';
import type { AlertRule } from '../gateway/core/alert.ts';
import type { HttpClient } from '../gateway/core/http.ts';
import { createLiveFeed } from '../gateway/core/live-feed.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import type { Network } from '../gateway/core/network.ts';
import { seededRandom } from '../gateway/core/random.ts';
import { notifyCommands } from '../gateway/features/alerts/notify-commands.ts';
import { Timekeeper } from '../gateway/features/timekeeping/timekeeper.ts';
import type { NotifierDefinition, NotifierMessage } from '../gateway/io/notifiers/notifier.ts';
import { callStore } from '../gateway/storage/call-store.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { AlertsBench, benchStartMs, seen, usualRule } from './features/alerts/alerts-bench.ts';

interface Sent extends NotifierMessage {
  readonly to: string;
}

interface Home {
  readonly keeping: AlertsKeeping;
  readonly sent: readonly Sent[];
  readonly bench: AlertsBench;
}

const none: Omit<NotifierConfig, 'id' | 'kind'> = { enabled: true, options: {}, missingSecrets: [] };
const pigeon = (id: string, given: Partial<NotifierConfig> = {}): NotifierConfig => ({
  ...{ ...none, id, kind: 'pigeon' },
  ...given,
});

/** Notifiers of a kind that writes down what it is given, over a database in memory. */
function home(notifiers: readonly NotifierConfig[], rules: readonly AlertRule[], alerts: object = {}): Home {
  const bench = new AlertsBench();
  const { clock, service } = bench;
  const sent: Sent[] = [];
  const kind: NotifierDefinition = {
    ...{ id: 'pigeon', title: 'Pigeon', source: 'none', options: {}, timeoutMs: 1_000, isRepeatSafe: false },
    recipients: ({ to }) => [typeof to === 'string' ? to : ''],
    shownRecipient: (recipient) => `${recipient.slice(0, 1)}…`,
    open: () => ({
      send: async (message, to) => {
        sent.push({ ...message, to });
        return await Promise.resolve({ receipt: null });
      },
      close: async () => await Promise.resolve(),
    }),
  };
  const database: Database = {
    call: async (name, ...parameters) => await Promise.resolve(callStore(service, name, parameters)),
    close: async () => await Promise.resolve(),
  };
  const keeping = createAlertsKeeping(
    {
      config: { site: { name: 'Home', zone: 'Europe/Paris' }, notifiers, features: { alerts } },
      ...{
        clock: new Timekeeper(clock),
        alarm: clock,
        random: seededRandom(1),
        logger: silentLogger,
        database,
      },
      ...{ http: {} as HttpClient, network: {} as Network, notifierKinds: [kind] },
      quarantinedNotifiers: [{ id: 'odd', kind: 'mail', reason: 'host is missing' }],
    },
    {
      ...{ feed: createLiveFeed(), gatewayId: () => 'abc', declared: () => rules },
      home: { values: () => [], things: () => [], troubles: () => [] },
    },
  );
  return { keeping, sent, bench };
}

async function listed({ keeping }: Home): Promise<Record<string, { readonly problem: string | null }>> {
  const list = keeping.commands.find(({ definition }) => definition.id === notifyCommands[0].id);
  const answer = (await list?.run({}, { signal: AbortSignal.timeout(60_000) } as never)) as {
    notifiers: readonly { id: string; problem: string | null }[];
  };
  return Object.fromEntries(answer.notifiers.map((one) => [one.id, one]));
}

t.test('where there is nobody to tell and nothing to tell of nothing runs', (t) => {
  const bench = new AlertsBench();
  const { clock } = bench;
  const keeping = createAlertsKeeping(
    {
      config: { site: { name: 'Home', zone: 'UTC' }, notifiers: [], features: {} },
      ...{ clock: new Timekeeper(clock), alarm: clock, random: seededRandom(1), logger: silentLogger },
      ...{ http: {} as HttpClient, network: {} as Network, database: {} as Database },
    },
    {
      ...{ feed: createLiveFeed(), gatewayId: () => 'abc', declared: () => [] },
      home: { values: () => [], things: () => [], troubles: () => [] },
    },
  );
  t.same(keeping.tasks(), []);
  t.same(keeping.health(), []);
  t.equal(keeping.commands.length, 8);
  t.end();
});

t.test('what is observed goes to whoever is switched on, in his language', async (t) => {
  const scene = home(
    [
      pigeon('ana', { options: { to: 'ana', language: 'fr' } }),
      pigeon('bob', { options: { to: 'bob' } }),
      pigeon('eve', { options: { to: 'eve' }, enabled: false }),
    ],
    [usualRule],
    { link: 'https://egw.home/' },
  );
  await scene.keeping.start();
  await scene.keeping.desk.observe([seen(true, benchStartMs - 60_000, benchStartMs)]);
  await scene.bench.clock.advance(1_000);
  t.match(scene.sent, [
    { to: 'ana', language: 'fr', link: /^https:\/\/egw\.home\//, site: 'Home', reference: 'egw-abc-1-1' },
    { to: 'bob', language: 'en', reference: 'egw-abc-1-2' },
  ]);
  t.same(
    scene.keeping.tasks().map(({ name }) => name),
    ['tell:people', 'prune:alerts'],
  );
  await scene.keeping.stop();
});

t.test('a notifier that cannot send says why, and what waits for it is kept', async (t) => {
  const scene = home(
    [
      pigeon('ana', { options: { to: 'ana' }, missingSecrets: ['password'] }),
      pigeon('bob', { enabled: false }),
    ],
    [usualRule],
  );
  await scene.keeping.start();
  await scene.keeping.desk.observe([seen(true, benchStartMs - 60_000, benchStartMs)]);
  await scene.bench.clock.advance(1_000);
  t.match(scene.bench.messages(), [{ notifier: 'ana', state: 'queued', reason: /password/ }]);
  t.match(scene.keeping.health(), [
    { subject: 'notifier:ana', message: /nobody has given its password/ },
    { subject: 'notifier:odd', message: /configuration is wrong: host is missing/ },
  ]);
  t.match(await listed(scene), {
    ana: { enabled: true, problem: 'nobody has given its password', hasBalance: false },
    bob: { enabled: false, problem: null, hasBalance: false },
    odd: { enabled: true, problem: 'its configuration is wrong: host is missing', recipients: [] },
  });
});
