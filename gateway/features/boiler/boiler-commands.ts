import { Type, type TUnsafe } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { qualities } from '../../core/quality.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import { instantForms, timeRange } from '../time-range.ts';
import { boilerEvents, eventKinds, type BoilerEvent, type EventPorts } from './boiler-events.ts';
import { boilerInputs } from './boiler-input.ts';
import { minuteRows, type MinuteRow } from './minute-rows.ts';
import { minuteMs } from './boiler-minute.ts';
import type { Boiler, ToldPhase } from './boiler.ts';
import { phases, type Phase, type PhaseCodes } from './phase.ts';
import { pageMinutesMax } from './minute-reader.ts';

export interface BoilerCommandPorts extends EventPorts {
  readonly clock: Clock;
  /** undefined: none is configured. */
  readonly boiler: Boiler | undefined;
}

const rowsDefault = 1_440;
const changesMax = 1_000;

const from = Type.String({ default: '24h', maxLength: 40, description: `Start: ${instantForms}` });
const to = Type.Optional(
  Type.String({ maxLength: 40, description: `End, not in it; now unless said: ${instantForms}` }),
);
const limit = Type.Integer({
  default: rowsDefault,
  minimum: 1,
  maximum: limits.boilerRowsMax,
  description: 'Rows in one answer at most',
});
const next = nullable(instant({ description: 'There is more: ask again with this as `from`' }));
const phase = oneOf(phases, { description: 'undefined: an input that is needed is not known' });
const code = Type.Integer({ description: 'Number of the phase: boiler.codes' });
const celsius = (description: string) => nullable(Type.Number({ description: `${description}, °C` }));

/** One of these texts, or null where there is none. */
function maybe<const Values extends readonly string[]>(
  values: Values,
  options: { readonly description?: string } = {},
): TUnsafe<Values[number] | null> {
  return Type.Unsafe({ type: ['string', 'null'], enum: [...values, null], ...options });
}

/** Answers that go on at `next` of the same range. */
function nextPage(answer: unknown): Readonly<Record<string, string | number>> | undefined {
  const page = answer as { readonly next: number | null; readonly toMs: number };
  return page.next === null ? undefined : { from: page.next, to: page.toMs };
}

const status = defineCommand({
  id: 'boiler.status',
  summary: 'The boiler: its phase, its inputs, and what it goes by',
  scope: 'read',
  input: closed({}),
  output: closed({
    name: Type.String({ description: 'For people' }),
    comment: Type.String(),
    phase: maybe(phases),
    code: nullable(code),
    sinceMs: nullable(instant({ description: 'Since when it is in this phase' })),
    isProvisional: Type.Boolean({ description: 'Its minute is not closed yet' }),
    closedToMs: nullable(instant({ description: 'Up to here phases are for good' })),
    isTold: Type.Boolean({ description: 'Whether people are told: boiler.alerts' }),
    waterC: celsius('Water now'),
    failureC: Type.Number({ description: 'Below it the fire is in doubt, °C' }),
    inputs: Type.Array(
      closed({
        input: oneOf(boilerInputs),
        isNeeded: Type.Boolean({ description: 'Without it no phase is known' }),
        configured: nullable(Type.String({ description: 'As it is configured; null where it is not' })),
        device: nullable(Type.String({ description: 'Where it was found; null before anything was read' })),
        quantity: nullable(Type.String()),
        value: nullable(Type.Number()),
        isOn: nullable(Type.Boolean({ description: 'Of a motor' })),
        quality: maybe(qualities),
        atMs: nullable(instant()),
        ageMs: nullable(duration()),
        problem: nullable(Type.String({ description: 'Why it cannot be seen; null while it is' })),
        hint: nullable(Type.String({ description: 'What to do' })),
      }),
    ),
    minima: Type.Array(
      closed({
        hours: Type.Integer({ description: 'Of so many hours until now' }),
        waterC: celsius('Coldest water'),
        atMs: nullable(instant({ description: 'Start of the hour in which it was that' })),
      }),
    ),
    settings: closed({
      rawHours: Type.Integer(),
      minuteDays: Type.Integer(),
      ignitionMinutes: Type.Integer(),
      shortMinutes: Type.Integer(),
      shortRiseC: Type.Number(),
      longMinutes: Type.Integer(),
      longRiseC: Type.Number(),
    }),
    codes: Type.Array(closed({ phase, code })),
  }),
  http: { method: 'GET', path: '/api/v1/boiler' },
  cli: { verb: 'boiler status' },
  run: async (ports: BoilerCommandPorts) => {
    const boiler = configured(ports);
    const nowMs = ports.clock.wall();
    const { name, comment, alerts, rawHours, minuteDays, rules, codes } = boiler.settings;
    const { failureC, ...thresholds } = rules;
    const now = boiler.watch.now();
    const inputs = [...boiler.inputs(nowMs)];
    return {
      ...{ name, comment, isTold: alerts, failureC },
      phase: now?.phase ?? null,
      code: now === undefined ? null : codes[now.phase],
      sinceMs: now?.sinceMs ?? null,
      isProvisional: now?.isProvisional ?? false,
      closedToMs: boiler.watch.closedToMs ?? null,
      waterC: inputs.find(({ input, problem }) => input === 'water' && problem === null)?.value ?? null,
      inputs,
      minima: [...(await boiler.minima(nowMs))],
      settings: { rawHours, minuteDays, ...thresholds },
      codes: phases.map((one) => ({ phase: one, code: codes[one] })),
    };
  },
});

