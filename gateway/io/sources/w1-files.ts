import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** The kernel's 1-wire files. Calls block for the time of a conversion; errors are those of node:fs. */
export interface W1Files {
  list(path: string): readonly string[];
  read(path: string): string;
  write(path: string, text: string): void;
}

/** Of a file of the driver; more is none of its. */
const textLengthMax = 65_536;

export const w1Sysfs: W1Files = {
  list: (path) => readdirSync(path),
  read: (path) => readFileSync(path, 'latin1').slice(0, textLengthMax),
  // A file of the driver that is not there must not be made.
  write: (path, text) => writeFileSync(path, text, { flag: 'r+' }),
};
