import { readFileSync } from 'node:fs';

/** The board's own name where the kernel knows it from the device tree; else the architecture. */
export function hardwareName(path = '/proc/device-tree/model'): string {
  try {
    const name = readFileSync(path, 'utf8').replace(/\0.*$/s, '').trim();
    if (name !== '') return name;
  } catch {
    // Only boards with a device tree have it.
  }
  return process.arch;
}
