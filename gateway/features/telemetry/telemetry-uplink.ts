import type { OptionValues } from '../../core/option-field.ts';
import type { UplinkDefinition } from '../../io/uplinks/uplink.ts';
import type { PublicKey } from '../public-key.ts';

/** An uplink as it is configured. */
export interface TelemetryUplink {
  readonly id: string;
  readonly name?: string;
  readonly definition: UplinkDefinition;
  readonly options: OptionValues;
  /** Under which the backend says what it has, whatever issuer it calls itself. */
  readonly ackKey?: PublicKey;
  /** Of what it has missed: readings a second at most. */
  readonly backlogReadingsPerSecond: number;
}
