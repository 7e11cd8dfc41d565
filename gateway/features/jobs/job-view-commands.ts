import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { PowerSignal, SignalReader } from '../../core/power-signal.ts';
import { limits } from '../../core/limits.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import { instantForms, parseInstantMs, timeRange } from '../time-range.ts';
import type { JobSaving } from './decision.ts';
import type { JobDesk } from './job-port.ts';
import type { JobsSettings } from './jobs-section.ts';
import { sumSavings, type ComparisonSum, type SavingsSum } from './sum-savings.ts';

export interface JobViewPorts {
  readonly desk: Pick<JobDesk, 'list'>;
  readonly signals: SignalReader;
  readonly clock: Clock;
  readonly settings: Pick<JobsSettings, 'remoteCommands' | 'allow'>;
}

const dayMs = 86_400_000;
/** Jobs that are asked of the store at once. */
const pageRows = 200;

const comparison = Type.Unsafe<ComparisonSum | null>({
  ...closed({
    jobs: Type.Integer({ description: 'Of how many jobs it is known' }),
    actual: Type.Number({ description: 'As they ran' }),
    atOnce: Type.Number({ description: 'Had each run when it was queued' }),
    best: Type.Number({ description: 'Had each run at its best time, as it is known by now' }),
  }),
  type: ['object', 'null'],
});

const jobSavings = defineCommand({
  id: 'job.savings',
  summary: 'What jobs saved by waiting: beside each run at once, and beside its best time',
  scope: 'read',
  input: closed({
    days: Type.Integer({
      minimum: 1,
      maximum: 366,
      default: 30,
      description: 'That ended in the last so many days',
    }),
  }),
  output: closed({
    fromMs: instant(),
    toMs: instant(),
    jobs: Type.Integer({ description: 'That have run to their end' }),
    energyKwh: Type.Number({ description: 'By what was said that they draw, and the time they ran' }),
    assumedPower: Type.Integer({ description: 'Of how many jobs nobody said what they draw' }),
    open: Type.Integer({ description: 'Of how many jobs not all hours are known for certain yet' }),
    carbonGrams: comparison,
    microEuros: comparison,
    isWhole: Type.Boolean({ description: 'false when there are more jobs than are looked at' }),
  }),
  http: { method: 'GET', path: '/api/v1/jobs/savings' },
  cli: { verb: 'job savings' },
  run: async ({ desk, clock }: JobViewPorts, { days }) => {
    const toMs = clock.wall();
    const fromMs = toMs - days * dayMs;
    const { savings, isWhole } = await savingsSince(desk, fromMs);
    return { fromMs, toMs, ...nulled(sumSavings(savings)), isWhole };
  },
});

const slot = closed({
  startMs: instant(),
  endMs: instant(),
  value: Type.Number(),
  basis: oneOf(['known', 'forecast'], { description: 'known: measured, or published for certain' }),
});
const signal = closed({
  slots: Type.Array(slot, { description: 'Ascending; where there is none it is not known' }),
  unknown: nullable(Type.String({ description: 'Why it is not known now; null while it is' })),
});

const jobOutlook = defineCommand({
  id: 'job.outlook',
  summary: 'What jobs go by, as it was and as it is expected: carbon, price, surplus, red days, own export',
  scope: 'read',
  input: closed({
    from: Type.Optional(
      Type.String({ maxLength: 40, description: `${instantForms}; an hour ago unless said` }),
    ),
    to: Type.Optional(
      Type.String({ maxLength: 40, description: 'Not in it; as from, 48 hours from now unless said' }),
    ),
  }),
  output: closed({
    fromMs: instant(),
    toMs: instant(),
    carbon: Type.Unsafe<Static<typeof signal>>({ ...signal, description: 'g CO₂ equivalent per kWh' }),
    price: Type.Unsafe<Static<typeof signal>>({
      ...signal,
      description: 'Micro-euros per kWh that is bought',
    }),
    surplus: Type.Unsafe<Static<typeof signal>>({
      ...signal,
      description: 'MW that the zone produces above what it consumes',
    }),
    red: Type.Unsafe<Static<typeof signal>>({
      ...signal,
      description: '1 in a red day of the tariff, else 0',
    }),
    own_export: Type.Unsafe<Static<typeof signal>>({
      ...signal,
      description: 'W that the house gives to the grid',
    }),
  }),
  http: { method: 'GET', path: '/api/v1/jobs/outlook' },
  run: async ({ signals, clock }: JobViewPorts, { from, to }) => {
    const nowMs = clock.wall();
    const end = to === undefined ? nowMs + 2 * dayMs : parseInstantMs('to', to, nowMs);
    const { fromMs, toMs } = timeRange({ from: from ?? '1h', to: String(end) }, nowMs);
    if (toMs - fromMs > limits.outlookMsMax) throw tooLong(toMs - fromMs);
    const read = await signals.read({ startMs: fromMs, endMs: toMs });
    return {
      fromMs,
      toMs,
      carbon: signalOf(read.carbon),
      price: signalOf(read.price),
      surplus: signalOf(read.surplus),
      red: signalOf(read.red),
      own_export: signalOf(read.own_export),
    };
  },
});

