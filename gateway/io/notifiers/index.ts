import * as all from './all.ts';
import type { NotifierDefinition } from './notifier.ts';

export const notifiers: readonly NotifierDefinition[] = Object.values(
  all satisfies Record<string, NotifierDefinition>,
);
