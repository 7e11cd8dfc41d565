import type { Disk } from '../../core/disk.ts';

/** What a reset leaves in the data directory until it is over: while it is there, every start goes on with it. */
export interface ResetMarker {
  /** Who has asked for it, for the new security log: `local`, `nearby:session`. */
  readonly by: string;
}

const formatVersion = 1;
export const resetMarkerName = 'factory-reset.json';

/** Errors: `data_dir_unusable`; then nothing is reset. */
export function writeResetMarker(disk: Disk, dataDirectory: string, marker: ResetMarker): void {
  disk.writeText(pathIn(dataDirectory), `${JSON.stringify({ formatVersion, ...marker })}\n`);
}

/** Whoever has put a file of this name there meant it, whatever it says. */
export function readResetMarker(disk: Disk, dataDirectory: string): ResetMarker | undefined {
  const text = disk.readText(pathIn(dataDirectory));
  if (text === undefined) return undefined;
  const by = /"by":"([\w:-]{1,80})"/.exec(text)?.[1] ?? 'unknown';
  return { by };
}

/** Errors: `data_dir_unusable`. */
export function removeResetMarker(disk: Disk, dataDirectory: string): void {
  disk.remove(pathIn(dataDirectory));
}

function pathIn(dataDirectory: string): string {
  return `${dataDirectory}/${resetMarkerName}`;
}
