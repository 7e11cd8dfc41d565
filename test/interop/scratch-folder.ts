import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** A folder that is gone when the test ends. */
export function scratchFolder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'egw-interop-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
