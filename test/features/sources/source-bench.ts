import { GatewayError } from '../../../gateway/core/errors.ts';
import type { HttpClient } from '../../../gateway/core/http.ts';
import { createLiveFeed, type LiveEvent } from '../../../gateway/core/live-feed.ts';
import { silentLogger, type Logger } from '../../../gateway/core/logger.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { noSerialLines } from '../../../gateway/core/serial-lines.ts';
import { Scheduler } from '../../../gateway/engine/scheduler.ts';
import { SecretFile } from '../../../gateway/features/sources/secret-file.ts';
import { SourceFleet } from '../../../gateway/features/sources/source-fleet.ts';
import { TextBook } from '../../../gateway/features/sources/text-book.ts';
import type { SourceSetting } from '../../../gateway/features/sources/watched-source.ts';
import type {
  SourceAnswer,
  SourceDefinition,
  SourcePace,
  SourcePorts,
} from '../../../gateway/io/sources/source.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { SimulatedDisk } from '../../../sim/simulated-disk.ts';
import { MemoryStore } from '../../faces/memory-store.ts';

/** What a scripted source does when it is asked. */
export type Script = (ports: SourcePorts, signal: AbortSignal) => Promise<SourceAnswer>;

export interface ScriptedSource {
  readonly id: string;
  readonly script: Script;
  readonly periodMs: number;
  readonly pace?: Partial<SourcePace>;
  readonly lane?: string;
  /** Whether its button was pressed. */
  readonly pair?: (signal: AbortSignal) => Promise<boolean>;
  readonly lateHint?: string;
  readonly setting?: Partial<SourceSetting>;
}

interface Taken {
  readonly device: string;
  readonly atMs: number;
  readonly values: readonly { readonly quantity: string; readonly value: number; readonly quality: string }[];
}

export const startMs = Date.UTC(2026, 2, 27, 9);
export const one: SourceAnswer = { values: [{ quantity: 'grid_power_w', value: 1 }], texts: [] };

/** The feature over a scheduler in virtual time; sources, memory and files are made up and outlive a restart. */
export class SourceBench {
  readonly clock = new SimulatedClock(startMs);
  readonly store = new SettingStore();
  readonly disk = new SimulatedDisk();
  readonly taken: Taken[] = [];
  readonly lines: string[] = [];
  /** Of what is drawn at the first start. */
  seed = 1;
  readonly feed = createLiveFeed();
  readonly events: LiveEvent[] = [];
  /** By source: when it was asked, ms since the start. */
  readonly asked = new Map<string, number[]>();
  readonly requests: string[] = [];
  /** What every request fails with. */
  outage: GatewayError | undefined;
  readonly #sources: readonly ScriptedSource[];
  fleet!: SourceFleet;
  scheduler!: Scheduler;

  constructor(...sources: readonly ScriptedSource[]) {
    this.#sources = sources;
    this.feed.subscribe((event) => this.events.push(event));
  }

  async start(): Promise<this> {
    const { clock } = this;
    const logger = this.#logger();
    const scheduler = new Scheduler({ clock, alarm: clock, random: seededRandom(1), logger: silentLogger });
    const definitions = this.#sources.map((source) => this.#definitionOf(source));
    this.scheduler = scheduler;
    this.fleet = new SourceFleet(definitions, this.#sources.map(settingOf), [], {
      clock,
      logger,
      random: seededRandom(this.seed),
      store: this.store,
      texts: new TextBook(this.store, this.feed),
      feed: this.feed,
      take: (device, values, { atMs }) => {
        this.taken.push({ device, atMs: atMs - startMs, values });
        return Promise.resolve();
      },
      outside: {
        http: this.#http(),
        network: { connectTcp: () => Promise.reject(new GatewayError('host_unresolved', 'none')) },
        serial: noSerialLines,
        work: { run: () => Promise.reject(new GatewayError('worker_crashed', 'none')) },
        zone: 'Europe/Paris',
      },
      secrets: new SecretFile('/data/source-secrets.json', new Set(this.#sources.map(({ id }) => id)), {
        disk: this.disk,
        logger,
      }),
      submit: (task) => scheduler.submit(task),
      runAt: (name, atMs) => void scheduler.reschedule(name, atMs),
      commitSoon: () => undefined,
    });
    scheduler.start();
    await this.fleet.start();
    return this;
  }

  async stop(): Promise<void> {
    const stopping = this.scheduler.drain(1_000);
    this.fleet.close();
    await this.clock.advance(5_000);
    await stopping;
  }

  /** When it was asked, in seconds since the start. */
  askedSeconds(id: string): readonly number[] {
    return (this.asked.get(id) ?? []).map((atMs) => Math.round(atMs / 1_000));
  }

  #http(): HttpClient {
    return {
      request: (request) => {
        if (this.outage !== undefined) return Promise.reject(this.outage);
        this.requests.push(request.url);
        return Promise.resolve({ status: 200, headers: {}, body: new Uint8Array() });
      },
    };
  }

  #definitionOf({ id, script, periodMs, pace, lane, pair, lateHint }: ScriptedSource): SourceDefinition {
    return {
      id: `kind-of-${id}`,
      title: id,
      source: 'This page',
      options: {},
      pace: { periodMs, periodMsMin: 10_000, timeoutMs: 20_000, ...pace },
      ...(lateHint !== undefined && { lateHint }),
      lane: () => lane ?? id,
      open: (_options, ports) => ({
        ...(pair !== undefined && { pair }),
        read: async (signal) => {
          const times = this.asked.get(id) ?? [];
          times.push(this.clock.monotonic());
          this.asked.set(id, times);
          return await script(ports, signal);
        },
      }),
    };
  }

  #logger(): Logger {
    const keep =
      (level: string) =>
      (_facts: unknown, message: string): void =>
        void this.lines.push(`${level} ${message}`);
    const logger: Logger = {
      debug: keep('debug'),
      info: keep('info'),
      warn: keep('warn'),
      error: keep('error'),
      child: () => logger,
    };
    return logger;
  }
}

/** Settings and texts that a restart finds again. */
class SettingStore extends MemoryStore {
  readonly settings = new Map<string, string>();
  readonly texts: unknown[] = [];
  isBroken = false;

  override call: MemoryStore['call'] = (name, ...parameters) => {
    if (this.isBroken) return Promise.reject(new GatewayError('storage_failed', 'the disk is gone'));
    const [first, second] = parameters as unknown as [string, string];
    const answers: Readonly<Record<string, () => unknown>> = {
      getSetting: () => this.settings.get(first),
      putSetting: () => void this.settings.set(first, second),
      latestTexts: () => this.texts,
      putTexts: () => void this.texts.push(...(first as unknown as unknown[])),
    };
    return Promise.resolve(answers[name]?.() as never);
  };
}

function settingOf({ id, periodMs, setting }: ScriptedSource): SourceSetting {
  return { id, kind: `kind-of-${id}`, periodMs, enabled: true, options: {}, missingSecrets: [], ...setting };
}

/** One that never answers, and ends when its signal fires. */
export const hangs: Script = async (_ports, signal) =>
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new GatewayError('connection_timeout', 'no answer')));
  });

/** One that fails always. */
export function fails(...error: ConstructorParameters<typeof GatewayError>): Script {
  return () => Promise.reject(new GatewayError(...error));
}
