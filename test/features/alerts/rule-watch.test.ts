import t from 'tap';
import { monotonicMs, wallMs, type Clock } from '../../../gateway/core/clock.ts';
import type { AlertObservation } from '../../../gateway/core/alert.ts';
import { alertsSettings } from '../../../gateway/features/alerts/alerts-section.ts';
import { listRules } from '../../../gateway/features/alerts/list-rules.ts';
import { RuleWatch } from '../../../gateway/features/alerts/rule-watch.ts';
import type { SeenThing, SeenTrouble, SeenValue } from '../../../gateway/features/alerts/watched-home.ts';
import type { AlertState, StoredAlertState } from '../../../gateway/storage/alert-calls.ts';

const startMs = 1_800_000_000_000;

/** A home that is looked at each 5 s, and a desk that writes down what it is told. */
class Scene {
  wallMs = startMs;
  steadyMs = 1_000;
  isTimeKnown = true;
  isDeskOpen = true;
  isDeskKnown = true;
  values: SeenValue[] = [];
  things: SeenThing[] = [];
  troubles: SeenTrouble[] = [];
  states: StoredAlertState[] = [];
  readonly told: AlertObservation[] = [];
  readonly forgotten: string[] = [];
  readonly watch: RuleWatch;
  troubleLooks = 0;

  constructor(section: object) {
    const clock: Clock = { wall: () => wallMs(this.wallMs), monotonic: () => monotonicMs(this.steadyMs) };
    const settings = alertsSettings(section);
    this.watch = new RuleWatch(listRules([], settings), settings.silent.periods, {
      clock,
      isTimeKnown: () => this.isTimeKnown,
      home: {
        values: () => this.values,
        things: () => this.things,
        troubles: () => {
          this.troubleLooks += 1;
          return this.troubles;
        },
      },
      desk: {
        observe: (observations) => {
          if (!this.isDeskOpen) return Promise.reject(new TypeError('the disk is full'));
          this.told.push(...observations);
          return Promise.resolve();
        },
        observedToMs: () => {
          if (this.isDeskKnown) return undefined;
          throw new TypeError('it is not known yet');
        },
        states: () => this.states,
        forget: (names) => {
          this.forgotten.push(...names.map(({ rule, subject }) => `${rule} ${subject}`));
          this.states = this.states.filter((state) => !names.includes(state));
          return Promise.resolve();
        },
      },
    });
  }

  async look(afterMs = 5_000): Promise<readonly AlertObservation[]> {
    this.wallMs += afterMs;
    this.steadyMs += Math.max(0, afterMs);
    this.told.length = 0;
    await this.watch.look();
    return [...this.told];
  }

  holds(): readonly string[] {
    return this.told.map(({ rule, subject, holds }) => `${rule} ${subject} ${holds ?? 'unknown'}`);
  }
}

function thing(id: string, given: Partial<SeenThing> = {}): SeenThing {
  return {
    id,
    name: id,
    state: 'up',
    periodMs: 10_000,
    isDisabled: false,
    broughtNothingMs: undefined,
    ...given,
  };
}

function good(device: string, value: number, toldMs: number): SeenValue {
  return { device, quantity: 'temperature_c', value, quality: 'good', toldMs };
}

function stored(rule: string, subject: string, state: AlertState): StoredAlertState {
  const times = { sinceMs: startMs, alertedMs: startMs, unknownSinceMs: null, observedToMs: startMs };
  return { rule, subject, state, reminders: 0, ...times };
}

const cold = { rules: [{ id: 'cold', reading: 'probe/temperature_c', below: 5, clears: 8 }] };

t.test('where nothing is to be looked at there is no task', (t) => {
  t.same(new Scene({}).watch.tasks(), []);
  t.same(new Scene({ rules: [{ id: 'boiler-jam', enabled: true }] }).watch.tasks(), []);
  t.same(new Scene({ rules: [{ ...cold.rules[0], enabled: false }] }).watch.tasks(), []);
  const [task] = new Scene(cold).watch.tasks();
  t.match(task, { name: 'watch:alert-rules', priority: 'safety', periodMs: 5_000 });
  t.equal(new Scene({ silent: { enabled: true } }).watch.tasks().length, 1);
  t.end();
});

t.test('each look tells of the time since the one before', async (t) => {
  const scene = new Scene(cold);
  scene.things = [thing('probe', { name: 'Cellar' })];
  scene.values = [good('probe', 4, startMs)];
  t.same(await scene.look(), [], 'nobody knows what was before the first');
  t.same(await scene.look(), [
    {
      ...{ rule: 'cold', subject: 'probe/temperature_c', fromMs: startMs + 5_000, toMs: startMs + 10_000 },
      holds: true,
      facts: { device: 'Cellar', quantity: 'temperature_c', value: 4, unit: '°C', limit: 5 },
    },
  ]);
});

t.test('what was not looked at, and a clock that was set, tell of nothing in between', async (t) => {
  const scene = new Scene(cold);
  scene.things = [thing('probe', { periodMs: 86_400_000 })];
  scene.values = [good('probe', 4, startMs)];
  await scene.look();
  const late = await scene.look(3_600_000);
  t.same(
    late.map(({ fromMs, toMs }) => toMs - fromMs),
    [15_000],
  );
  t.same(await scene.look(-7_200_000), [], 'set back');
  t.equal((await scene.look()).length, 1);
  scene.isTimeKnown = false;
  t.same(await scene.look(), []);
  scene.isTimeKnown = true;
  t.same(await scene.look(), [], 'since when is not known');
  t.equal((await scene.look()).length, 1);
});

