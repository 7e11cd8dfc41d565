import type { Clock } from '../../core/clock.ts';
import { describeError, errorCodeOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { StorePort } from '../store-port.ts';
import type { Alerts } from './alerts.ts';
import type { Deliveries } from './deliveries.ts';

export interface TellingPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StorePort<'pruneAlerts'>;
  readonly alerts: Pick<Alerts, 'load'>;
  readonly deliveries: Pick<Deliveries, 'beat' | 'load'>;
  readonly isTimeKnown: () => boolean;
}

const beatMs = 5_000;
const hourMs = 3_600_000;
const keptMs = 400 * 24 * hourMs;
/** Steps of one run; what is left has another hour. */
const pruneStepsMax = 100;

/** What keeps alerts going: in every mode of the gateway, and without a link to anywhere. */
export class TellPeople {
  readonly #ports: TellingPorts;

  constructor(ports: TellingPorts) {
    this.#ports = ports;
  }

  tasks(): readonly TaskDefinition[] {
    const tell: TaskDefinition = {
      name: 'tell:people',
      group: 'alerts',
      priority: 'safety',
      periodMs: beatMs,
      deadlineMs: 60_000,
      run: async () => {
        // What is in memory alone goes out though nothing can be read.
        this.#ports.deliveries.beat();
        await this.#load();
        this.#ports.deliveries.beat();
      },
    };
    const prune: TaskDefinition = {
      name: 'prune:alerts',
      group: 'alerts',
      priority: 'housekeeping',
      periodMs: hourMs,
      offsetMs: 55_000,
      deadlineMs: 60_000,
      run: async ({ signal }) => await this.#prune(signal),
    };
    return [tell, prune];
  }

  /** What an earlier life has left; where it cannot be read, the task does it later. Never throws. */
  async start(): Promise<void> {
    try {
      await this.#load();
    } catch (error) {
      const code = errorCodeOf(error) ?? 'unexpected';
      this.#ports.logger.warn({ code }, `alerts are taken up later: ${describeError(error)}`);
    }
  }

  async #load(): Promise<void> {
    await this.#ports.alerts.load();
    await this.#ports.deliveries.load();
  }

  async #prune(signal: AbortSignal): Promise<void> {
    const { clock, store, isTimeKnown } = this.#ports;
    if (!isTimeKnown()) return;
    const beforeMs = clock.wall() - keptMs;
    for (let steps = 0; steps < pruneStepsMax && !signal.aborted; steps += 1)
      if ((await store.call('pruneAlerts', beforeMs)) === 0) return;
  }
}
