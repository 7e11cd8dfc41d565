import { Type } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';

/** The configuration of telemetry, in force. */
export interface TelemetrySettings {
  /** What every backend has is kept so long all the same. */
  readonly keptMs: number;
  /** Room for all batches. */
  readonly bytesMax: number;
  /** So often the state is told though nothing has changed. */
  readonly stateMs: number;
}

export const telemetrySection: ConfigSection = {
  key: 'telemetry',
  schema: Type.Object(
    {
      keptHours: Type.Integer({
        description: 'Hours that a batch is kept though every backend has it, for those that forget.',
        minimum: 0,
        maximum: 8_760,
        default: 24,
      }),
      quotaMb: Type.Integer({
        description:
          'Room for batches that wait, in MB of 1,048,576 bytes; above it the oldest give way, and leave a declared gap.',
        minimum: 1,
        maximum: 65_536,
        default: 256,
      }),
      stateMinutes: Type.Integer({
        description: 'Minutes after which the state is told though nothing has changed.',
        minimum: 1,
        maximum: 1_440,
        default: 5,
      }),
    },
    { description: 'What backends are told, and how long it waits for them.', additionalProperties: false },
  ),
};

/** Of a section that has passed the schema. */
export function telemetrySettings(section: unknown): TelemetrySettings {
  const {
    keptHours = 24,
    quotaMb = 256,
    stateMinutes = 5,
  } = (section ?? {}) as {
    readonly keptHours?: number;
    readonly quotaMb?: number;
    readonly stateMinutes?: number;
  };
  return {
    keptMs: keptHours * 3_600_000,
    bytesMax: quotaMb * 1_048_576,
    stateMs: stateMinutes * 60_000,
  };
}
