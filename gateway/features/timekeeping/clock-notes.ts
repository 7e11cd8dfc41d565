import type { ClockDoubt } from './clock-trust.ts';
import type { Timekeeper } from './timekeeper.ts';

/** Fits the lifecycle's health notes. */
export interface ClockNote {
  readonly subject: 'clock';
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string;
}

const reasons: Readonly<Record<ClockDoubt['support'], string>> = {
  time_service: 'the time service says so',
  hardware_clock: 'only the clock with the battery says so',
  nothing: 'nothing confirms it',
  silence: 'the time service has not set it',
};

/** A line while the clock is not believed; empty otherwise. */
export function clockNotes(time: Pick<Timekeeper, 'state' | 'doubt' | 'wall'>): readonly ClockNote[] {
  const { state, doubt } = time;
  if (state === 'trusted' || doubt === undefined) return [];
  const says = instantText(doubt.wallMs);
  const what =
    state === 'unset'
      ? `the clock is not set: it says ${says}`
      : `the clock was set from ${instantText(time.wall())} to ${says}`;
  return [
    {
      subject: 'clock',
      status: 'degraded',
      message: `${what}, and ${reasons[doubt.support]}: readings are kept and wait for their times`,
      hint: hintOf(doubt),
    },
  ];
}

function hintOf({ claim, remainingMs }: ClockDoubt): string {
  if (claim === 'impossible') return 'connect it to the network, or set the clock of the machine: date --set';
  const minutes = Math.ceil(remainingMs / 60_000);
  const wait = minutes <= 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
  return `connect it to the network; if the time is right: egw clock trust; otherwise it is believed in ${wait}`;
}

/** For people; whatever a clock may say. */
export function instantText(atMs: number): string {
  return Math.abs(atMs) <= 8.64e15
    ? new Date(Math.floor(atMs)).toISOString().replace(/\.\d+Z$/, 'Z')
    : `${atMs} ms`;
}
