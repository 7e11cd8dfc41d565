import type { Disk } from '../../core/disk.ts';
import type { Logger } from '../../core/logger.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import type { Signer } from '../../core/signer.ts';
import type { I2cBus } from '../i2c-bus.ts';

/** Who may use a file. */
export interface FileAccess {
  /** The lowest nine bits of its mode. */
  readonly mode: number;
  /** Whether it belongs to the user that we run as. */
  readonly isOurs: boolean;
}

export interface SignerPorts {
  readonly disk: Disk;
  /** Undefined when there is no such file. */
  readonly fileAccess: (path: string) => FileAccess | undefined;
  readonly logger: Logger;
  /** Where a key file goes, 0600. */
  readonly dataDirectory: string;
  /** Opens an I2C bus of this machine. Errors: `signer_unavailable` when there is none. */
  readonly openI2cBus: (busNumber: number) => Promise<I2cBus>;
  /** Waits, on the gateway's clock. */
  readonly pause: (ms: number) => Promise<void>;
  /** Cryptographically random bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** A place where the gateway's key can be: one file, one line in all.ts, one fixture. */
export interface SignerDefinition {
  readonly id: string;
  readonly title: string;
  /** Data sheet or RFC, and page. */
  readonly source: string;
  readonly options: OptionFields;
  /**
   * Opens the key; makes it where there never was one. Errors: `signer_unavailable` (a chip that does not answer;
   * retryable), `identity_damaged` (a key file that is not one, belongs to somebody else or may be read by others):
   * never made anew in its place.
   */
  open(options: OptionValues, ports: SignerPorts): Promise<Signer>;
}
