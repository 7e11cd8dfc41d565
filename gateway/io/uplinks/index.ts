import * as all from './all.ts';
import type { UplinkDefinition } from './uplink.ts';

export const uplinks: readonly UplinkDefinition[] = Object.values(
  all satisfies Record<string, UplinkDefinition>,
);
