import type { LaneBound } from '../../engine/latency-bound.ts';
import type { TaskReport } from '../../engine/task.ts';
import { commitTaskName } from './commit-readings.ts';
import type { QuarantinedDevice, ReadDevice } from './device-directory.ts';
import type { ReadingBuffer } from './reading-buffer.ts';

/** Fits the lifecycle's health notes. */
interface Note {
  readonly subject: string;
  readonly status: 'degraded';
  readonly message: string;
  readonly hint: string | null;
}

/** All that is not as it should be with the harvest. */
export function harvestNotes(harvest: {
  readonly devices: readonly ReadDevice[];
  readonly quarantined: readonly QuarantinedDevice[];
  readonly bounds: ReadonlyMap<string, LaneBound>;
  readonly buffer: ReadingBuffer;
  readonly tasks: readonly TaskReport[];
}): readonly Note[] {
  return [
    ...deviceNotes(harvest.devices, harvest.quarantined),
    ...laneNotes(harvest.bounds),
    ...bufferNotes(harvest.buffer),
    ...commitNotes(harvest.tasks),
  ];
}

/** Devices that do not answer as they should, and those that are not asked at all. */
function deviceNotes(devices: readonly ReadDevice[], quarantined: readonly QuarantinedDevice[]): Note[] {
  const failing = devices.filter(({ device }) => device.state === 'down' || device.isFailing);
  return [
    ...failing.map(({ device, address }) => ({
      subject: `device:${device.id}`,
      status: 'degraded' as const,
      message: `device ${device.id} at ${address} is ${device.state}: ${device.lastError?.text ?? 'no answer'}`,
      hint: 'it is probed and comes back by itself; check its power, its address and its cable',
    })),
    ...quarantined.map(({ id, problems }) => ({
      subject: `device:${id}`,
      status: 'degraded' as const,
      message: `device ${id} is not read: ${problems[0]?.message ?? 'its configuration is wrong'}`,
      hint: problems[0]?.hint ?? 'see egw config check',
    })),
  ];
}

/** Lanes that cannot keep the configured periods, with the numbers and the device at fault. */
function laneNotes(bounds: ReadonlyMap<string, LaneBound>): Note[] {
  const notes: Note[] = [];
  for (const [lane, bound] of bounds) {
    if (bound.stretch === 1) continue;
    const busyPct = Math.round(bound.utilisation * 100);
    notes.push({
      subject: `lane:${lane}`,
      status: 'degraded',
      message: `the devices of ${lane} need ${busyPct} % of its time: they are read every ${bound.stretch} periods instead of every one`,
      hint: `give ${bound.heaviest ?? 'its devices'} a longer period, or a connection of its own`,
    });
  }
  return notes;
}

/** Readings that could not be kept. */
function bufferNotes(buffer: ReadingBuffer): Note[] {
  if (buffer.shed === 0) return [];
  return [
    {
      subject: 'storage:buffer',
      status: 'degraded',
      message: `${buffer.shed} readings were given up since the start because the database did not take them`,
      hint: 'see the storage lines of the log; check the disk',
    },
  ];
}

/** The task that commits fails: readings pile up in memory. */
function commitNotes(tasks: readonly TaskReport[]): Note[] {
  const commit = tasks.find((task) => task.name === commitTaskName);
  if (commit === undefined || commit.failuresInRow === 0) return [];
  return [
    {
      subject: 'storage:commit',
      status: 'degraded',
      message: `readings are not stored: ${commit.lastError ?? 'the database does not answer'}`,
      hint: 'they are kept in memory and stored when the database answers again; check the disk',
    },
  ];
}
