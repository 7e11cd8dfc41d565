import { Allowance } from '../../core/allowance.ts';
import type { Clock } from '../../core/clock.ts';
import { describeError, type GatewayError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { SecurityNotes } from '../security-events.ts';
import type { StorePort } from '../store-port.ts';

export interface RefusalLogPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly audit: StorePort<'addAuditLine'>;
  readonly security: SecurityNotes;
}

/** A message that was refused. */
export interface Refusal {
  /** `cloud:ISSUER` when its signature holds; `uplink:ID` when nobody is known to have sent it. */
  readonly origin: string;
  /** The command and its id, the kind of the message: without what else is in it. */
  readonly subject: string;
  readonly error: GatewayError;
}

/** A storm of messages leaves that many lines at once, and that many an hour. */
const linesAtOnceMax = 30;
const linesPerHourMax = 60;

const hourMs = 3_600_000;

/** Says of each refusal once in the audit log, of a storm how many there were; and among the security events. */
export class RefusalLog {
  readonly #ports: RefusalLogPorts;
  readonly #allowance: Allowance;
  #count = 0;
  #unsaid = 0;
  #hour = { beganMs: -Infinity, count: 0, before: 0 };

  constructor(ports: RefusalLogPorts) {
    this.#ports = ports;
    const refill = { atOnceMax: linesAtOnceMax, perSecond: linesPerHourMax / 3_600 };
    this.#allowance = new Allowance(ports.clock, refill);
  }

  /** Since the start. */
  get count(): number {
    return this.#count;
  }

  /** In this hour or the last one, whichever had more. */
  get countOfHour(): number {
    this.#turnHour();
    return Math.max(this.#hour.count, this.#hour.before);
  }

  /** Never throws: a refusal stands, whatever becomes of its line. */
  async note({ origin, subject, error }: Refusal): Promise<void> {
    this.#turnHour();
    this.#count += 1;
    this.#hour.count += 1;
    this.#ports.security.note({ kind: 'cloud.refused', origin, detail: error.code });
    if (!this.#allowance.take()) {
      this.#unsaid += 1;
      return;
    }
    const { clock, logger, audit } = this.#ports;
    const more = this.#unsaid === 0 ? '' : `; ${this.#unsaid} more were refused before`;
    this.#unsaid = 0;
    const detail = `${subject}: ${error.message}${more}`.slice(0, 500);
    logger.info({ origin, code: error.code }, `cloud: refused ${detail}`);
    const line = {
      atMs: clock.wall(),
      principal: origin,
      action: 'cloud.refused',
      outcome: error.code,
      detail,
    };
    try {
      await audit.call('addAuditLine', line);
    } catch (failure) {
      logger.error({ ...line, reason: describeError(failure) }, 'audit line not stored');
    }
  }

  #turnHour(): void {
    const nowMs = this.#ports.clock.monotonic();
    const agoMs = nowMs - this.#hour.beganMs;
    if (agoMs < hourMs) return;
    this.#hour = { beganMs: nowMs, count: 0, before: agoMs < 2 * hourMs ? this.#hour.count : 0 };
  }
}
