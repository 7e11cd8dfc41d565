import t from 'tap';
import { monotonicMs } from '../../../../gateway/core/clock.ts';
import type { SpoolFile } from '../../../../gateway/core/spool-folder.ts';
import { SettledFiles } from '../../../../gateway/features/jobs/spool/settled-files.ts';

const bytes = (text: string, version = '1'): SpoolFile => ({
  kind: 'bytes',
  bytes: new TextEncoder().encode(text),
  version,
});
const locked: SpoolFile = { kind: 'unready', reason: 'the gateway may not read it', version: '1' };

/** Seconds at which it is looked at, and whether it is settled then. */
const table: readonly [string, SpoolFile, readonly [number, boolean][]][] = [
  [
    'whole',
    bytes('{}'),
    [
      [0, false],
      [1.9, false],
      [2, true],
    ],
  ],
  [
    'half',
    bytes('{"a'),
    [
      [0, false],
      [2, false],
      [59.9, false],
      [60, true],
    ],
  ],
  [
    'half of a letter',
    { kind: 'bytes', bytes: Uint8Array.of(34, 0xc3), version: '1' },
    [
      [0, false],
      [30, false],
    ],
  ],
  [
    'empty',
    bytes(''),
    [
      [0, false],
      [30, false],
      [60, true],
    ],
  ],
  [
    'that may not be read',
    locked,
    [
      [0, false],
      [30, false],
      [60, true],
    ],
  ],
  ['that never can be a job', { kind: 'unfit', reason: 'it is a link' }, [[0, true]]],
  [
    'that is a folder',
    { kind: 'folder' },
    [
      [0, false],
      [100, false],
    ],
  ],
  [
    'that is gone',
    { kind: 'gone' },
    [
      [0, false],
      [100, false],
    ],
  ],
];

for (const [name, file, looks] of table) {
  t.test(`a file ${name}`, (t) => {
    const files = new SettledFiles();
    for (const [seconds, isSettled] of looks) {
      files.startLook();
      t.equal(files.isSettled('a.json', file, monotonicMs(seconds * 1_000)), isSettled, `after ${seconds} s`);
    }
    t.end();
  });
}

t.test('whatever is done to a file begins its time anew, as do looks without it', (t) => {
  const files = new SettledFiles();
  const isSettled = (version: string | undefined, seconds: number): boolean => {
    files.startLook();
    return (
      version !== undefined && files.isSettled('a.json', bytes('{}', version), monotonicMs(seconds * 1_000))
    );
  };
  t.notOk(isSettled('1', 0));
  t.notOk(isSettled('2', 2));
  t.ok(isSettled('2', 4));
  t.notOk(isSettled(undefined, 6));
  t.notOk(isSettled('2', 8), 'it was away');
  t.end();
});
