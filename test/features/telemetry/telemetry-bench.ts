import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { TimeLimiter } from '../../../gateway/engine/time-limit.ts';
import { createSchemaChecks } from '../../../gateway/faces/commands/schema-check.ts';
import { parsePublicKey } from '../../../gateway/features/public-key.ts';
import type { SecurityNote } from '../../../gateway/features/security-events.ts';
import { ackReader } from '../../../gateway/features/telemetry/read-ack.ts';
import { StateMessages } from '../../../gateway/features/telemetry/state-messages.ts';
import { TelemetrySealer } from '../../../gateway/features/telemetry/telemetry-sealer.ts';
import type { TelemetryUplink } from '../../../gateway/features/telemetry/telemetry-uplink.ts';
import { UplinkSender } from '../../../gateway/features/telemetry/uplink-sender.ts';
import type { UplinkDefinition, UplinkMessage } from '../../../gateway/io/uplinks/uplink.ts';
import type { TaskDefinition } from '../../../gateway/engine/task.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { TelemetryStatus } from '../../../gateway/storage/telemetry-calls.ts';
import { CloudBackend } from '../../../modbus-sim/services/cloud-backend.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { loopbackNetwork } from '../../io/loopback-network.ts';
import { testIdentity } from '../../io/uplinks/test-identity.ts';
import { batchOf, openScratch, packAll, rollUpAll, type Sample } from '../../storage/scratch.ts';
import { asStore } from '../../storage/upkeep/history.ts';

/** How the way to the stub backend is. */
export type Road =
  /** Messages arrive, and their answers come back. */
  | 'open'
  /** Nothing arrives. */
  | 'cut'
  /** Messages arrive, and the answers are lost. */
  | 'deaf'
  /** Messages arrive, and are answered when the test says so. */
  | 'slow';

/** A database, a sealer and a sender before a stub backend, in time that only a test lets pass. */
export class TelemetryBench {
  readonly time = new ManualTime();
  readonly identity = testIdentity(1, this.time);
  readonly backend: CloudBackend;
  readonly security: SecurityNote[] = [];
  readonly received: unknown[] = [];
  readonly sent: UplinkMessage[] = [];
  service: DatabaseService;
  sealer: TelemetrySealer;
  sender: UplinkSender;
  states: StateMessages;
  road: Road = 'open';
  state: Record<string, string> = { life: 'running' };
  /** Readings that were committed. */
  readonly appended: string[] = [];
  readonly #directory: string;
  readonly #uplink: Partial<TelemetryUplink>;
  #late: Uint8Array[] = [];
  #receive: (message: Uint8Array) => void = () => undefined;
  #isUp = false;
  #sequence = 0;
  #boot = 0;

  constructor(directory: string, uplink: Partial<TelemetryUplink> = {}, backend = new CloudBackend(7)) {
    this.#directory = directory;
    this.#uplink = uplink;
    this.backend = backend;
    this.service = openScratch(directory, 'UTC');
    [this.sealer, this.states, this.sender] = this.#begin();
  }

  get gateway(): string {
    return this.identity.gatewayId;
  }

  get shelf(): ReturnType<CloudBackend['shelfOf']> {
    return this.backend.shelfOf(this.gateway);
  }

  get status(): TelemetryStatus {
    return this.service.telemetryStatus();
  }

