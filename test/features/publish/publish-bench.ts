import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { TimeLimiter } from '../../../gateway/engine/time-limit.ts';
import type { PublishedSink } from '../../../gateway/features/publish/published-sink.ts';
import { SinkPublisher } from '../../../gateway/features/publish/sink-publisher.ts';
import type { RefusedRow, SinkBatch, SinkDefinition, SinkPorts } from '../../../gateway/io/sinks/sink.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { sinkPorts } from '../../io/sinks/sink-ports.ts';
import { batchOf, openScratch, packAll, rollUpAll, type Sample } from '../../storage/scratch.ts';
import { asStore } from '../../storage/upkeep/history.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** A receiver that behaves as a test says. */
export class StubReceiver {
  readonly batches: SinkBatch[] = [];
  /** `hang` ends with its signal alone. */
  mood: 'well' | 'hang' | GatewayError = 'well';
  refuses: (quantity: string) => boolean = () => false;
  opened = 0;
  closed = 0;

  readonly definition: SinkDefinition = {
    id: 'stub',
    title: 'Stub',
    source: 'none',
    options: {},
    rowsMax: 100,
    timeoutMs: 10_000,
    open: () => {
      this.opened += 1;
      return Promise.resolve({
        write: async (batch, signal) => await this.#write(batch, signal),
        close: () => {
          this.closed += 1;
          return Promise.resolve();
        },
      });
    },
  };

  get rows(): readonly string[] {
    return this.batches.flatMap(({ rows }) =>
      rows.map(({ device, quantity, atMs, value }) => `${device} ${quantity} ${atMs} ${String(value)}`),
    );
  }

  async #write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> {
    if (this.mood === 'hang') {
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    }
    if (this.mood instanceof GatewayError) throw this.mood;
    this.batches.push(batch);
    return batch.rows.flatMap(({ quantity }, index) =>
      this.refuses(quantity) ? [{ index, reason: 'no such column' }] : [],
    );
  }
}

/** A database with a publisher, and time that only a test lets pass. */
export class PublishBench {
  readonly time = new ManualTime();
  readonly service: DatabaseService;
  readonly definition: SinkDefinition;
  readonly #parts: Partial<PublishedSink> & { readonly ports?: Partial<SinkPorts> };
  readonly #directory: string;
  publisher: SinkPublisher;
  #sequence = 0;
  #isFirst = true;

  constructor(
    directory: string,
    definition: SinkDefinition,
    parts: Partial<PublishedSink> & { readonly ports?: Partial<SinkPorts> } = {},
  ) {
    this.#directory = directory;
    this.definition = definition;
    this.#parts = parts;
    this.service = openScratch(directory, 'UTC');
    this.publisher = this.#publisher();
  }

  get nowMs(): number {
    return this.time.wall();
  }

  /** Commits these, at that time. */
  append(device: string, values: Readonly<Record<string, number>>, atMs = this.nowMs): void {
    const quantities = Object.keys(values);
    const ids = this.service.internSeries(quantities.map((quantity) => ({ device, quantity })));
    const samples = ids.map((id, index): Sample => [id, atMs, values[quantities[index] ?? ''] ?? NaN]);
    this.#sequence += 1;
    this.service.appendReadings({ bootId: 'boot', sequence: this.#sequence }, batchOf(samples));
  }

  /** Packs all that is due, so that it leaves the log. */
  pack(): void {
    rollUpAll(this.service, this.nowMs);
    packAll(this.service, this.nowMs);
  }

  /** A beat of the publisher's task; rejects as it does. */
  async beat(signal = new AbortController().signal): Promise<void> {
    const task = this.publisher.task();
    if (!this.#isFirst) this.time.pass(task.periodMs ?? 0);
    this.#isFirst = false;
    await task.run({ clock: this.time, signal, logger: silentLogger, dueMs: this.time.monotonic() });
  }

  async beats(count: number): Promise<void> {
    for (let beat = 0; beat < count; beat += 1) await this.beat();
  }

  /** As after a restart; a crash keeps no mark. */
  async restart(how: 'stop' | 'crash'): Promise<void> {
    if (how === 'stop') await this.publisher.stop();
    this.publisher = this.#publisher();
  }

  #publisher(): SinkPublisher {
    const { ports, ...sink } = this.#parts;
    const clock = this.time;
    const options: OptionValues = Object.fromEntries(
      Object.entries(this.definition.options).flatMap(([name, field]) =>
        field.default === undefined ? [] : [[name, field.default]],
      ),
    );
    const given = {
      id: 'sink-1',
      definition: this.definition,
      only: {},
      backlogRowsPerSecond: 1_000,
      ...sink,
      options: { ...options, ...sink.options },
    };
    return new SinkPublisher(given, {
      clock,
      logger: silentLogger,
      store: asStore(this.service),
      sink: sinkPorts({
        id: given.id,
        clock,
        dataDirectory: this.#directory,
        tables: {
          write: async (place, batch) => await asStore(this.service).call('writeWide', place, batch),
          close: async (path) => await asStore(this.service).call('closeWide', path),
        },
        ...ports,
      }),
      limiter: new TimeLimiter({ clock, alarm: clock }),
      isSource: (id) => id.startsWith('p1'),
    });
  }
}
