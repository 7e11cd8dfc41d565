import type { SecurityEvent, StoredClientKey } from '../../gateway/storage/access-calls.ts';
import type { TelemetryBatch, TelemetryStatus } from '../../gateway/storage/telemetry-calls.ts';
import type { AuditLine, StoreCalls, StoredToken } from '../../gateway/storage/store-calls.ts';

/** The database's calls over maps and arrays, with the same contract; `failing` makes every call fail. */
export class MemoryStore {
  readonly tokens = new Map<string, StoredToken>();
  readonly keys = new Map<string, StoredClientKey>();
  readonly audit: AuditLine[] = [];
  readonly security: SecurityEvent[] = [];
  calls = 0;
  failing: Error | undefined;

  call<Name extends keyof StoreCalls>(
    name: Name,
    ...parameters: Parameters<StoreCalls[Name]>
  ): Promise<ReturnType<StoreCalls[Name]>> {
    this.calls += 1;
    if (this.failing !== undefined) return Promise.reject(this.failing);
    const answer = (this.#calls[name] as (...values: unknown[]) => unknown)(...parameters);
    return Promise.resolve(answer as ReturnType<StoreCalls[Name]>);
  }

  readonly #calls: Partial<StoreCalls> & Record<string, unknown> = {
    addToken: (token: StoredToken) => void this.tokens.set(token.id, token),
    listTokens: () => [...this.tokens.values()],
    removeToken: (id: string) => this.tokens.delete(id),
    addClientKey: (key: StoredClientKey) => void this.keys.set(key.id, key),
    listClientKeys: () => [...this.keys.values()],
    removeClientKey: (id: string) => this.keys.delete(id),
    noteClientKeyUse: (id: string, usedMs: number) => {
      const key = this.keys.get(id);
      if (key !== undefined) this.keys.set(id, { ...key, usedMs });
    },
    noteSecurityEvent: ({ atMs, count = 1, ...event }: Parameters<StoreCalls['noteSecurityEvent']>[0]) =>
      void this.security.push({ ...event, firstMs: atMs, lastMs: atMs, count }),
    listSecurityEvents: ({ rowsMax }: { rowsMax: number }) => this.security.toReversed().slice(0, rowsMax),
    addAuditLine: (line: AuditLine) => void this.audit.push(line),
    listAuditLines: ({ beforeMs, rowsMax }: { beforeMs: number; rowsMax: number }) =>
      this.audit
        .filter((line) => line.atMs < beforeMs)
        .toReversed()
        .slice(0, rowsMax),
    getSetting: () => undefined,
    telemetryStatus: () => telemetryStatus,
    telemetryBatches: ({ after }: { after: number }) => (after === 0 ? [telemetryBatch] : []),
    putSetting: () => undefined,
    addHistory: () => ({ added: 0, known: 0, differing: 0, tooOld: 0, tooNew: 0, differences: [] }),
    latestTexts: () => [],
    listTexts: () => ({ rows: [] }),
    putTexts: () => undefined,
    listSeries: () => [
      { id: 1, device: 'inverter', quantity: 'grid_power_w' },
      { id: 2, device: 'inverter', quantity: 'battery_soc_pct' },
    ],
    latestReadings: () => [{ series: 1, atMs: 1_767_225_595_000, value: -1234.5, quality: 'good' }],
    rawRange: ({ fromMs, rowsMax }: { fromMs: number; rowsMax: number }) => ({
      rows: Array.from({ length: Math.min(rowsMax, 3) }, (_, index) => ({
        atMs: fromMs + index * 1000,
        value: index === 1 ? null : index + 0.5,
        quality: index === 1 ? 'missing' : 'good',
      })),
      ...(rowsMax < 3 ? { nextFromMs: fromMs + rowsMax * 1000 } : {}),
    }),
    rollupRange: ({ fromMs }: { fromMs: number }) => ({
      rows: [
        {
          startMs: fromMs,
          endMs: fromMs + 60_000,
          min: 1,
          max: 3,
          mean: 2,
          last: 3,
          anyOn: true,
          n: 6,
          bad: 0,
        },
      ],
    }),
    countEnergy: () => ({ slots: 0, remaining: false }),
    energyRange: ({ fromMs }: { fromMs: number }) => ({
      series: Uint32Array.of(1),
      startMs: Float64Array.of(fromMs),
      mwh: Float64Array.of(250_000),
      negativeMwh: Float64Array.of(0),
      estimatedMwh: Float64Array.of(0),
      coveredMs: Float64Array.of(900_000),
      restarts: Uint32Array.of(0),
      lateReadings: 0,
    }),
    databaseStatus: () => ({
      path: '/data/egw.db',
      schemaVersion: 1,
      epoch: 1,
      commits: 10,
      readings: 550,
      fileBytes: 1_234_567,
      walBytes: 0,
      synchronous: 'full',
      oldestMs: 1_767_200_000_000,
      newestMs: 1_767_225_595_000,
      quotaBytes: 4_294_967_296,
      usedBytes: 1_200_000,
      freeBytes: 20_000_000_000,
      ballastBytes: 8_388_608,
      mode: 'ok',
      gaps: 0,
      gapReadings: 0,
    }),
  };
}

/** One batch that is kept. */
const telemetryBatch: TelemetryBatch = {
  epoch: '00112233445566aa',
  from: 1,
  to: 2,
  count: 3,
  before: '0'.repeat(64),
  head: 'a'.repeat(64),
  signature: 'b'.repeat(86),
  sealedMs: 1_767_225_600_000,
  records: Uint8Array.from(Buffer.from('[{"kind":"epoch"},{"kind":"readings"}]')),
};
const telemetryStatus: TelemetryStatus = {
  place: { epoch: '00112233445566aa', sequence: 2, head: 'a'.repeat(64) },
  ...{ batches: 1, readings: 3, bytes: 400, readingsSealed: 3, readingsDropped: 0 },
  ...{ oldest: 1, chainsBefore: [], commitsWaiting: 0 },
};