  /** Commits so many readings now. */
  append(count = 10): void {
    const [id = 0] = this.service.internSeries([{ device: 'meter', quantity: 'grid_power_w' }]);
    const samples = Array.from({ length: count }, (_, index): Sample => {
      const atMs = this.time.wall() + index;
      this.appended.push(`meter grid_power_w ${atMs} ${this.appended.length}`);
      return [id, atMs, this.appended.length - 1];
    });
    this.#sequence += 1;
    this.service.appendReadings({ bootId: `boot-${this.#boot}`, sequence: this.#sequence }, batchOf(samples));
  }

  pack(): void {
    rollUpAll(this.service, this.time.wall());
    packAll(this.service, this.time.wall());
  }

  /** One beat of each task; answers what the sender's failed with. */
  async beat(passMs = 2_000): Promise<unknown> {
    this.time.pass(passMs);
    await this.#run(this.sealer.task());
    await this.#run(this.states.task());
    try {
      await this.#run(this.sender.task());
      return undefined;
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
  }

  async beats(count: number, each: () => void = () => undefined): Promise<void> {
    for (let beat = 0; beat < count; beat += 1) {
      each();
      await this.beat();
    }
  }

  /** Answers that were held back. */
  answerLate(): void {
    for (const message of this.#late.splice(0)) this.#receive(message);
  }

  say(message: unknown): void {
    this.#receive(Buffer.from(JSON.stringify(message)));
  }

  /** Ends and begins anew on the same database; a crash keeps no mark. */
  async restart(how: 'stop' | 'crash'): Promise<void> {
    if (how === 'stop') await this.sender.stop();
    this.service.close();
    this.service = openScratch(this.#directory, 'UTC');
    this.#boot += 1;
    [this.sealer, this.states, this.sender] = this.#begin();
  }

  async close(): Promise<void> {
    await this.sender.stop();
    this.service.close();
  }

  async #run(task: TaskDefinition): Promise<void> {
    const { signal } = new AbortController();
    await task.run({ clock: this.time, signal, logger: silentLogger, dueMs: this.time.monotonic() });
  }

  #begin(): [TelemetrySealer, StateMessages, UplinkSender] {
    const { time: clock, identity } = this;
    const store = asStore(this.service);
    this.#isUp = false;
    const shared = { clock, logger: silentLogger, store, identity, isOnline: () => this.#isUp };
    const sealer = new TelemetrySealer({
      ...shared,
      bootId: `boot-${this.#boot}`,
      version: '1.0.0',
      newEpoch: () => `00112233445566${String(this.#boot).padStart(2, '0')}`,
      sealed: () => undefined,
    });
    const states = new StateMessages({
      ...shared,
      state: () => this.state,
      everyMs: 300_000,
      changed: () => undefined,
    });
    const nobody = (): Promise<never> => Promise.reject(new GatewayError('connection_refused', 'nobody'));
    const sender = new UplinkSender(this.#uplinkOf(), {
      ...shared,
      uplink: {
        clock,
        logger: silentLogger,
        http: { request: nobody },
        network: loopbackNetwork,
        identity,
      },
      limiter: new TimeLimiter({ clock, alarm: clock }),
      version: '1.0.0',
      security: { note: (event) => void this.security.push(event) },
      readAck: ackReader(createSchemaChecks()),
      issuerKey: () => undefined,
      hasIssuers: () => false,
      sealed: () => sealer.place,
      states,
      receive: (message) => void this.received.push(JSON.parse(Buffer.from(message).toString())),
      wake: () => undefined,
      turned: () => void (this.#isUp = sender.isUp),
    });
    return [sealer, states, sender];
  }

  #uplinkOf(): TelemetryUplink {
    const ackKey = parsePublicKey(this.backend.ackKey);
    const definition = this.#definition();
    return {
      id: 'cloud',
      definition,
      options: {},
      ackKey,
      backlogReadingsPerSecond: 100_000,
      ...this.#uplink,
    };
  }

  #definition(): UplinkDefinition {
    return {
      id: 'stub',
      title: 'Stub',
      source: 'none',
      options: {},
      bodyBytesMax: 100_000,
      timeoutMs: 10_000,
      helloMs: 30_000,
      open: (_options, ports) => {
        this.#receive = ports.receive;
        if (this.road === 'cut') return Promise.reject(gone());
        return Promise.resolve({
          isOpen: true,
          send: async (message) => await this.#deliver(message),
          close: () => Promise.resolve(),
        });
      },
    };
  }

  async #deliver(message: UplinkMessage): Promise<void> {
    await Promise.resolve();
    if (this.road === 'cut') throw gone();
    this.sent.push(message);
    const { status, messages, detail } = this.backend.handle(
      Buffer.from(message.body).toString(),
      this.time.wall(),
    );
    if (this.road === 'deaf') throw gone();
    if (status === 413) throw new GatewayError('request_too_large', 'too large');
    if (status !== 200) {
      const facts = { status, ...(status === 422 && { isOfMessage: true }) };
      throw new GatewayError(status === 429 ? 'rate_limited' : 'uplink_refused', detail ?? 'refused', {
        facts,
      });
    }
    const answers = messages.map((one) => Buffer.from(JSON.stringify(one)));
    if (this.road === 'slow') this.#late.push(...answers);
    else for (const answer of answers) this.#receive(answer);
  }
}

function gone(): GatewayError {
  return new GatewayError('connection_closed', 'the way is cut');
}
