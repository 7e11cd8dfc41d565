import { monotonicMs, type MonotonicMs } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import type { GridHour } from '../../core/grid-hour.ts';
import type { Logger } from '../../core/logger.ts';
import type { StampingClock, TimeStamp } from '../../core/machine-clock.ts';
import type { SaidTempoDay } from '../../core/tempo-said-day.ts';
import type { TaskContext, TaskDefinition } from '../../engine/task.ts';
import { readAwake } from '../read-awake.ts';
import { splitAnswer, type SplitAnswer } from './split-answer.ts';
import type { TextBook } from './text-book.ts';
import type { WatchedSource } from './watched-source.ts';

/** Takes the values of one device or part, and says by when they were read. */
export type TakeValues = (
  device: string,
  values: SplitAnswer['values'] extends ReadonlyMap<string, infer Values> ? Values : never,
  stamp: TimeStamp,
) => Promise<void>;

export interface ReadPorts {
  readonly clock: StampingClock;
  readonly logger: Logger;
  readonly texts: TextBook;
  readonly take: TakeValues;
  runAt(taskName: string, atMs: MonotonicMs): void;
  /** Readings came after a start or an outage: commit them at once. */
  commitSoon(): void;
  /** What it said of the grid's hours. */
  heard?(hours: readonly GridHour[]): void;
  /** What it said of the colours of days. */
  heardTempo?(days: readonly SaidTempoDay[]): void;
}

export function sourceTaskName(id: string): string {
  return `source:${id}`;
}

/**
 * The task that reads one source: wait for its turn, ask, stamp, keep. A source that fails is asked again when its
 * pace allows; its failure is its own state, never the task's.
 * @param offsetMs how much later than its beats
 */
export function readSource(source: WatchedSource, ports: ReadPorts, offsetMs = 0): TaskDefinition {
  const name = sourceTaskName(source.id);
  const runLater = (): void =>
    ports.runAt(name, monotonicMs(ports.clock.monotonic() + Math.ceil(source.waitMs)));
  return {
    name,
    group: 'harvest',
    priority: 'acquire',
    lane: source.lane,
    periodMs: source.setting.periodMs,
    offsetMs,
    delayMs: 0,
    deadlineMs: source.definition.pace.timeoutMs,
    run: async (context) => {
      if (source.waitMs > 0) {
        runLater();
        return;
      }
      try {
        const answer = await ask(source, context, ports);
        if (answer === undefined) {
          if (!isStopping(context.signal)) runLater();
          return;
        }
        // From here on the source has done its part: a failure is the store's, and so the task's.
        await keep(source, answer, ports);
      } finally {
        source.ended();
      }
    },
  };
}

interface Answer {
  readonly split: SplitAnswer;
  readonly stamp: TimeStamp;
}

/** undefined when it failed. */
async function ask(
  source: WatchedSource,
  { signal }: TaskContext,
  { clock, logger }: ReadPorts,
): Promise<Answer | undefined> {
  await source.asked();
  try {
    const read = async (): Promise<SplitAnswer> =>
      splitAnswer(source.id, await orAborted(source.reader.read(signal), signal));
    const split = await readAwake(clock, read);
    return { split, stamp: clock.stamp() };
  } catch (error) {
    if (isStopping(signal)) return undefined;
    if (!(error instanceof GatewayError))
      logger.error({ source: source.id, error }, `reading ${source.id} failed by a bug of its reader`);
    await source.failed(failureOf(source, error));
    return undefined;
  }
}

async function keep(source: WatchedSource, { split, stamp }: Answer, ports: ReadPorts): Promise<void> {
  const isBack = source.answered(split.hasData);
  const hours = source.reader.gridHours?.() ?? [];
  if (hours.length > 0) ports.heard?.(hours);
  const days = source.reader.tempoDays?.() ?? [];
  if (days.length > 0) ports.heardTempo?.(days);
  for (const [device, values] of split.values) await ports.take(device, values, stamp);
  await ports.texts.take(split.texts, stamp);
  if (isBack) ports.commitSoon();
}

/** One that does not heed its signal must not hold up its lane. */
async function orAborted<Result>(reading: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return await new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    reading.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function isStopping({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof GatewayError && reason.code === 'stopping';
}

/** One source that goes wrong in an unforeseen way is no reason to start the gateway anew. */
function failureOf({ id, definition }: WatchedSource, error: unknown): GatewayError {
  const { lateHint = 'check that it is on, and that its address is right', pace } = definition;
  if (error instanceof GatewayError && error.code === 'deadline_exceeded')
    return new GatewayError('deadline_exceeded', `no answer within ${formatDuration(pace.timeoutMs)}`, {
      hint: lateHint,
    });
  if (error instanceof GatewayError) return error;
  return new GatewayError('internal_error', `reading ${id} failed: ${describeError(error)}`, {
    hint: 'please report it with the lines of the log',
    cause: error,
  });
}
