import { GatewayError } from '../../core/errors.ts';
import type { TaskDefinition } from '../../engine/task.ts';

/** Work that a caller waits for, run by the scheduler once and one at a time. */
export class AskedTask {
  readonly #name: string;
  readonly #submit: (task: TaskDefinition) => void;
  #reject: ((error: GatewayError) => void) | undefined;

  /** @param name verb and object: `scan:network` */
  constructor(name: string, submit: (task: TaskDefinition) => void) {
    this.#name = name;
    this.#submit = submit;
  }

  /**
   * The signal that the work gets fires when the caller's does, at the deadline, and when the gateway stops.
   * Errors: `rate_limited` while another runs, `stopping`, and what the work rejects with.
   */
  async run<Result>(
    outer: AbortSignal,
    deadlineMs: number,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (this.#reject !== undefined) {
      throw new GatewayError('rate_limited', 'devices are being looked for already', {
        hint: 'wait until that is done',
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#reject = reject;
    try {
      this.#submit({
        name: this.#name,
        group: 'discovery',
        priority: 'housekeeping',
        deadlineMs,
        run: async ({ signal }) => {
          try {
            resolve(await work(AbortSignal.any([signal, outer])));
          } catch (error) {
            reject(error instanceof Error ? error : new GatewayError('deadline_exceeded', String(error)));
          }
        },
      });
      return await promise;
    } finally {
      this.#reject = undefined;
    }
  }

  /** What has not begun never will: its caller gets `stopping`. */
  close(): void {
    this.#reject?.(new GatewayError('stopping', 'the gateway stops'));
  }
}