const phaseList = defineCommand({
  id: 'boiler.phases',
  summary: 'The phases of the boiler, one after another',
  scope: 'read',
  input: closed({ from, to, limit }),
  output: closed({
    fromMs: instant(),
    toMs: instant(),
    phases: Type.Array(
      closed({
        code,
        phase,
        startMs: instant(),
        endMs: instant({ description: 'Not in it' }),
        durationMs: duration(),
        isProvisional: Type.Boolean({ description: 'Of minutes that are not closed yet' }),
      }),
      { description: 'Those that touch the range, whole, oldest first' },
    ),
    next,
  }),
  http: { method: 'GET', path: '/api/v1/boiler/phases', nextPage },
  cli: { verb: 'boiler phases', list: 'phases' },
  run: async (ports: BoilerCommandPorts, input) => {
    const boiler = configured(ports);
    const range = timeRange({ from: input.from, to: input.to }, ports.clock.wall());
    const found = await boiler.phases(range, input.limit);
    const { codes } = boiler.settings;
    return { ...range, phases: found.phases.map((told) => describePhase(told, codes)), next: found.nextMs };
  },
});

const inputMinute = closed({
  mean: nullable(Type.Number({ description: 'Of the good samples; null where there was none' })),
  min: nullable(Type.Number()),
  max: nullable(Type.Number()),
  isOn: nullable(Type.Boolean({ description: 'Of a motor: whether any good sample was on' })),
  n: Type.Integer({ description: 'Good samples' }),
});

const minuteList = defineCommand({
  id: 'boiler.minutes',
  summary: 'What the inputs of the boiler said minute by minute, and the phase that each came to',
  scope: 'read',
  input: closed({ from, to, limit }),
  output: closed({
    fromMs: instant(),
    toMs: instant(),
    rows: Type.Array(
      closed({
        startMs: instant(),
        endMs: instant({ description: 'Not in it: a minute later, or the end of a gap' }),
        code,
        phase,
        isProvisional: Type.Boolean(),
        n: Type.Integer({ description: 'Good samples of all inputs; 0 in a gap' }),
        inputs: closed(
          Object.fromEntries(boilerInputs.map((input) => [input, Type.Optional(inputMinute)])) as Record<
            (typeof boilerInputs)[number],
            ReturnType<typeof Type.Optional<typeof inputMinute>>
          >,
        ),
      }),
      { description: 'Oldest first; minutes in which nothing came are one row' },
    ),
    next,
  }),
  http: { method: 'GET', path: '/api/v1/boiler/minutes', nextPage, answerMsMax: 30_000 },
  cli: { verb: 'boiler minutes', list: 'rows' },
  run: async (ports: BoilerCommandPorts, input, { signal }) => {
    const boiler = configured(ports);
    const nowMs = ports.clock.wall();
    const asked = timeRange({ from: input.from, to: input.to }, nowMs);
    const range = { fromMs: asked.fromMs, toMs: Math.min(asked.toMs, nowMs) };
    const { codes } = boiler.settings;
    const rows: MinuteRow[] = [];
    let atMs = Math.floor(range.fromMs / minuteMs) * minuteMs;
    while (atMs < range.toMs && rows.length + pageMinutesMax <= Math.max(input.limit, pageMinutesMax)) {
      signal.throwIfAborted();
      const page = await boiler.minutes({ fromMs: atMs, toMs: range.toMs });
      rows.push(...minuteRows(page, atMs, codes));
      atMs = page.toMs;
    }
    const cut = rows.slice(0, input.limit);
    const more = rows.length > cut.length ? cut.at(-1)?.endMs : atMs < range.toMs ? atMs : undefined;
    return { ...asked, rows: cut, next: more ?? null };
  },
});

