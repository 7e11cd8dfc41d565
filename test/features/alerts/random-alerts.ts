import { setImmediate } from 'node:timers/promises';
import assert from 'node:assert/strict';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { seededRandom, type Random } from '../../../gateway/core/random.ts';
import { inWords, minuteMs, play, usualTiming } from './alert-minutes.ts';
import { AlertsBench, benchStartMs, hook, mail, seen, usualRule, type Reception } from './alerts-bench.ts';

const receptions: readonly Reception[] = [
  ...(['accepts', 'accepts', 'accepts', 'away', 'deaf', 'hangs', 'lost'] as const),
  ...(['refuses', 'slow', 'taken', 'throttles'] as const),
];
const timings = [
  usualTiming,
  { ...usualTiming, forMs: 5 * minuteMs },
  { ...usualTiming, cooldownMs: 3 * minuteMs, repeatMs: 4 * minuteMs },
];
const states = [true, true, false, false, undefined];
/** After that all is well, and everything that is left has its time. */
const troubledMinutes = 90;
const calmMinutes = 160;

export interface RandomAlerts {
  readonly deaths: number;
  readonly alerts: number;
  readonly messages: number;
  readonly acceptedTwice: number;
}

/**
 * A subject that flaps, notifiers that misbehave, a store that fails, and a process that dies anywhere. Asserts that
 * what is on disk is what a count by hand says, that every message went out or was given up with a reason, and none
 * went out more often than it may.
 */
export async function runRandomAlerts(seed: number): Promise<RandomAlerts> {
  const random = seededRandom(seed);
  const bench = new AlertsBench();
  const timing = timings[random.integer(timings.length)] ?? usualTiming;
  bench.beatMs = 20_000;
  bench.rules = [{ ...usualRule, ...timing }];
  const minutes = truthOf(random);
  const trouble = { deaths: 0, isOn: true };
  makeTrouble(bench, random, trouble);
  bench.start();
  let knownTo: number | undefined;
  for (const minute of minutes.keys()) {
    if (bench.isDead && random.next() < 0.4) {
      knownTo = undefined;
      bench.start();
    }
    await bench.clock.advanceTo((minute + 1) * minuteMs);
    knownTo = await feed(bench, minutes.slice(0, minute + 1), knownTo);
  }
  trouble.isOn = false;
  if (bench.isDead) bench.start();
  for (let tries = 0; tries < 3; tries += 1) await feed(bench, minutes, undefined);
  for (let minute = 0; minute < calmMinutes; minute += 10) await bench.clock.advance(10 * minuteMs);
  await setImmediate();
  assertTold(bench, minutes, timing);
  return { deaths: trouble.deaths, ...assertSent(bench) };
}

function makeTrouble(bench: AlertsBench, random: Random, trouble: { deaths: number; isOn: boolean }): void {
  bench.reception = () =>
    trouble.isOn ? (receptions[random.integer(receptions.length)] ?? 'accepts') : 'accepts';
  bench.storeFault = () => {
    if (!trouble.isOn || random.next() > 0.06) return undefined;
    return random.next() < 0.5 ? 'done' : 'undone';
  };
  bench.diesAt = () => {
    if (!trouble.isOn || random.next() > 0.015) return false;
    trouble.deaths += 1;
    return true;
  };
}

function truthOf(random: Random): readonly (boolean | undefined)[] {
  const minutes: (boolean | undefined)[] = [];
  while (minutes.length < troubledMinutes) {
    const holds = states[random.integer(states.length)];
    const count = 1 + random.integer(random.next() < 0.5 ? 3 : 20);
    for (let more = 0; more < count; more += 1) minutes.push(holds);
  }
  return minutes.slice(0, troubledMinutes);
}

/** As a feature does that can tell again what was: from where the desk has it on disk. Answers how far it came. */
async function feed(
  bench: AlertsBench,
  minutes: readonly (boolean | undefined)[],
  knownTo: number | undefined,
): Promise<number | undefined> {
  if (bench.isDead) return undefined;
  try {
    if (knownTo === undefined) await bench.ask(bench.alerts.load());
    const fromMs = knownTo ?? bench.alerts.observedToMs(usualRule.id, 'boiler') ?? benchStartMs;
    const from = Math.floor((fromMs - benchStartMs) / minuteMs);
    const observations = minutes.slice(from).map((holds, index) => {
      const startMs = benchStartMs + (from + index) * minuteMs;
      return seen(holds, startMs, startMs + minuteMs);
    });
    await bench.ask(bench.alerts.observe(observations));
    return benchStartMs + minutes.length * minuteMs;
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return knownTo;
  }
}

function assertTold(
  bench: AlertsBench,
  minutes: readonly (boolean | undefined)[],
  timing: typeof usualTiming,
): void {
  const spans = minutes.map((holds, minute) => ({
    ...{ holds, fromMs: minute * minuteMs, toMs: (minute + 1) * minuteMs },
  }));
  const expected = play(spans, timing).told;
  const told = bench.told().map(({ kind, sequence, episodeMs, atMs }) => {
    assert(kind !== 'test');
    return { kind, sequence, episodeMs: episodeMs - benchStartMs, atMs: atMs - benchStartMs };
  });
  assert.equal(inWords(told), inWords(expected));
}

function assertSent(bench: AlertsBench): Omit<RandomAlerts, 'deaths'> {
  const messages = bench.messages();
  const alerts = bench.told();
  const recipients = [mail, hook].reduce((sum, one) => sum + one.recipients.length, 0);
  assert.equal(messages.length, alerts.length * recipients, 'each alert goes to everybody');
  let acceptedTwice = 0;
  for (const message of messages) {
    const { id, alert, notifier, state, unclear, reason } = message;
    const accepted = bench.accepted.filter(({ reference }) => reference === `egw-test-${alert}-${id}`).length;
    const what = `${JSON.stringify(message)}: accepted ${accepted} times`;
    assert(state === 'sent' || (state === 'failed' && reason !== null), what);
    assert(state !== 'sent' || accepted > 0, what);
    assert(accepted <= 1 + unclear, what);
    assert(notifier === hook.id || accepted <= 2, what);
    if (accepted > 1) acceptedTwice += 1;
  }
  return { alerts: alerts.length, messages: messages.length, acceptedTwice };
}
