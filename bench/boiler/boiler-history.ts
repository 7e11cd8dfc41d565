import type { BoilerInput } from '../../gateway/features/boiler/boiler-input.ts';
import { qualityCode } from '../../gateway/core/quality.ts';
import type { SeriesId } from '../../gateway/core/reading.ts';
import { openInProcessDatabase } from '../../gateway/storage/index.ts';
import type { Database } from '../../gateway/storage/store-calls.ts';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { WinterBoiler } from '../winters/winter-boiler.ts';
import { drawWinter } from '../winters/winter-plan.ts';

const minuteMs = 60_000;
const sampleMs = 5_000;
const samplesPerCommit = 120;
/** DS18B20 at 12 bits. */
const quantumC = 0.0625;

/** The seven inputs of the classic wiring, as sources call them. */
export const boilerSeriesKeys: readonly {
  readonly input: BoilerInput;
  readonly device: string;
  readonly quantity: string;
}[] = [
  { input: 'water', device: 'boiler/28-00000a69bebf', quantity: 'temperature_c' },
  { input: 'flue', device: 'boiler/28-00000a6c1d02', quantity: 'temperature_c' },
  { input: 'enclosure', device: 'boiler/28-00000a6e77d4', quantity: 'temperature_c' },
  { input: 'secondaryFan', device: 'boiler-motors/a0', quantity: 'motor_mv' },
  { input: 'igniter', device: 'boiler-motors/a1', quantity: 'motor_mv' },
  { input: 'primaryFan', device: 'boiler-motors/a2', quantity: 'motor_mv' },
  { input: 'auger', device: 'boiler-motors/a3', quantity: 'motor_mv' },
];

/** A database of a boiler with troubles, sampled each 5 s, computed and packed as a gateway leaves it; how many readings. */
export async function makeBoilerHistory(of: {
  readonly directory: string;
  readonly zone: string;
  readonly startMs: number;
  readonly endMs: number;
}): Promise<number> {
  const { directory, zone, startMs, endMs } = of;
  const database = await openInProcessDatabase({ directory, zone, nowMs: startMs });
  const keys = boilerSeriesKeys.map(({ device, quantity }) => ({ device, quantity }));
  const series = await database.call('internSeries', keys);
  const random = new SeededRandom('boiler history');
  const days = Math.ceil((endMs - startMs) / 86_400_000);
  const boiler = new WinterBoiler(drawWinter(1, days, random.fork('plan')).boiler, random.fork('boiler'));
  let readings = 0;
  for (let atMs = startMs, sequence = 1; atMs < endMs; sequence += 1) {
    const count = Math.min(samplesPerCommit, (endMs - atMs) / sampleMs);
    const batch = batchOf({ boiler, series, startMs, atMs, count, random });
    await database.call('appendReadings', { bootId: 'history', sequence }, batch);
    readings += batch.atMs.length;
    atMs += count * sampleMs;
    await settle(database, atMs);
  }
  await settle(database, endMs + 3 * 3_600_000);
  await database.close();
  return readings;
}

async function settle(database: Database, nowMs: number): Promise<void> {
  for (const call of ['rollUp', 'countEnergy', 'packReadings'] as const)
    while ((await database.call(call, nowMs)).remaining);
}

function batchOf(of: {
  readonly boiler: WinterBoiler;
  readonly series: readonly SeriesId[];
  readonly startMs: number;
  readonly atMs: number;
  readonly count: number;
  readonly random: SeededRandom;
}) {
  const { boiler, series, startMs, count, random } = of;
  const length = count * series.length;
  const batch = {
    series: new Uint32Array(length),
    atMs: new Float64Array(length),
    value: new Float64Array(length),
    quality: new Uint8Array(length).fill(qualityCode('good')),
  };
  for (let sample = 0; sample < count; sample += 1) {
    const atMs = of.atMs + sample * sampleMs;
    boiler.step(Math.floor((atMs - startMs) / minuteMs));
    for (const [index, value] of valuesOf(boiler, random).entries()) {
      const place = sample * series.length + index;
      batch.series[place] = series[index] ?? 0;
      batch.atMs[place] = atMs;
      batch.value[place] = value;
    }
  }
  return batch;
}

function valuesOf({ waterC, isFanOn, isIgniterOn }: WinterBoiler, random: SeededRandom): readonly number[] {
  const shown = (celsius: number): number =>
    Math.round((celsius + (random.unit() - 0.5) * quantumC) / quantumC) * quantumC;
  const fanMv = isFanOn ? 1_660 + random.integer(0, 4) : 0;
  return [
    shown(waterC),
    shown(isFanOn ? 110 : 50),
    shown(28),
    isFanOn ? 1_671 : 0,
    isIgniterOn ? 1_827 : 0,
    fanMv,
    isFanOn && random.isLucky(0.3) ? 1_671 : 0,
  ];
}