const eventList = defineCommand({
  id: 'boiler.events',
  summary: 'What happened at the boiler: changes of its phase, and what people were told of it',
  scope: 'read',
  input: closed({ from, to, limit }),
  output: closed({
    fromMs: instant(),
    toMs: instant(),
    events: Type.Array(
      closed({
        atMs: instant(),
        kind: oneOf(eventKinds, { description: 'phase: it changed; the others: what people were told' }),
        code,
        phase: maybe(phases),
        before: maybe(phases, { description: 'The phase before; null where none is known' }),
        rule: nullable(Type.String({ description: 'Of an alert' })),
        alert: nullable(Type.Integer({ description: 'Its id: egw alert show' })),
        isProvisional: Type.Boolean(),
      }),
      { description: 'Oldest first' },
    ),
    next,
  }),
  http: { method: 'GET', path: '/api/v1/boiler/events', nextPage },
  cli: { verb: 'boiler events', list: 'events' },
  run: async (ports: BoilerCommandPorts, input) => {
    const boiler = configured(ports);
    const range = timeRange({ from: input.from, to: input.to }, ports.clock.wall());
    const { events, nextMs } = await boilerEvents(boiler, ports, { ...range, rowsMax: input.limit });
    const { codes } = boiler.settings;
    return { ...range, events: events.map((event) => describeEvent(event, codes)), next: nextMs };
  },
});

const recompute = defineCommand({
  id: 'boiler.recompute',
  summary: 'Compute the phases of a time again from its minutes, and say what changed; tells nobody',
  scope: 'admin',
  input: closed({
    from: Type.String({ maxLength: 40, description: `Start: ${instantForms}` }),
    to,
    dryRun: Type.Boolean({ default: false, description: 'Only says what would change' }),
  }),
  output: closed({
    fromMs: instant({ description: 'What was computed again begins here' }),
    toMs: instant({ description: 'and ends here; earlier than asked for where the time ran out' }),
    minutes: Type.Integer({ description: 'Minutes that were computed again' }),
    changedMinutes: Type.Integer({ description: 'Of them, those that came to something else' }),
    isDryRun: Type.Boolean(),
    changes: Type.Array(
      closed({
        startMs: instant(),
        endMs: instant(),
        durationMs: duration(),
        before: phase,
        after: phase,
      }),
      { description: `The first ${changesMax} stretches that came to something else` },
    ),
    notes: Type.Array(Type.String(), { description: 'What was left out, and why' }),
  }),
  http: { method: 'POST', path: '/api/v1/boiler/recompute', answerMsMax: 120_000 },
  cli: { verb: 'boiler recompute' },
  run: async (ports: BoilerCommandPorts, input, { signal }) => {
    const boiler = configured(ports);
    const range = timeRange({ from: input.from, to: input.to }, ports.clock.wall());
    const answer = await boiler.recompute({ ...range, isDryRun: input.dryRun }, signal);
    const { fromMs, toMs, changes, notes } = answer;
    const changedMs = changes.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    return {
      ...{ fromMs, toMs, isDryRun: input.dryRun, notes: [...notes] },
      minutes: (toMs - fromMs) / minuteMs,
      changedMinutes: changedMs / minuteMs,
      changes: changes.slice(0, changesMax).map(({ startMs, endMs, before, after }) => ({
        ...{ startMs, endMs, durationMs: endMs - startMs },
        before: before as Phase,
        after: after as Phase,
      })),
    };
  },
});

export const boilerCommands = [status, phaseList, minuteList, eventList, recompute] as const;

/** The commands about the boiler with what they need. */
export function bindBoilerCommands(ports: BoilerCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(status, ports),
    bindCommand(phaseList, ports),
    bindCommand(minuteList, ports),
    bindCommand(eventList, ports),
    bindCommand(recompute, ports),
  ];
}

/** Errors: `not_found` where none is configured. */
function configured({ boiler }: BoilerCommandPorts): Boiler {
  if (boiler !== undefined) return boiler;
  throw new GatewayError('not_found', 'no boiler is configured', {
    hint: 'name its inputs under boiler.inputs: docs/boiler.md says how',
  });
}

function describePhase({ startMs, endMs, phase: name, isProvisional }: ToldPhase, codes: PhaseCodes) {
  const told = name as Phase;
  return {
    code: codes[told],
    phase: told,
    ...{ startMs, endMs, durationMs: endMs - startMs, isProvisional },
  };
}

function describeEvent({ phase: at, ...event }: BoilerEvent, codes: PhaseCodes) {
  return { ...event, phase: at, code: codes[at ?? 'undefined'] };
}
