import type { SerialSettings } from '../../core/serial-lines.ts';
import type { DeviceLimits, DriverDefinition, ForbiddenRange } from './driver.ts';
import type { RegisterField, TextField, WordOrder } from './register-map.ts';

/** A field whose range may be left open. */
type ProfileField = Omit<RegisterField, 'min' | 'max'> & Partial<Pick<RegisterField, 'min' | 'max'>>;

/** A device type as its owner describes it; checked before. */
export interface Profile {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly wordOrder: WordOrder;
  readonly unit: number;
  readonly port: number;
  readonly serialLine?: SerialSettings;
  readonly limits: DeviceLimits;
  readonly fields: readonly ProfileField[];
  readonly serialNumber?: Partial<TextField> & Partial<Pick<RegisterField, 'encoding'>>;
  readonly forbidden?: readonly ForbiddenRange[];
}

/** A profile as a driver. It can be read, and never be written to. */
export function driverOfProfile({ unit, port, fields, serialNumber, ...profile }: Profile): DriverDefinition {
  const { table, address, count, encoding } = serialNumber ?? {};
  const isKnown = table !== undefined && address !== undefined;
  return {
    ...profile,
    defaultUnit: unit,
    defaultPort: port,
    fields: fields.map((field) => ({ min: -Infinity, max: Infinity, ...field })),
    derived: [],
    ...(isKnown && count !== undefined && { serialNumber: { table, address, count } }),
    ...(isKnown &&
      encoding !== undefined && {
        serialNumber: { name: 'serial_number', table, address, encoding, min: 1, max: Infinity },
      }),
  };
}
