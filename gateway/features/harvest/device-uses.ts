import type { Lane } from '../../engine/lane.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import { GatewayError } from '../../core/errors.ts';
import type { RegisterAccess } from '../../io/transports/transport.ts';
import type { DeviceUse } from '../device-access.ts';

interface UsePorts {
  submit(task: TaskDefinition): void;
  cancel(taskName: string): void;
}

/** What is done with one device besides reading it: commands, questions of people, other masters. */
export class DeviceUses {
  readonly #device: string;
  readonly #registers: RegisterAccess;
  readonly #ports: UsePorts;
  /** By task name: how to tell the caller that it will never run. */
  readonly #pending = new Map<string, (error: GatewayError) => void>();
  #isClosed = false;
  #count = 0;

  constructor(device: string, registers: RegisterAccess, ports: UsePorts) {
    this.#device = device;
    this.#registers = registers;
    this.#ports = ports;
  }

  /** See `DeviceAccess.use`. */
  async run<Result>(
    lane: Lane,
    how: DeviceUse,
    work: (registers: RegisterAccess, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (this.#isClosed) throw this.#closedError();
    this.#count += 1;
    const taskName = `${how.name}#${this.#count}`;
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#pending.set(taskName, reject);
    try {
      this.#ports.submit({
        name: taskName,
        group: 'use',
        priority: how.priority,
        lane,
        deadlineMs: how.deadlineMs,
        // Never throws: the caller has the error, and what is asked once does not come again by itself.
        run: async ({ signal }) => {
          try {
            resolve(await work(this.#registers, signal));
          } catch (error) {
            reject(error instanceof Error ? error : new GatewayError('internal_error', String(error)));
          }
        },
      });
      return await promise;
    } finally {
      this.#pending.delete(taskName);
    }
  }

  /** What has not run never will: its callers get `stopping`. */
  close(): void {
    this.#isClosed = true;
    for (const [taskName, reject] of this.#pending) {
      reject(this.#closedError());
      this.#ports.cancel(taskName);
    }
  }

  #closedError(): GatewayError {
    return new GatewayError('stopping', `device ${this.#device} is not asked any more`);
  }
}
