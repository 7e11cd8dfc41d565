import type { Clock, MonotonicMs } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { SaidText } from '../../core/said-text.ts';
import { Lane } from '../../engine/lane.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { TimeLimiter } from '../../engine/time-limit.ts';
import type { SinkPorts, SinkRow } from '../../io/sinks/sink.ts';
import type { SeriesColumns, SinkMark, WindowColumns } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';
import { OpenSink, type SinkFailure } from './open-sink.ts';
import type { PublishedSink } from './published-sink.ts';
import { cutRows, sinkRows } from './sink-batches.ts';
import { SinkChoice } from './sink-choice.ts';
import { newMark, withBacklogTo, withLive } from './sink-progress.ts';
import { SinkTroubles } from './sink-troubles.ts';

export type PublishStore = StorePort<
  | 'addAuditLine'
  | 'commitsAfter'
  | 'getSinkMark'
  | 'listSeries'
  | 'putSinkMark'
  | 'textsAfter'
  | 'windowColumns'
>;

export interface PublisherPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: PublishStore;
  readonly sink: Omit<SinkPorts, 'quantitiesOf'>;
  readonly limiter: TimeLimiter;
  readonly isSource: (id: string) => boolean;
}

/** How a sink is, for people. */
export interface SinkProgress {
  readonly mark: SinkMark;
  readonly isOpen: boolean;
  readonly failure: SinkFailure | undefined;
  /** When something was last written, UTC epoch ms. */
  readonly writtenMs: number | undefined;
}

const periodMs = 2_000;
/** A run ends after so long though there is more: the next one goes on. */
const runMsMax = 60_000;
/** A mark is written so often at most: what was sent since comes again after a crash, and counts once. */
const saveMs = 5 * 60_000;
const textsMax = 500;
/** Pages of time without readings that one run passes. */
const pagesMax = 100;

/**
 * Sends one sink what is committed: first what is new, then what it has missed, oldest first, for half of the time
 * at most. It keeps where it stands after each batch that was taken, and goes on there after a failure or a restart.
 */
export class SinkPublisher {
  readonly sink: PublishedSink;
  readonly #ports: PublisherPorts;
  readonly #choice: SinkChoice;
  readonly #connection: OpenSink;
  readonly #troubles: SinkTroubles;
  #mark: SinkMark = newMark;
  #savedMark: SinkMark | undefined;
  #savedMs = -Infinity;
  #hasLoaded = false;
  #writtenMs: number | undefined;
  #backlogFromMs = -Infinity;

  constructor(sink: PublishedSink, ports: PublisherPorts) {
    this.sink = sink;
    this.#ports = ports;
    this.#choice = new SinkChoice(sink.only, ports.isSource, ports.store);
    const quantitiesOf: SinkPorts['quantitiesOf'] = (device) => this.#choice.quantitiesOf(device);
    this.#connection = new OpenSink(sink, { ...ports.sink, quantitiesOf }, ports.limiter);
    this.#troubles = new SinkTroubles(sink.id, ports);
  }

  get taskName(): string {
    return `publish:${this.sink.id}`;
  }

  task(): TaskDefinition {
    return {
      name: this.taskName,
      group: 'publish',
      priority: 'publish',
      lane: new Lane(`sink:${this.sink.id}`),
      periodMs,
      deadlineMs: runMsMax + 2 * this.sink.definition.timeoutMs,
      backoff: { firstMs: 10_000, maxMs: 900_000 },
      run: async ({ signal }) => await this.#run(signal),
    };
  }

