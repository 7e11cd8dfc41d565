import type { BoilerSettings } from './boiler-section.ts';

interface KeptHistory {
  readonly rawHours?: number;
  readonly minuteDays?: number;
  readonly hourDays?: number;
  readonly dayDays?: number;
}

interface RetentionSettings {
  readonly rawDays: number;
  readonly minuteDays: number;
  readonly hourDays?: number;
  readonly dayDays?: number;
  readonly devices?: Readonly<Record<string, KeptHistory>>;
}

/** With the sources and devices that the boiler is watched by, as far as nothing is said of them. */
export function boilerRetention(
  retention: RetentionSettings,
  boiler: BoilerSettings | undefined,
): RetentionSettings {
  if (boiler === undefined) return retention;
  const devices: Record<string, KeptHistory> = { ...retention.devices };
  const { rawHours, minuteDays } = boiler;
  for (const id of inputIds(boiler)) devices[id] = { rawHours, minuteDays, ...devices[id] };
  return { ...retention, devices };
}

/** Days that the minutes of all inputs are kept. */
export function minuteDaysKept(retention: RetentionSettings, boiler: BoilerSettings): number {
  const { devices = {}, minuteDays } = boilerRetention(retention, boiler);
  return Math.min(...[...inputIds(boiler)].map((id) => devices[id]?.minuteDays ?? minuteDays));
}

/** Ids of the sources and devices that its inputs belong to. */
function inputIds({ inputs }: BoilerSettings): ReadonlySet<string> {
  return new Set([...inputs.values()].map(({ series }) => series.split('/')[0] ?? series));
}
