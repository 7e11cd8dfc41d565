import type { SourceValue } from './source.ts';

/**
 * What the words of ups.status say; what they leave open is left out. NUT, “Network protocol information”, “Status data”:
 * OL on line, OB on battery, LB low battery, BYPASS, and FSD: forced shutdown. Whoever has said that is about to cut the
 * power, so that what hangs on it is to go by it as by a low battery without mains, whatever the mains are.
 */
export function nutStatus(status: string): readonly SourceValue[] {
  const words = new Set(
    status
      .toUpperCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
  );
  const isForced = words.has('FSD');
  const isOnBattery = words.has('OB') || isForced;
  const isOnMains = words.has('OL') || words.has('BYPASS');
  const isKnown = isOnBattery || isOnMains;
  const isEnding = words.has('LB') || isForced;
  return [
    ...(isKnown ? [{ quantity: 'ups_on_battery', value: isOnBattery ? 1 : 0 }] : []),
    ...(isKnown || isEnding ? [{ quantity: 'ups_low_battery', value: isEnding ? 1 : 0 }] : []),
  ];
}

interface Field {
  readonly variable: string;
  readonly quantity: string;
  readonly min: number;
  readonly max: number;
}

/** NUT, “Variables”: battery.*, input.*, ups.*. */
export const nutFields: readonly Field[] = [
  { variable: 'battery.charge', quantity: 'ups_charge_percent', min: 0, max: 100 },
  { variable: 'battery.runtime', quantity: 'ups_runtime_s', min: 0, max: 31 * 86_400 },
  { variable: 'ups.load', quantity: 'ups_load_percent', min: 0, max: 300 },
  { variable: 'input.voltage', quantity: 'ups_input_voltage_v', min: 0, max: 1_000 },
];

/** A text that is no number is none. */
export function nutNumber(text: string, { quantity, min, max }: Field): readonly SourceValue[] {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text.trim())) return [];
  const value = Number(text);
  const isBelievable = value >= min && value <= max;
  return [{ quantity, value, ...(!isBelievable && { quality: 'suspect' as const }) }];
}
