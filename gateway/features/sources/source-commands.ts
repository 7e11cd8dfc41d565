import { Type, type Static } from 'typebox';
import type { Alarm, Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { LiveValue } from '../../core/live-feed.ts';
import { qualities } from '../../core/quality.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import { leastPeriodMs } from '../../core/reading-period.ts';
import type { SaidText } from '../../core/said-text.ts';
import type { SourceDefinition } from '../../io/sources/source.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf } from '../schema.ts';
import { isOfDevice } from '../series-owner.ts';
import type { UnreadSource } from './source-health.ts';
import type { SourceFleet } from './source-fleet.ts';
import type { WatchedSource } from './watched-source.ts';

export interface SourceCommandPorts {
  readonly fleet: SourceFleet;
  /** All kinds that are built in. */
  readonly kinds: readonly SourceDefinition[];
  /** When it is read next, UTC epoch ms; undefined while it is being read. */
  nextReadMs(id: string): number | undefined;
  latest(): readonly LiveValue[];
  texts(): readonly SaidText[];
  /** What the waiting for a button goes by. */
  readonly time: { readonly clock: Clock; readonly alarm: Alarm };
}

/** `skipped`: a secret is missing, or it cannot be opened. `quarantined`: its part of the configuration is wrong. */
const states = ['unseen', 'up', 'failing', 'down', 'disabled', 'skipped', 'quarantined'] as const;

const summaryFacts = {
  id: Type.String(),
  name: Type.String({ description: 'For people; the id when none is configured' }),
  kind: Type.String(),
  state: oneOf(states),
  sinceMs: nullable(instant({ description: 'When its state changed last' })),
  readAtMs: nullable(instant({ description: 'When it answered last' })),
  nextReadMs: nullable(instant({ description: 'When it is read next; null while it is being read' })),
  periodMs: nullable(duration()),
  requestsToday: nullable(
    Type.Integer({ description: 'Requests of the last 24 hours, where its provider counts them' }),
  ),
  requestsPerDay: nullable(Type.Integer({ description: 'Requests that its provider allows in 24 hours' })),
  reason: nullable(Type.String({ description: 'Why nothing comes; null while all is well' })),
};
const summary = closed(summaryFacts);
const detail = closed({
  ...summaryFacts,
  title: Type.String({ description: 'Maker and product' }),
  lane: nullable(Type.String({ description: 'Sources of the same lane are asked one at a time' })),
  answers: Type.Integer({ description: 'Since the start' }),
  failures: Type.Integer({ description: 'Since the start' }),
  lastError: nullable(Type.String({ description: 'Code of the latest failure; null while it is well' })),
  hint: nullable(Type.String({ description: 'What to do' })),
  readings: Type.Array(
    closed({
      device: Type.String({ description: 'The source, or its part as source/part' }),
      quantity: Type.String(),
      value: nullable(Type.Number({ unitIn: 'unit', description: 'null when there is none' })),
      unit: Type.String(),
      quality: oneOf(qualities),
      atMs: instant(),
    }),
  ),
  texts: Type.Array(
    closed({
      device: Type.String(),
      quantity: Type.String(),
      text: Type.String(),
      atMs: instant({ description: 'Since when it says so' }),
    }),
  ),
});
const kind = closed({
  id: Type.String(),
  title: Type.String({ description: 'Maker and product' }),
  source: Type.String({ description: 'Where its form was found' }),
  periodMs: duration({ description: 'Unless configured' }),
  periodMsMin: duration({ description: 'No shorter one may be configured' }),
  requestsPerDay: nullable(Type.Integer({ description: 'Requests that its provider allows in 24 hours' })),
  options: Type.Array(
    closed({
      name: Type.String(),
      type: oneOf(['text', 'number', 'integer', 'boolean', 'choice', 'texts']),
      isRequired: Type.Boolean(),
      isSecret: Type.Boolean(),
      default: nullable(Type.String({ description: 'As text' })),
      values: Type.Array(Type.String(), { description: 'Of a choice' }),
      description: Type.String(),
    }),
  ),
});

const pairWords = {
  done: 'it has let the gateway in, and is read from now on',
  waiting: 'nobody has pressed its button: run this again, and press the button of the device then',
} as const;

const id = closed({
  id: Type.String({ minLength: 1, maxLength: 64, description: 'The source, as in the configuration' }),
});

const sourceList = defineCommand({
  id: 'source.list',
  summary: 'The sources, their states and when each is read',
  scope: 'read',
  input: closed({}),
  output: closed({ sources: Type.Array(summary) }),
  http: { method: 'GET', path: '/api/v1/sources' },
  cli: {
    verb: 'source list',
    list: 'sources',
    columns: [
      'id',
      'kind',
      'state',
      'sinceMs',
      'readAtMs',
      'nextReadMs',
      'periodMs',
      'requestsToday',
      'requestsPerDay',
      'reason',
    ],
  },
  run: (ports: SourceCommandPorts) => ({
    sources: [
      ...ports.fleet.sources().map((source) => summaryOf(source, ports)),
      ...ports.fleet.unread().map(unreadSummary),
    ],
  }),
});

const sourceShow = defineCommand({
  id: 'source.show',
  summary: 'One source: how it does, and what it said last',
  scope: 'read',
  input: id,
  output: detail,
  http: { method: 'GET', path: '/api/v1/sources/:id' },
  cli: { verb: 'source show', positionals: ['id'] },
  run: (ports: SourceCommandPorts, input) => show(ports, input.id),
});

const sourceRead = defineCommand({
  id: 'source.read',
  summary: 'Read a source now, unless it must be left alone still',
  scope: 'read',
  input: id,
  output: detail,
  http: { method: 'POST', path: '/api/v1/sources/:id/read', answerMsMax: 120_000 },
  cli: { verb: 'source read', positionals: ['id'] },
  run: async (ports: SourceCommandPorts, input, { signal }) => {
    await ports.fleet.readNow(input.id, signal);
    return show(ports, input.id);
  },
});

const sourcePair = defineCommand({
  id: 'source.pair',
  summary: 'Be let in by a device whose button you press now: a HomeWizard; the token that it gives is kept',
  scope: 'admin',
  input: id,
  output: closed({
    id: Type.String(),
    state: oneOf(['done', 'waiting'], { description: 'waiting: its button was not pressed in 40 seconds' }),
    message: Type.String({ description: 'What comes next' }),
  }),
  http: { method: 'POST', path: '/api/v1/sources/:id/pair', answerMsMax: 60_000 },
  cli: { verb: 'source pair', positionals: ['id'] },
  run: async ({ fleet, time }: SourceCommandPorts, input, { signal }) => {
    const state = await fleet.pair(input.id, time, signal);
    return { id: input.id, state, message: pairWords[state] };
  },
});

const sourceKinds = defineCommand({
  id: 'source.kinds',
  summary: 'The kinds of sources that there are, and their options',
  scope: 'read',
  input: closed({}),
  output: closed({ kinds: Type.Array(kind) }),
  http: { method: 'GET', path: '/api/v1/source-kinds' },
  cli: {
    verb: 'source kinds',
    list: 'kinds',
    columns: ['id', 'title', 'periodMs', 'periodMsMin', 'options'],
  },
  run: ({ kinds }: SourceCommandPorts) => ({ kinds: kinds.map(describeKind) }),
});

const sourceKind = defineCommand({
  id: 'source.kind',
  summary: 'One kind of source, and its options',
  scope: 'read',
  input: closed({
    kind: Type.String({ minLength: 1, maxLength: 64, description: 'As egw source kinds lists it' }),
  }),
  output: kind,
  http: { method: 'GET', path: '/api/v1/source-kinds/:kind' },
  cli: { verb: 'source kind', positionals: ['kind'] },
  run: ({ kinds }: SourceCommandPorts, input) => {
    const found = kinds.find((one) => one.id === input.kind);
    if (found !== undefined) return describeKind(found);
    throw new GatewayError('not_found', `there is no kind of source ${JSON.stringify(input.kind)}`, {
      hint: `there are: ${kinds.map((one) => one.id).join(', ')}`,
    });
  },
});

export const sourceCommands = [
  sourceList,
  sourceShow,
  sourceRead,
  sourcePair,
  sourceKinds,
  sourceKind,
] as const;

/** The commands about sources with what they need. */
export function bindSourceCommands(ports: SourceCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(sourceList, ports),
    bindCommand(sourceShow, ports),
    bindCommand(sourceRead, ports),
    bindCommand(sourcePair, ports),
    bindCommand(sourceKinds, ports),
    bindCommand(sourceKind, ports),
  ];
}

