import { silentLogger } from '../../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../../gateway/faces/commands/dispatcher.ts';
import {
  createTempo,
  type Tempo,
  type TempoSettings,
} from '../../../../gateway/features/grid/tempo/tempo.ts';
import { callStore } from '../../../../gateway/storage/call-store.ts';
import type { DatabaseService } from '../../../../gateway/storage/database-service.ts';
import type { StoreCalls } from '../../../../gateway/storage/store-calls.ts';
import { ManualTime } from '../../../faces/manual-time.ts';
import { openScratch } from '../../../storage/scratch.ts';

const usual: TempoSettings = {
  settings: { kind: 'tempo' },
  source: 'tempo',
  hasServer: false,
  since: undefined,
  priceFile: undefined,
  siteZone: 'Europe/Paris',
  spotPrices: () => [],
};

/** Colours and prices on a database of its own, asked as faces ask. */
export class TempoBench {
  readonly time = new ManualTime();
  readonly wanted: (readonly string[])[] = [];
  readonly #directory: string;
  #service: DatabaseService;
  #tempo: Tempo;
  #ask: ReturnType<typeof createDispatcher>;
  news = 0;

  constructor(directory: string, atText: string, settings: Partial<TempoSettings> = {}) {
    this.#directory = directory;
    this.at(atText);
    this.#service = openScratch(directory);
    ({ tempo: this.#tempo, ask: this.#ask } = this.#open(settings));
  }

  get tempo(): Tempo {
    return this.#tempo;
  }

  get service(): DatabaseService {
    return this.#service;
  }

  /** Sets the clock. */
  at(text: string): void {
    this.time.stepWall(Date.parse(text) - this.time.wall());
  }

  /** As a gateway that stops and starts. */
  async restart(settings: Partial<TempoSettings> = {}): Promise<void> {
    this.close();
    this.#service = openScratch(this.#directory);
    ({ tempo: this.#tempo, ask: this.#ask } = this.#open(settings));
    await this.#tempo.restore();
  }

  close(): void {
    this.#service.close();
  }

  async ask(id: string, input: Readonly<Record<string, unknown>> = {}): Promise<Record<string, never>> {
    const principal = { kind: 'token', id: 'token:7', scopes: new Set(['read', 'admin'] as const) } as const;
    const call = { principal, signal: new AbortController().signal, origin: '127.0.0.1' };
    return (await this.#ask.dispatch(id, { ...input }, call)) as Record<string, never>;
  }

  #open(settings: Partial<TempoSettings>): { tempo: Tempo; ask: ReturnType<typeof createDispatcher> } {
    const service = this.#service;
    const store = {
      call: async <Name extends keyof StoreCalls>(name: Name, ...given: Parameters<StoreCalls[Name]>) =>
        await Promise.resolve(callStore(service, name, given)),
    };
    const clock = this.time;
    const ports = {
      ...{ clock, logger: silentLogger, store, disk: { readText: () => undefined } },
      want: (firstDays: readonly string[]) => void this.wanted.push(firstDays),
      news: () => void (this.news += 1),
    };
    const tempo = createTempo(ports, { ...usual, ...settings });
    const parts = { audit: store, clock, logger: silentLogger, checkOutput: true };
    return { tempo, ask: createDispatcher(tempo.commands, parts) };
  }
}
