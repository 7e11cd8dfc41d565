import { describeError, errorCodeOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';

/** Whether jobs can be written down now: told of once when it begins, and once when it is over. */
export class StoreTrouble {
  readonly #logger: Logger;
  #reason: string | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get isNow(): boolean {
    return this.#reason !== undefined;
  }

  /** Why not; undefined while it can. */
  get reason(): string | undefined {
    return this.#reason;
  }

  over(): void {
    if (this.#reason !== undefined) this.#logger.info({}, 'jobs can be written down again');
    this.#reason = undefined;
  }

  /** Writes, and hears how that went. Errors: those of the work. */
  async heard<Result>(write: () => Promise<Result>): Promise<Result> {
    const result = await this.suffered(write);
    this.over();
    return result;
  }

  /** Reads: that it can be read does not say that anything can be written. Errors: those of the work. */
  async suffered<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (error) {
      if (this.#reason === undefined) {
        const code = errorCodeOf(error) ?? 'unexpected';
        this.#logger.error({ code, error }, 'jobs cannot be written down, and so none is started');
      }
      this.#reason = describeError(error);
      throw error;
    }
  }
}
