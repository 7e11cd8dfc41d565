import type { HttpExchange } from './simulated-http.ts';

export interface LoginRule {
  /** For people: `evohome`. */
  readonly name: string;
  readonly host: string;
  /** Log-ins that the service has seen so far. */
  readonly logins: () => number;
  /** How long what a log-in gives lasts at the least; Infinity where it is renewed without one. */
  readonly lifeMs: number;
}

/**
 * Watches that a service is logged in to once in the life of what that gives, whatever restarts there are. What was
 * given and got lost on its way, or refused on the way, may be asked for again.
 */
export class LoginWatch {
  readonly #rule: LoginRule;
  readonly #report: (message: string) => void;
  readonly #exchanges: HttpExchange[] = [];
  #known = 0;
  #lastMs = -Infinity;
  #isExcused = false;

  constructor(rule: LoginRule, report: (message: string) => void) {
    this.#rule = rule;
    this.#report = report;
  }

  hear(exchange: HttpExchange): void {
    if (exchange.host !== this.#rule.host) return;
    this.look(exchange.startMs);
    this.#exchanges.push(exchange);
  }

  /** While nothing is under way. */
  look(nowMs: number): void {
    const { name, logins, lifeMs } = this.#rule;
    const isLostNow = this.#exchanges.splice(0).some((exchange) => isLost(exchange));
    const count = logins();
    if (count > this.#known) {
      const isFirst = this.#known === 0;
      const isEarly = count > this.#known + 1 || nowMs - this.#lastMs < lifeMs;
      if (!isFirst && isEarly && !this.#isExcused)
        this.#report(`${name} was logged in to ${count} times, last after ${nowMs - this.#lastMs} ms`);
      this.#known = count;
      this.#lastMs = nowMs;
      this.#isExcused = isLostNow;
      return;
    }
    this.#isExcused ||= isLostNow;
  }
}

/** Its service may have given what nobody has. */
function isLost({ answer, isSpoilt, isUnheard }: HttpExchange): boolean {
  return isSpoilt || isUnheard || answer === undefined;
}
