import * as all from './all.ts';
import type { SinkDefinition } from './sink.ts';

export const sinks: readonly SinkDefinition[] = Object.values(all satisfies Record<string, SinkDefinition>);
