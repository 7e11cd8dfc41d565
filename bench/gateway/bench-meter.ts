import { quantityNames } from '../../gateway/core/quantity.ts';
import type { DriverDefinition } from '../../gateway/io/drivers/driver.ts';
import { eastronSdm630 } from '../../gateway/io/drivers/eastron-sdm630.ts';
import type { RegisterField } from '../../gateway/io/drivers/register-map.ts';

/** The registers of the bench's meter: one request for all of them. */
export const benchRegisters = 40;
export const benchTimeoutMs = 200;

/** Loaded before the gateway's own main.js, unchanged, so that its driver reads the meter of the bench. */
export const benchMeterUrl = import.meta.url;

/**
 * No driver that we ship reads 40 registers in one request, and all of them state so slow a worst answer that
 * their bound refuses a period of one second. A driver is data: here is other data, of a fast meter with as
 * many quantities as there are, in place of the SDM630's.
 */
const benchMeter: Partial<DriverDefinition> = {
  defaultUnit: 1,
  limits: {
    registersMax: 125,
    responseMsMax: 15,
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: benchTimeoutMs,
  },
  fields: Array.from({ length: benchRegisters }, (_, address): RegisterField => {
    const name = quantityNames[address] ?? `spare_${address}`;
    return { name, table: 'input', address, encoding: 'u16', min: 0, max: 65_535 };
  }),
  derived: [],
  forbidden: [],
};

Object.assign(eastronSdm630, benchMeter);