function summaryOf(source: WatchedSource, ports: SourceCommandPorts): Static<typeof summary> {
  const { setting, definition, error } = source;
  const { requestsPerDay } = definition.pace;
  return {
    id: source.id,
    name: setting.name ?? source.id,
    kind: setting.kind,
    state: source.state,
    sinceMs: source.sinceMs,
    readAtMs: source.readAtMs ?? null,
    nextReadMs: ports.nextReadMs(source.id) ?? null,
    periodMs: setting.periodMs,
    requestsToday: requestsPerDay === undefined ? null : source.ledger.requestsToday(),
    requestsPerDay: requestsPerDay ?? null,
    reason: error?.message ?? null,
  };
}

function unreadSummary({ id, name, kind, state, reason }: UnreadSource): Static<typeof summary> {
  const none = { sinceMs: null, readAtMs: null, nextReadMs: null, periodMs: null };
  return { id, name: name ?? id, kind, state, ...none, requestsToday: null, requestsPerDay: null, reason };
}

function show(ports: SourceCommandPorts, id: string): Static<typeof detail> {
  const source = ports.fleet.sources().find((one) => one.id === id);
  if (source !== undefined) return readDetail(source, ports);
  const unread = ports.fleet.unread().find((one) => one.id === id);
  if (unread === undefined) throw ports.fleet.unknown(id);
  return {
    ...unreadSummary(unread),
    title: ports.kinds.find((one) => one.id === unread.kind)?.title ?? '',
    lane: null,
    answers: 0,
    failures: 0,
    lastError: null,
    hint: unread.hint,
    ...saidBy(id, ports),
  };
}