const jobRights = defineCommand({
  id: 'job.rights',
  summary: 'What you may do about jobs: run and cancel them, and which command lines you may add',
  scope: 'read',
  input: closed({}),
  output: closed({
    mayRun: Type.Boolean({ description: 'Add, start and cancel' }),
    mayRunAny: Type.Boolean({ description: 'Not only what is allowed by the configuration' }),
    lines: Type.Array(Type.String(), { description: 'Command lines that may be added as they are' }),
  }),
  http: { method: 'GET', path: '/api/v1/jobs/rights' },
  run: ({ settings }: JobViewPorts, _input, { principal }) => {
    const mayRun = principal.scopes.has('jobs:run');
    const mayRunAny = mayRun && (principal.kind === 'local' || settings.remoteCommands === 'any');
    return { mayRun, mayRunAny, lines: mayRun ? [...settings.allow.lines] : [] };
  },
});

export const jobViewCommands = [jobSavings, jobOutlook, jobRights] as const;

/** The commands that look at jobs from afar, with what they need. */
export function bindJobViewCommands(ports: JobViewPorts): readonly BoundCommand[] {
  return [bindCommand(jobSavings, ports), bindCommand(jobOutlook, ports), bindCommand(jobRights, ports)];
}

/** Newest first by when they were queued: one that was queued before may have ended since, so all that are kept are looked at. */
async function savingsSince(
  desk: Pick<JobDesk, 'list'>,
  fromMs: number,
): Promise<{ readonly savings: readonly JobSaving[]; readonly isWhole: boolean }> {
  const savings: JobSaving[] = [];
  let beforeId: number | undefined;
  for (let seen = 0; seen < limits.savingsJobsMax; seen += pageRows) {
    const jobs = await desk.list({
      states: ['done', 'failed'],
      ...(beforeId === undefined ? {} : { beforeId }),
      rowsMax: pageRows,
    });
    for (const { decision, endedMs } of jobs) {
      if (decision?.saving !== undefined && (endedMs ?? 0) >= fromMs) savings.push(decision.saving);
    }
    if (jobs.length < pageRows) return { savings, isWhole: true };
    beforeId = jobs.at(-1)?.id;
  }
  return { savings, isWhole: false };
}

function nulled({ carbonGrams, microEuros, ...counts }: SavingsSum): Omit<
  SavingsSum,
  'carbonGrams' | 'microEuros'
> & {
  readonly carbonGrams: ComparisonSum | null;
  readonly microEuros: ComparisonSum | null;
} {
  return { ...counts, carbonGrams: carbonGrams ?? null, microEuros: microEuros ?? null };
}

function signalOf({ slots, unknown }: PowerSignal): Static<typeof signal> {
  return {
    slots: slots.map(({ startMs, endMs, value, basis }) => ({ startMs, endMs, value, basis })),
    unknown: unknown ?? null,
  };
}

function tooLong(spanMs: number): GatewayError {
  const days = Math.round(spanMs / dayMs);
  return new GatewayError('input_invalid', `what is asked for is ${days} days long`, {
    hint: `ask for at most ${limits.outlookMsMax / dayMs} days at once`,
  });
}
