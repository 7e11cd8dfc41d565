import t from 'tap';
import type { Quality } from '../../../gateway/core/quality.ts';
import { lookAt, type HomeSeen } from '../../../gateway/features/alerts/look-at-condition.ts';
import {
  conditionOf,
  conditionText,
  type RuleCondition,
} from '../../../gateway/features/alerts/rule-condition.ts';
import type { SeenThing, SeenTrouble, SeenValue } from '../../../gateway/features/alerts/watched-home.ts';
import type { WrittenRule } from '../../../gateway/features/alerts/written-rule.ts';

const nowMs = 1_800_000_000_000;
const probe: SeenThing = {
  ...{ id: 'probes', name: 'Probes', state: 'up', periodMs: 10_000 },
  ...{ isDisabled: false, broughtNothingMs: undefined },
};

interface Scene {
  readonly value?: number | null;
  readonly quality?: Quality;
  readonly agedMs?: number;
  readonly thing?: Partial<SeenThing> | null;
  readonly troubles?: readonly SeenTrouble[];
  readonly silentMs?: number;
}

function home({
  value = null,
  quality = 'good',
  agedMs = 0,
  thing = {},
  troubles = [],
  silentMs,
}: Scene): HomeSeen {
  const device = 'probes/28-0a';
  const found: SeenValue = { device, quantity: 'temperature_c', value, quality, toldMs: nowMs - agedMs };
  return {
    nowMs,
    value: (of, quantity) => (of === device && quantity === 'temperature_c' ? found : undefined),
    thing: (id) => (thing !== null && id === 'probes' ? { ...probe, ...thing } : undefined),
    troubles: () => troubles,
    silentMs: () => silentMs,
  };
}

function condition(rule: Omit<WrittenRule, 'id'>): RuleCondition {
  const found = conditionOf({ id: 'x', ...rule });
  if (found === undefined) throw new TypeError('the rule has no condition');
  return found;
}

const reading = 'probes/28-0a/temperature_c';
type ValueRow = readonly [
  rule: Omit<WrittenRule, 'id' | 'reading'>,
  wasHolding: boolean,
  value: number,
  holds: boolean,
];

const values: readonly ValueRow[] = [
  [{ above: 30 }, false, 30, false],
  [{ above: 30 }, false, 30.001, true],
  [{ above: 30 }, true, 30, false],
  [{ above: 30, clears: 28 }, false, 29, false],
  [{ above: 30, clears: 28 }, true, 29, true],
  [{ above: 30, clears: 28 }, true, 28, false],
  [{ below: -5 }, false, -5, false],
  [{ below: -5 }, false, -5.1, true],
  [{ below: -5, clears: 0 }, false, -1, false],
  [{ below: -5, clears: 0 }, true, -1, true],
  [{ below: -5, clears: 0 }, true, 0, false],
  [{ equals: 0 }, false, 0, true],
  [{ equals: 0 }, true, 1, false],
  [{ differs: 0 }, false, 1, true],
  [{ differs: 0 }, true, 0, false],
];

for (const [rule, wasHolding, value, holds] of values) {
  const before = wasHolding ? 'held' : 'did not hold';
  t.test(`${JSON.stringify(rule)} ${before}, and ${holds ? 'holds' : 'does not'} at ${value}`, (t) => {
    t.equal(lookAt(condition({ reading, ...rule }), home({ value }), wasHolding).holds, holds);
    t.end();
  });
}

const unknown: readonly (readonly [string, Scene])[] = [
  ['is missing', { value: null, quality: 'missing' }],
  ['comes from a broken sensor', { value: 99, quality: 'sensor_error' }],
  ['is not believable', { value: 99, quality: 'suspect' }],
  ['is older than three periods', { value: 99, agedMs: 30_001 }],
  ['is from a time to come', { value: 99, agedMs: -30_001 }],
  ['is of a device that there is no more', { value: 99, thing: null }],
  ['is of a source that is not read', { value: 99, thing: { periodMs: undefined } }],
];

for (const [name, scene] of unknown) {
  for (const wasHolding of [true, false]) {
    t.test(
      `a value that ${name} is not known, ${wasHolding ? 'and held' : 'and did not hold'} before`,
      (t) => {
        const { holds, facts } = lookAt(condition({ reading, above: 30 }), home(scene), wasHolding);
        t.equal(holds, undefined);
        t.equal(facts['value'], null);
        t.end();
      },
    );
  }
}

