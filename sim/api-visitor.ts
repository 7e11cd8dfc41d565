import type { Gateway } from '../gateway/app.ts';
import type { Violation } from './invariants.ts';
import type { SimulatedClock } from './simulated-clock.ts';

interface LatestAnswer {
  readonly nowMs: number;
  readonly readings: readonly { readonly device: string; readonly quantity: string; readonly atMs: number }[];
}

/** A user of the API: pairs once, looks in every hour, and keeps the token over restarts. */
export class ApiVisitor {
  readonly #clock: SimulatedClock;
  readonly #report: (violation: Violation) => void;
  #token = '';
  #visits = 0;

  constructor(clock: SimulatedClock, report: (violation: Violation) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  get visits(): number {
    return this.#visits;
  }

  async pair(gateway: Gateway, code: string | undefined): Promise<void> {
    if (code === undefined) return;
    const payload = { code, label: 'visitor' };
    const answer = await this.#clock.pend(gateway.inject({ method: 'POST', url: '/api/v1/pair', payload }));
    if (answer.statusCode === 201) this.#token = answer.json<{ token: string }>().token;
    else this.#complain(`pairing answered ${answer.statusCode}: ${answer.body}`);
  }

  /** Nothing that is asked fails, and the latest reading is one of the past. */
  async visit(gateway: Gateway): Promise<void> {
    const latest = await this.#get<LatestAnswer>(gateway, '/api/v1/readings/latest');
    for (const { device, quantity, atMs } of latest?.readings ?? []) {
      if (atMs > this.#clock.truth()) this.#complain(`${device} ${quantity} is from the future`);
    }
    if (latest?.readings.length === 0) this.#complain('there are no latest readings');
    await this.#get(gateway, '/api/v1/status');
    await this.#get(gateway, '/api/v1/devices');
    await this.#get(gateway, '/api/v1/lanes');
    await this.#get(gateway, '/api/v1/readings?device=meter-1&quantity=grid_power_w&from=3h');
    this.#visits += 1;
  }

  async #get<Answer>(gateway: Gateway, url: string): Promise<Answer | undefined> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const answer = await this.#clock.pend(gateway.inject({ method: 'GET', url, headers }));
    if (answer.statusCode === 200) return answer.json<Answer>();
    this.#complain(`GET ${url} answered ${answer.statusCode}: ${answer.body}`);
    return undefined;
  }

  #complain(message: string): void {
    this.#report({ atMs: this.#clock.wall(), rule: 'api', message });
  }
}
