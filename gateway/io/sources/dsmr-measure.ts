const units = {
  power: { w: 1, kw: 1_000, mw: 1_000_000 },
  energy: { wh: 0.001, kwh: 1, mwh: 1_000 },
  reactivePower: { var: 1, kvar: 1_000, mvar: 1_000_000 },
  reactiveEnergy: { varh: 0.001, kvarh: 1, mvarh: 1_000 },
  voltage: { v: 1, kv: 1_000 },
  current: { a: 1, ma: 0.001 },
  frequency: { hz: 1 },
  volume: { m3: 1, dm3: 0.001, l: 0.001 },
  heat: { gj: 1, mj: 0.001, kwh: 0.0036, mwh: 3.6 },
  duration: { s: 1, min: 60 },
  number: { '': 1 },
} as const satisfies Record<string, Readonly<Record<string, number>>>;

/** What is measured: in W, kWh, var, kvarh, V, A, Hz, m³, GJ, s, or a number without unit. */
export type Dimension = keyof typeof units;

/** `00.412*kW` as 412 W. Undefined when it is empty, no number, or in no unit of that dimension. */
export function measureOf(group: string, dimension: Dimension): number | undefined {
  const [, digits, unit = ''] = /^([+-]?\d{1,15}(?:\.\d{1,9})?)(?:\*(\w{1,8}))?$/.exec(group.trim()) ?? [];
  const factor = unitFactor(unit, dimension);
  return digits === undefined || factor === undefined ? undefined : rounded(Number(digits) * factor);
}

/** What a number in that unit is multiplied by; undefined for a unit of another dimension. */
export function unitFactor(unit: string, dimension: Dimension): number | undefined {
  const factors: Readonly<Record<string, number>> = units[dimension];
  return Object.hasOwn(factors, unit.toLowerCase()) ? factors[unit.toLowerCase()] : undefined;
}

/** To the millionth, or sums and units show what binary fractions leave over. */
export function rounded(value: number): number {
  const shifted = value * 1e6;
  return Math.abs(shifted) < Number.MAX_SAFE_INTEGER ? Math.round(shifted) / 1e6 + 0 : value;
}