function readDetail(source: WatchedSource, ports: SourceCommandPorts): Static<typeof detail> {
  const { definition, lane, answers, failures, error } = source;
  return {
    ...summaryOf(source, ports),
    title: definition.title,
    lane: lane.name,
    answers,
    failures,
    lastError: error?.code ?? null,
    hint: error?.hint ?? null,
    ...saidBy(source.id, ports),
  };
}

/** What is known of it and of its parts. */
function saidBy(id: string, ports: SourceCommandPorts): Pick<Static<typeof detail>, 'readings' | 'texts'> {
  const isIts = ({ device }: { readonly device: string }): boolean => isOfDevice(device, id);
  return {
    readings: ports.latest().filter(isIts).map(describeValue),
    texts: ports
      .texts()
      .filter(isIts)
      .map(({ device, quantity, text, atMs }) => ({ device, quantity, text, atMs })),
  };
}

function describeValue({
  device,
  quantity,
  value,
  quality,
  atMs,
}: LiveValue): Static<typeof detail>['readings'][number] {
  return { device, quantity, value, unit: quantityDefinition(quantity).unit, quality, atMs };
}

function describeKind({ id, title, source, pace, options }: SourceDefinition): Static<typeof kind> {
  return {
    id,
    title,
    source,
    periodMs: pace.periodMs,
    periodMsMin: leastPeriodMs(pace),
    requestsPerDay: pace.requestsPerDay ?? null,
    options: Object.entries(options).map(([name, field]) => ({
      name,
      type: field.type,
      isRequired: field.isOptional !== true && field.default === undefined,
      isSecret: field.isSecret === true,
      default: field.default === undefined ? null : String(field.default),
      values: [...(field.values ?? [])],
      description: field.description,
    })),
  };
}
