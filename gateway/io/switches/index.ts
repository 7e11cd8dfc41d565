import * as all from './all.ts';
import type { SwitchDefinition } from './switch.ts';

export const switches: readonly SwitchDefinition[] = Object.values(
  all satisfies Record<string, SwitchDefinition>,
);