t.test(
  'between its limit and where it clears a rule goes on as the desk has it, also after a restart',
  async (t) => {
    for (const [state, holds] of [['firing', true] as const, ['recovered', false] as const]) {
      const scene = new Scene(cold);
      scene.things = [thing('probe')];
      scene.values = [good('probe', 6, startMs)];
      scene.states = [stored('cold', 'probe/temperature_c', state)];
      await scene.look();
      const [seen] = await scene.look();
      t.equal(seen?.holds, holds, state);
    }
  },
);

t.test('a desk that fails is told of what is seen then, and the task fails', async (t) => {
  const scene = new Scene(cold);
  scene.things = [thing('probe')];
  scene.values = [good('probe', 4, startMs)];
  await scene.look();
  scene.isDeskOpen = false;
  await t.rejects(scene.look(), /the disk is full/);
  scene.isDeskOpen = true;
  t.equal((await scene.look()).length, 1);
});

t.test('before it is known what is on disk nothing is said of what may have been holding', async (t) => {
  const scene = new Scene(cold);
  scene.things = [thing('probe')];
  scene.values = [good('probe', 6, startMs)];
  await scene.look();
  scene.isDeskKnown = false;
  await t.rejects(scene.look(), /not known yet/);
  t.same(scene.told, []);
  scene.isDeskKnown = true;
  scene.states = [stored('cold', 'probe/temperature_c', 'firing')];
  t.equal((await scene.look())[0]?.holds, true);
});

t.test('a device, or a source, is silent after three of its own periods without anything good', async (t) => {
  const scene = new Scene({ silent: { enabled: true } });
  scene.things = [
    thing('meter'),
    thing('hourly', { periodMs: 3_600_000 }),
    thing('off', { isDisabled: true }),
  ];
  scene.values = [good('meter', 1, startMs - 86_400_000), good('off', 1, startMs)];
  await scene.look();
  await scene.look(5_000);
  t.same(
    scene.holds(),
    ['silent meter false', 'silent hourly false'],
    'what was before the start counts from it',
  );
  await scene.look(24_999);
  t.same(scene.holds(), ['silent meter false', 'silent hourly false']);
  await scene.look(1);
  t.same(scene.holds(), ['silent meter true', 'silent hourly false']);
  const at = scene.wallMs;
  scene.values = [{ ...good('meter/part', 1, at), quality: 'sensor_error', value: null }];
  await scene.look();
  t.same(scene.holds()[0], 'silent meter true', 'what is broken is not good');
  scene.values.push(good('meter/other', 7, at + 5_000));
  await scene.look();
  t.same(scene.holds()[0], 'silent meter false', 'a part of it is enough');
});

t.test('a clock that is set makes nobody silent, and nobody heard', async (t) => {
  const scene = new Scene({ silent: { enabled: true } });
  scene.things = [thing('meter')];
  scene.values = [good('meter', 1, startMs)];
  await scene.look();
  await scene.look();
  scene.wallMs += 86_400_000;
  await scene.look(5_000);
  t.same(scene.holds(), ['silent meter false'], 'set forward by a day');
  scene.wallMs -= 2 * 86_400_000;
  await scene.look(20_000);
  await scene.look(5_000);
  t.same(scene.holds(), ['silent meter true'], 'set back by two');
});

t.test('a source that tells of hours and words only is silent when it brings nothing', async (t) => {
  const scene = new Scene({ silent: { enabled: true, periods: 2 } });
  scene.things = [thing('tempo', { broughtNothingMs: 3_000 })];
  await scene.look();
  await scene.look(60_000);
  t.same(scene.holds(), ['silent tempo false']);
  scene.things = [thing('tempo', { broughtNothingMs: 60_000 })];
  await scene.look();
  t.same(scene.holds(), ['silent tempo true']);
});

t.test('what was added counts from then on, and what is not looked at any more is forgotten', async (t) => {
  const scene = new Scene({ silent: { enabled: true }, ...cold });
  scene.things = [thing('probe')];
  scene.states = [
    stored('silent', 'gone', 'firing'),
    stored('silent', 'probe', 'quiet'),
    stored('cold', 'other/temperature_c', 'firing'),
    stored('boiler-jam', 'boiler', 'firing'),
  ];
  await scene.look();
  t.same(scene.forgotten, ['silent gone', 'cold other/temperature_c']);
  await scene.look(600_000);
  scene.things.push(thing('new'));
  await scene.look(5_000);
  t.same(scene.holds(), ['cold probe/temperature_c unknown', 'silent probe true', 'silent new false']);
});

t.test('health is looked at once a look, and only where a rule wants it', async (t) => {
  const scene = new Scene({
    rules: [
      { id: 'a', health: 'storage' },
      { id: 'b', health: 'device:' },
    ],
  });
  scene.troubles = [{ subject: 'device:meter', status: 'degraded', message: 'down' }];
  await scene.look();
  await scene.look();
  t.same(scene.holds(), ['a storage false', 'b device: true']);
  t.equal(scene.troubleLooks, 2);
  const other = new Scene(cold);
  await other.look();
  t.equal(other.troubleLooks, 0);
});
