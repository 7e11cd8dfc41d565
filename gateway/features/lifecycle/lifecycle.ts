import type { Clock, MonotonicMs } from '../../core/clock.ts';
import type { LiveFeed } from '../../core/live-feed.ts';
import type { Logger } from '../../core/logger.ts';
import type { LivenessBreach } from '../../engine/liveness.ts';
import { StateMachine } from '../../engine/state-machine.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { GatewayState, HealthLine } from './gateway-commands.ts';
import {
  healthMachine,
  lifeMachine,
  linkMachine,
  type LifeInput,
  type LinkInput,
} from './gateway-machine.ts';
import { HealthBoard, worstStatus, type HealthNote, type HealthSource } from './health-board.ts';
import { taskPolicy, type GatewayStates } from './task-policy.ts';

export interface LifecyclePorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly feed: LiveFeed;
  livenessBreaches(): readonly LivenessBreach[];
  /** Told all lines of the health board, every few seconds. */
  notice?(lines: readonly HealthLine[]): void;
  setPolicy(policy: ReturnType<typeof taskPolicy>): void;
}

const lookPeriodMs = 5_000;

/** The gateway as a whole: its three machines, which decide what runs, and its health. */
export class Lifecycle {
  readonly #ports: LifecyclePorts;
  readonly #life = new StateMachine(lifeMachine, 'booting', () => this.#apply());
  readonly #link = new StateMachine(linkMachine, 'unprovisioned', () => this.#apply());
  readonly #health = new StateMachine(healthMachine, 'normal', () => this.#apply());
  readonly #board: HealthBoard;
  readonly #startedMs: number;
  readonly #startedAt: MonotonicMs;
  #breaches: readonly LivenessBreach[] = [];

  constructor(ports: LifecyclePorts, sources: readonly HealthSource[]) {
    this.#ports = ports;
    this.#board = new HealthBoard(ports.clock, [() => this.#breaches.map(breachNote), ...sources]);
    this.#startedMs = ports.clock.wall();
    this.#startedAt = ports.clock.monotonic();
  }

  get states(): GatewayStates {
    return { life: this.#life.state, link: this.#link.state, health: this.#health.state };
  }

  live(input: LifeInput): void {
    this.#life.send(input);
  }

  link(input: LinkInput): void {
    this.#link.send(input);
  }

  /** Checks the liveness contracts, and runs less while one does not hold. */
  watch(): TaskDefinition {
    return {
      name: 'check:liveness',
      group: 'lifecycle',
      priority: 'safety',
      periodMs: lookPeriodMs,
      deadlineMs: 1_000,
      run: () => {
        const before = new Set(this.#breaches.map(keyOf));
        this.#breaches = this.#ports.livenessBreaches();
        for (const breach of this.#breaches) {
          if (before.has(keyOf(breach))) continue;
          this.#ports.logger.error({ ...breach }, 'a liveness contract does not hold');
        }
        this.#health.send(this.#breaches.length > 0 ? 'breached' : 'held');
        // So that a line tells when it began, and not when somebody first looked.
        const lines = this.#board.lines();
        this.#ports.notice?.(lines);
      },
    };
  }

  state(): GatewayState {
    const lines = this.#board.lines();
    return {
      ...this.states,
      status: worstStatus(lines),
      startedMs: this.#startedMs,
      uptimeMs: this.#ports.clock.monotonic() - this.#startedAt,
      lines,
    };
  }

  #apply(): void {
    const states = this.states;
    this.#ports.logger.info(
      { ...states },
      `the gateway is ${states.life}, its link ${states.link}, its health ${states.health}`,
    );
    this.#ports.setPolicy(taskPolicy(states));
    this.#ports.feed.publish({ type: 'gateway', ...states });
  }
}

function keyOf({ task, kind }: LivenessBreach): string {
  return `${task} ${kind}`;
}

function breachNote(breach: LivenessBreach): HealthNote {
  const seconds = Math.round(breach.overdueMs / 1_000);
  const what = {
    late: `has not started for ${seconds} s beyond what its period allows`,
    stuck: `has not returned for ${seconds} s beyond its deadline`,
    broken: 'fails by a fault of the program',
  }[breach.kind];
  return {
    subject: `task:${breach.task}`,
    status: 'failing',
    message: `task ${breach.task} ${what}`,
    hint: 'a restart helps; please report the log lines around it',
  };
}
