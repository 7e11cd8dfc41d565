import { monotonicMs } from '../../core/clock.ts';
import { errorCodeOf, type ErrorCode } from '../../core/errors.ts';
import type { SourcePorts } from './source.ts';

/** API v1 and v2; both say the serial number (api-documentation.homewizard.com: Discovery). */
const types = ['_hwenergy._tcp', '_homewizard._tcp'];
const listenMs = 2_000;
const betweenMs = 60_000;

/** The device is not where it was. */
const lostCodes: ReadonlySet<ErrorCode | undefined> = new Set([
  'connection_refused',
  'connection_timeout',
  'device_identity_changed',
  'host_unresolved',
]);

/** Looks in the home network for a device that is not at its address any more, by its serial number. */
export class HomewizardSearch {
  readonly #ports: Pick<SourcePorts, 'id' | 'clock' | 'logger' | 'services'>;
  #isLost = false;
  #nextMs = monotonicMs(-Infinity);
  #address: string | undefined;

  constructor(ports: Pick<SourcePorts, 'id' | 'clock' | 'logger' | 'services'>) {
    this.#ports = ports;
  }

  /** What a reading failed with. At an address that was found it is then no more. */
  failed(error: unknown): void {
    if (!lostCodes.has(errorCodeOf(error))) return;
    this.#isLost = true;
    this.#address = undefined;
  }

  /** Where it says that it is; undefined: where its owner says. Listens for 2 s at most, and once a minute. */
  async address(serial: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    const { services, clock, logger, id } = this.#ports;
    const nowMs = clock.monotonic();
    if (!this.#isLost || serial === undefined || services === undefined || nowMs < this.#nextMs)
      return this.#address;
    this.#nextMs = monotonicMs(nowMs + betweenMs);
    const found = await services.browse(types, listenMs, signal);
    const own = found.find(({ txt }) => txt['serial']?.toLowerCase() === serial);
    if (own === undefined) return this.#address;
    this.#isLost = false;
    this.#address = own.address;
    logger.info({ source: id, serial }, `the HomeWizard is looked for at ${own.address}`);
    return this.#address;
  }
}
