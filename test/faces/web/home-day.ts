/** The stub home's powers at an instant, in W by the house's sign rule, and its counters in kWh. */
export interface HomeInstant {
  readonly pv1W: number;
  readonly pv2W: number;
  readonly batteryW: number;
  readonly gridW: number;
  readonly houseW: number;
  readonly socPct: number;
}

export interface HomeCounters {
  readonly pv1Kwh: number;
  readonly pv2Kwh: number;
  readonly importKwh: number;
  readonly exportKwh: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** The home lies where it is before noon now, so that the sun shines whenever the tests run. */
const localHour = 11;
const offsetHours = localHour - new Date().getUTCHours();
/** Named by what UTC is ahead of it. */
export const homeZone = `Etc/GMT${offsetHours > 0 ? '-' : '+'}${Math.abs(offsetHours)}`;
const stepMs = 60_000;
const capacityWh = 19_200;

interface Minute extends HomeInstant {
  readonly counters: HomeCounters;
}

/** Every day is the same day: made once, minute by minute, with a battery that ends as it began. */
const day: readonly Minute[] = makeDay();

export function homeAt(atMs: number): HomeInstant {
  const minute = day[Math.floor(timeOfDayMs(atMs) / stepMs)] ?? day[0];
  if (minute === undefined) throw new Error('a day has minutes');
  return minute;
}

/** Counters only go up: whole days before, and the part of this one. */
export function countersAt(atMs: number): HomeCounters {
  const days = Math.floor(localMs(atMs) / dayMs) - 19_000;
  const whole = day.at(-1)?.counters;
  const part = day[Math.floor(timeOfDayMs(atMs) / stepMs)]?.counters;
  if (whole === undefined || part === undefined) throw new Error('a day has minutes');
  return {
    pv1Kwh: days * whole.pv1Kwh + part.pv1Kwh,
    pv2Kwh: days * whole.pv2Kwh + part.pv2Kwh,
    importKwh: days * whole.importKwh + part.importKwh,
    exportKwh: days * whole.exportKwh + part.exportKwh,
  };
}

function timeOfDayMs(atMs: number): number {
  return localMs(atMs) % dayMs;
}

function localMs(atMs: number): number {
  return atMs + offsetHours * hourMs;
}

function makeDay(): Minute[] {
  const minutes: Minute[] = [];
  let storedWh = capacityWh * 0.35;
  let counters: HomeCounters = { pv1Kwh: 0, pv2Kwh: 0, importKwh: 0, exportKwh: 0 };
  for (let atMs = 0; atMs < dayMs; atMs += stepMs) {
    const hour = atMs / hourMs;
    const sun = Math.max(0, Math.sin(((hour - 6) / 13) * Math.PI)) ** 1.3;
    const cloud = 1 - 0.45 * Math.max(0, Math.sin(hour * 7.3) * Math.sin(hour * 2.1 + 1));
    const pv1W = hour > 6 && hour < 19 ? Math.round(5_400 * sun * cloud) : 0;
    const pv2W = hour > 6 && hour < 19 ? Math.round(2_700 * sun * (0.75 + 0.25 * cloud)) : 0;
    const houseW = Math.round(houseLoadW(hour));
    const surplusW = pv1W + pv2W - houseW;
    const room = surplusW > 0 ? (capacityWh - storedWh) * 60 : (storedWh - capacityWh * 0.1) * 60;
    const batteryW =
      -Math.sign(surplusW) * Math.round(Math.min(Math.abs(surplusW), 3_600, Math.max(0, room)));
    storedWh -= batteryW / 60;
    const gridW = houseW - pv1W - pv2W - batteryW;
    counters = {
      pv1Kwh: counters.pv1Kwh + pv1W / 60_000,
      pv2Kwh: counters.pv2Kwh + pv2W / 60_000,
      importKwh: counters.importKwh + Math.max(0, gridW) / 60_000,
      exportKwh: counters.exportKwh + Math.max(0, -gridW) / 60_000,
    };
    minutes.push({
      ...{ pv1W, pv2W, batteryW, gridW, houseW, counters },
      socPct: Math.round((storedWh / capacityWh) * 1000) / 10,
    });
  }
  return minutes;
}

function houseLoadW(hour: number): number {
  const bump = (at: number, width: number, height: number): number =>
    height * Math.exp(-(((hour - at) / width) ** 2));
  const fridge = Math.sin(hour * 12.6) > 0.3 ? 90 : 0;
  return (
    260 +
    fridge +
    bump(7.4, 0.5, 1_900) +
    bump(12.4, 0.4, 2_300) +
    bump(19.2, 1.1, 2_100) +
    bump(21.5, 1.4, 500)
  );
}
