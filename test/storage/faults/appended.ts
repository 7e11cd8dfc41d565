import type { SeriesKey } from '../../../gateway/core/reading.ts';
import type { Retention } from '../../../gateway/storage/store-calls.ts';
import { startMs, type Sample } from '../scratch.ts';

/** Ids are 1, 2, 3: the first process interns them in this order. */
export const appendedSeries: readonly SeriesKey[] = [
  { device: 'meter', quantity: 'grid_power_w' },
  { device: 'inverter', quantity: 'pv_power_w' },
  { device: 'meter', quantity: 'grid_import_kwh' },
];

export const appendedRetention = {
  rawMs: 40 * 60_000,
  minuteMs: 24 * 3_600_000,
  hourMs: 60 * 3_600_000,
} satisfies Retention;

const stepMs = 30_000;
const leapMs = 20 * 3_600_000;
const commitsBetweenLeaps = 150;

/** The virtual time of a commit: 30 s after the one before, and now and then most of a day. */
export function timeOfCommit(commit: number): number {
  return startMs + commit * stepMs + Math.floor(commit / commitsBetweenLeaps) * leapMs;
}

/**
 * What commit number so and so holds: a function of the number alone, so that the number of commits tells all
 * that a database must hold. Some readings are missing, some come a quarter of an hour late.
 */
export function samplesOfCommit(commit: number): readonly Sample[] {
  const atMs = timeOfCommit(commit);
  const samples: Sample[] = [
    [1, atMs, commit],
    commit % 11 === 0 ? [2, atMs + 1, NaN, 'missing'] : [2, atMs + 1, (commit % 97) - 40],
  ];
  if (commit % 7 === 0) samples.push([3, atMs - 15 * 60_000, commit / 4, 'estimated']);
  return samples;
}

export function samplesUpTo(commits: number): readonly Sample[] {
  return Array.from({ length: commits }, (_, index) => samplesOfCommit(index + 1)).flat();
}

/** The nth note that is put down beside the readings, and the nth order to a device. */
export const noteName = 'progress';
export const intentOfNote = (note: number): string => `intent-${note}`;