  progress(): SinkProgress {
    const { isOpen, failure } = this.#connection;
    return { mark: this.#mark, isOpen, failure, writtenMs: this.#writtenMs };
  }

  notes(): ReturnType<SinkTroubles['notes']> {
    return this.#troubles.notes(this.#connection.failure, this.#mark);
  }

  /** The next run tries it, whatever the receiver has said. */
  forgive(): void {
    this.#connection.forgive();
  }

  /** Ends the connection and writes the mark; to be called when the task runs no more. Errors: those of the store. */
  async stop(): Promise<void> {
    await this.#connection.close();
    if (this.#hasLoaded && this.#mark !== this.#savedMark) await this.#save();
  }

  async #run(signal: AbortSignal): Promise<void> {
    await this.#load();
    await this.#connection.open(signal);
    const isAllSent = await this.#sendLive(signal);
    await this.#sendTexts(signal);
    if (isAllSent) await this.#sendBacklog(signal);
    if (this.#mark !== this.#savedMark && this.#ports.clock.monotonic() >= this.#savedMs + saveMs)
      await this.#save();
  }

  async #load(): Promise<void> {
    if (this.#hasLoaded) return;
    const mark = await this.#ports.store.call('getSinkMark', this.sink.id);
    this.#mark = mark ?? newMark;
    this.#savedMark = mark;
    this.#hasLoaded = true;
  }

  /** Answers whether nothing is left. */
  async #sendLive(signal: AbortSignal): Promise<boolean> {
    const { store, clock } = this.#ports;
    const { rowsMax } = this.sink.definition;
    const endMs = clock.monotonic() + runMsMax;
    for (;;) {
      const answer = await store.call('commitsAfter', { after: this.#mark.live, readingsMax: rowsMax });
      await this.#sendColumns(answer, true, signal);
      const isNew = answer.place.commit !== this.#mark.live?.commit || answer.isBeyondLog;
      if (isNew || answer.place.epoch !== this.#mark.live?.epoch)
        this.#mark = withLive(this.#mark, answer, clock.wall());
      if (answer.isBeyondLog) await this.#save();
      if (!answer.remaining) return true;
      if (signal.aborted || clock.monotonic() >= endMs) return false;
    }
  }

  async #sendTexts(signal: AbortSignal): Promise<void> {
    const { store } = this.#ports;
    for (let isOver = false; !isOver && !signal.aborted;) {
      const { textNumber } = this.#mark;
      const isFirst = textNumber === 0;
      const { rows, number } = await store.call('textsAfter', isFirst ? null : textNumber, textsMax);
      await this.#sendTextRows(rows, signal);
      if (number !== textNumber) this.#mark = { ...this.#mark, textNumber: number };
      isOver = isFirst || rows.length < textsMax;
    }
  }

  async #sendTextRows(all: readonly SaidText[], signal: AbortSignal): Promise<void> {
    const texts = all.filter((text) => this.#choice.isWanted(text));
    for (let from = 0; from < texts.length; from += textsMax) {
      const batch = { rows: [], texts: texts.slice(from, from + textsMax), isLive: true };
      await this.#connection.write(batch, signal);
      this.#writtenMs = this.#ports.clock.wall();
    }
  }

  /** So much at a time that half of the time is left, and no more readings a second than its owner wants. */
  async #sendBacklog(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const startedMs: MonotonicMs = clock.monotonic();
    if (startedMs < this.#backlogFromMs) return;
    const { backlogRowsPerSecond } = this.sink;
    const rowsMax = (backlogRowsPerSecond * periodMs) / 1_000;
    let rows = 0;
    for (let pages = 0; this.#mark.backlog.length > 0 && rows < rowsMax && pages < pagesMax; pages += 1) {
      if (signal.aborted || clock.monotonic() >= startedMs + periodMs / 2) break;
      rows += await this.#sendBacklogPage(Math.ceil(rowsMax - rows), signal);
      if (this.#mark.backlog.length === 0) await this.#save();
    }
    const dueMs = Math.max(2 * (clock.monotonic() - startedMs), (rows / backlogRowsPerSecond) * 1_000);
    // Beats are not exact, and one that is missed would halve the pace.
    this.#backlogFromMs = startedMs + dueMs - periodMs / 4;
  }

  /** Answers how many rows it had. */
  async #sendBacklogPage(rowsMax: number, signal: AbortSignal): Promise<number> {
    const [oldest] = this.#mark.backlog;
    if (oldest === undefined) return 0;
    const page = await this.#ports.store.call('windowColumns', {
      fromMs: oldest.nextMs,
      toMs: oldest.toMs,
      readingsMax: Math.min(this.sink.definition.rowsMax, rowsMax),
    });
    const rows = await this.#sendColumns(page, false, signal);
    await this.#countLost(page);
    this.#mark = withBacklogTo(this.#mark, page.nextFromMs);
    return rows;
  }

  async #countLost({ pruned }: WindowColumns): Promise<void> {
    await this.#choice.learn(pruned.map(({ series }) => series));
    const lost = pruned
      .filter(({ series }) => this.#choice.nameOf(series) !== undefined)
      .reduce((sum, { readings }) => sum + readings, 0);
    if (lost === 0) return;
    this.#mark = { ...this.#mark, lost: this.#mark.lost + lost };
    await this.#troubles.lost(lost);
  }

  async #sendColumns(columns: SeriesColumns, isLive: boolean, signal: AbortSignal): Promise<number> {
    await this.#choice.learn(columns.series);
    const rows = sinkRows(columns, this.#choice);
    for (const part of cutRows(rows, this.sink.definition.rowsMax)) await this.#send(part, isLive, signal);
    return rows.length;
  }

  async #send(rows: readonly SinkRow[], isLive: boolean, signal: AbortSignal): Promise<void> {
    const refused = await this.#connection.write({ rows, texts: [], isLive }, signal);
    this.#writtenMs = this.#ports.clock.wall();
    const { written, refused: before } = this.#mark;
    this.#mark = {
      ...this.#mark,
      written: written + rows.length - refused.length,
      refused: before + refused.length,
    };
    await this.#troubles.refused(rows, refused);
  }

  async #save(): Promise<void> {
    const mark = this.#mark;
    await this.#ports.store.call('putSinkMark', this.sink.id, mark);
    this.#savedMark = mark;
    this.#savedMs = this.#ports.clock.monotonic();
  }
}
