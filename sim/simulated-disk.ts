import type { Disk } from '../gateway/core/disk.ts';

/** Files in memory: they outlive the gateway, as files do. */
export class SimulatedDisk implements Disk {
  readonly files = new Map<string, string>();

  readText(path: string): string | undefined {
    return this.files.get(path);
  }

  writeText(path: string, text: string): void {
    this.files.set(path, text);
  }

  remove(path: string): void {
    this.files.delete(path);
  }
}