t.test('a value of three periods ago, or one that was worked out, is believed', (t) => {
  const above = condition({ reading, above: 30 });
  t.equal(lookAt(above, home({ value: 31, agedMs: 30_000 }), false).holds, true);
  t.equal(lookAt(above, home({ value: 31, quality: 'estimated' }), false).holds, true);
  const other = condition({ reading: 'probes/28-0b/temperature_c', above: 30 });
  t.equal(lookAt(other, home({ value: 31 }), false).holds, undefined, 'of a part that there is not');
  t.same(lookAt(above, home({ value: 31 }), false).facts, {
    ...{ device: 'Probes/28-0a', quantity: 'temperature_c', value: 31, unit: '°C', limit: 30 },
  });
  t.end();
});

t.test('a state holds while it is one of those that are named', (t) => {
  const down = condition({ state: { of: 'probes', is: ['down', 'failing'] } });
  t.same(lookAt(down, home({}), true), { holds: false, facts: { device: 'Probes', state: 'up' } });
  t.equal(lookAt(down, home({ thing: { state: 'failing' } }), false).holds, true);
  t.equal(lookAt(down, home({ thing: null }), true).holds, undefined);
  t.end();
});

t.test('silence holds after so many periods, and is not known of what was switched off', (t) => {
  const silent = condition({ silent: 'probes', periods: 4 });
  t.equal(lookAt(silent, home({ silentMs: 39_999 }), false).holds, false);
  t.same(lookAt(silent, home({ silentMs: 40_000 }), false), {
    holds: true,
    facts: { device: 'Probes', sinceMs: nowMs - 40_000 },
  });
  t.equal(lookAt(condition({ silent: 'probes' }), home({ silentMs: 30_000 }), false).holds, true);
  t.equal(lookAt(silent, home({ silentMs: 1e9, thing: { isDisabled: true } }), true).holds, undefined);
  t.equal(lookAt(silent, home({}), true).holds, undefined, 'at the first look');
  t.equal(lookAt(silent, home({ silentMs: 1e9, thing: null }), true).holds, undefined);
  const unread = { thing: { periodMs: undefined } };
  t.equal(lookAt(silent, home({ silentMs: 239_999, ...unread }), false).holds, false);
  t.equal(lookAt(silent, home({ silentMs: 240_000, ...unread }), false).holds, true, 'a minute a period');
  t.end();
});

t.test('health holds while a line is as bad, or worse, and the worst is told', (t) => {
  const troubles: readonly SeenTrouble[] = [
    { subject: 'storage:commit', status: 'degraded', message: 'slow' },
    { subject: 'storage', status: 'failing', message: 'full' },
    { subject: 'device:storage', status: 'degraded', message: 'down' },
  ];
  const degraded = condition({ health: 'storage' });
  const failing = condition({ health: 'storage', status: 'failing' });
  t.same(lookAt(degraded, home({ troubles }), false), {
    holds: true,
    facts: { status: 'failing', message: 'full' },
  });
  t.equal(lookAt(degraded, home({ troubles: troubles.slice(0, 1) }), false).facts['message'], 'slow');
  t.equal(lookAt(failing, home({ troubles: troubles.slice(0, 1) }), true).holds, false);
  t.same(lookAt(degraded, home({ troubles: troubles.slice(2) }), true), {
    holds: false,
    facts: { status: 'ok', message: '' },
  });
  t.end();
});

t.test('a condition is told in the words of the configuration', (t) => {
  const texts = [
    condition({ reading, above: 30, clears: 28 }),
    condition({ reading: 'meter/grid_power_w', equals: 0 }),
    condition({ state: { of: 'meter', is: ['down', 'unseen'] } }),
    condition({ health: 'storage' }),
    condition({ silent: 'meter' }),
  ].map(conditionText);
  t.same(texts, [
    'probes/28-0a/temperature_c above 30, clears 28',
    'meter/grid_power_w equals 0',
    'state of meter: down, unseen',
    'health storage: degraded',
    'silent meter: 3 periods',
  ]);
  t.equal(conditionOf({ id: 'silent', enabled: true }), undefined);
  t.end();
});

t.test('of a line of the health that has no end so much is told as can be written down', (t) => {
  const trouble: SeenTrouble = { subject: 'device:x', status: 'failing', message: '\u0001'.repeat(20_000) };
  const { holds, facts } = lookAt(condition({ health: 'device:' }), home({ troubles: [trouble] }), false);
  t.equal(holds, true);
  t.ok(JSON.stringify(facts).length < 10_000);
  t.end();
});
