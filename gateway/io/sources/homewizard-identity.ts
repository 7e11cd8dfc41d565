import { errorCodeOf, GatewayError } from '../../core/errors.ts';
import type { OptionValues } from '../../core/option-field.ts';
import { homewizardPlace } from './homewizard-connection.ts';
import type { SourcePorts } from './source.ts';

/**
 * Which device it is: the one whose serial number its owner gives, or else the one that was there first. An address may
 * come to another meter, whose counters must not go on in the history of this one.
 */
export class HomewizardIdentity {
  readonly #given: string | undefined;
  readonly #host: string;
  readonly #ports: Pick<SourcePorts, 'id' | 'secrets' | 'logger'>;
  #known: string | undefined;

  constructor(options: OptionValues, ports: Pick<SourcePorts, 'id' | 'secrets' | 'logger'>) {
    const { serial } = options;
    this.#given = typeof serial === 'string' ? plain(serial) : undefined;
    this.#host = homewizardPlace(options).host;
    this.#ports = ports;
  }

  /** Undefined while nobody has said it. In small letters and digits. */
  async serial(): Promise<string | undefined> {
    this.#known ??= this.#given ?? (await this.#load());
    return this.#known;
  }

  /** What the device says of itself; firmware that says nothing is not judged. Errors: `device_identity_changed`. */
  async check(said: string | undefined): Promise<void> {
    if (said === undefined) return;
    const serial = plain(said);
    const known = await this.serial();
    if (known === undefined) {
      this.#known = serial;
      await this.#keep(serial);
    } else if (known !== serial) throw otherDevice(this.#host, serial, known);
  }

  async #load(): Promise<string | undefined> {
    const kept = await this.#ports.secrets.load(this.#name());
    return kept === '' ? undefined : kept;
  }

  /** A full disk is no reason to lose readings: it is learned again after the next start. */
  async #keep(serial: string): Promise<void> {
    try {
      await this.#ports.secrets.save(this.#name(), serial);
    } catch (error) {
      const code = errorCodeOf(error);
      if (code === undefined) throw error;
      this.#ports.logger.warn({ source: this.#ports.id, code }, 'the serial number could not be kept');
    }
  }

  #name(): string {
    return `${this.#ports.id}:serial`;
  }
}

/** A MAC address in whatever form. */
function plain(serial: string): string {
  return serial.toLowerCase().replaceAll(/[^0-9a-z]/g, '');
}

function otherDevice(host: string, serial: string, known: string): GatewayError {
  return new GatewayError(
    'device_identity_changed',
    `another HomeWizard answers at ${host}: its serial number is ${serial}, not ${known}`,
    {
      hint: `if it took the place of the old one, set serial to ${serial}; otherwise correct host`,
      facts: { option: 'serial', serial, expected: known },
    },
  );
}
