import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { HttpClient } from '../../core/http.ts';
import { Lane } from '../../engine/lane.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { SourceDefinition, SourcePorts } from '../../io/sources/source.ts';
import { pairSource, type PairState } from './pair-source.ts';
import { readSource, sourceTaskName, type ReadPorts } from './read-source.ts';
import type { SecretFile } from './secret-file.ts';
import { sourceNotes, type SourceNote, type UnreadSource } from './source-health.ts';
import { SourceLedger, type LedgerPorts } from './source-ledger.ts';
import { installationNumber, spreadOffsetMs, type SpreadPorts } from './source-spread.ts';
import { WatchedSource, type SourceSetting, type WatchPorts } from './watched-source.ts';

/** What is outside of the gateway, as sources use it. */
export type SourceOutside = Pick<SourcePorts, 'http' | 'network' | 'serial' | 'services' | 'work' | 'zone'>;

export interface FleetPorts extends ReadPorts, LedgerPorts, SpreadPorts, Pick<WatchPorts, 'feed'> {
  readonly outside: SourceOutside;
  readonly secrets: SecretFile;
  submit(task: TaskDefinition): void;
}

/** Those that are not read because of what is said of them. */
export type Quarantined = Omit<UnreadSource, 'state'>;

/** The sources that are configured: each is read by a task of its own, and none waits for another. */
export class SourceFleet {
  readonly #ports: FleetPorts;
  readonly #sources = new Map<string, WatchedSource>();
  readonly #unread: UnreadSource[];
  readonly #lanes = new Map<string, Lane>();

  /** Opens them; nothing is asked yet. */
  constructor(
    definitions: readonly SourceDefinition[],
    settings: readonly SourceSetting[],
    quarantined: readonly Quarantined[],
    ports: FleetPorts,
  ) {
    this.#ports = ports;
    this.#unread = quarantined.map((source) => ({ ...source, state: 'quarantined' }));
    for (const setting of settings) {
      const definition = definitions.find(({ id }) => id === setting.kind);
      if (definition === undefined) this.#skip(setting, 'its kind is not built in', 'use a complete build');
      else this.#open(setting, definition);
    }
  }

  /** Begins to read. Errors: those of the store. */
  async start(): Promise<void> {
    await this.#ports.texts.restore();
    const sources = this.sources();
    const isSpread = sources.some(({ definition }) => definition.pace.spreadMs !== undefined);
    const installation = isSpread ? await installationNumber(this.#ports) : 0;
    for (const source of sources) {
      await source.restore();
      const { definition, setting } = source;
      const windowMs = Math.min(definition.pace.spreadMs ?? 0, setting.periodMs);
      const offsetMs = spreadOffsetMs(installation, source.id, windowMs);
      this.#ports.submit(readSource(source, this.#ports, offsetMs));
    }
  }

  /** Ends their connections; who waits for a reading gets `stopping`. */
  close(): void {
    for (const source of this.#sources.values()) source.close();
  }

  /** In the order of the configuration. */
  sources(): readonly WatchedSource[] {
    return [...this.#sources.values()];
  }

  unread(): readonly UnreadSource[] {
    return this.#unread;
  }

  lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  notes(): readonly SourceNote[] {
    const facts = this.sources().map((source) => ({
      id: source.id,
      periodMs: source.setting.periodMs,
      silentMs: source.silentMs,
      error: source.error,
    }));
    return sourceNotes(facts, this.#unread);
  }

  /**
   * Reads one now. Errors: `rate_limited` when it must be left alone still, with `facts.retryAfterMs`; `not_found`;
   * `stopping`; what the reading failed with.
   */
  async readNow(id: string, signal: AbortSignal): Promise<void> {
    const source = this.#sources.get(id);
    if (source === undefined) throw this.unknown(id);
    const waitMs = Math.ceil(source.waitMs);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000);
      throw new GatewayError('rate_limited', `source ${id} may be asked again in ${seconds} s`, {
        hint: 'it is read by itself then',
        facts: { retryAfterMs: waitMs },
      });
    }
    const ended = source.nextEnd(signal);
    this.#ports.runAt(sourceTaskName(id), this.#ports.clock.monotonic());
    await ended;
    if (source.error !== undefined) throw source.error;
  }

  /** Asks one to let us in, and reads it when it does. Errors: `not_found`, and those of `pairSource`. */
  async pair(id: string, time: Parameters<typeof pairSource>[1], signal: AbortSignal): Promise<PairState> {
    const source = this.#sources.get(id);
    if (source === undefined) throw this.unknown(id);
    const state = await pairSource(source, time, signal);
    if (state === 'waiting') return state;
    await source.release();
    this.#ports.runAt(sourceTaskName(id), this.#ports.clock.monotonic());
    return state;
  }

  /** Says which there are, or why this one is not read. */
  unknown(id: string): GatewayError {
    const unread = this.#unread.find((source) => source.id === id);
    if (unread !== undefined)
      return new GatewayError('not_found', `source ${id} is not read: ${unread.reason}`, {
        hint: unread.hint,
      });
    const ids = [...this.#sources.keys(), ...this.#unread.map((source) => source.id)];
    return new GatewayError('not_found', `there is no source ${JSON.stringify(id)}`, {
      hint: ids.length === 0 ? 'none is configured' : `there are: ${ids.join(', ')}`,
    });
  }

  #open(setting: SourceSetting, definition: SourceDefinition): void {
    const { id, options, missingSecrets } = setting;
    if (!setting.enabled) {
      this.#leave(setting, 'disabled', 'it is switched off', 'set enabled: true to read it');
      return;
    }
    if (missingSecrets.length > 0) {
      const secrets = missingSecrets.join(', ');
      this.#skip(setting, `it has no ${secrets}`, `give ${secrets} in the configuration or the environment`);
      return;
    }
    const ledger = new SourceLedger(id, this.#ports);
    try {
      const reader = definition.open(options, this.#portsOf(id, definition, ledger));
      const lane = this.#laneOf(definition.lane(options));
      this.#sources.set(id, new WatchedSource({ setting, definition, reader, lane, ledger }, this.#ports));
    } catch (error) {
      const hint = error instanceof GatewayError ? error.hint : undefined;
      const what = error instanceof GatewayError ? error.message : describeError(error);
      const code = errorCodeOf(error) ?? 'unexpected';
      this.#ports.logger.warn({ source: id, code, error }, `source ${id} is not read: ${what}`);
      this.#skip(setting, what, hint ?? 'correct it in the configuration');
    }
  }

  #portsOf(id: string, { pace }: SourceDefinition, ledger: SourceLedger): SourcePorts {
    const { outside, clock, logger, secrets } = this.#ports;
    const counted: HttpClient =
      pace.requestsPerDay === undefined ? outside.http : ledger.counting(outside.http, pace.requestsPerDay);
    const http = ledger.honouring(counted);
    return { ...outside, http, id, clock, logger: logger.child({ source: id }), secrets: secrets.of(id) };
  }

  #laneOf(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const made = new Lane(name);
    this.#lanes.set(name, made);
    return made;
  }

  #skip(setting: SourceSetting, reason: string, hint: string): void {
    this.#leave(setting, 'skipped', reason, hint);
  }

  #leave(
    { id, kind, name }: SourceSetting,
    state: UnreadSource['state'],
    reason: string,
    hint: string,
  ): void {
    this.#unread.push({ id, kind, state, reason, hint, ...(name !== undefined && { name }) });
  }
}
