import * as all from './all.ts';
import type { ImportFormat } from './import-format.ts';

export const importFormats: readonly ImportFormat[] = Object.values(
  all satisfies Record<string, ImportFormat>,
);
