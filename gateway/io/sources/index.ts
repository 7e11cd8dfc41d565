import * as all from './all.ts';
import type { SourceDefinition } from './source.ts';

export const sources: readonly SourceDefinition[] = Object.values(
  all satisfies Record<string, SourceDefinition>,
);

export { recordedAnswers, type RecordedFields } from './recorded-answers.ts';
export { electricityMapsZones } from './electricity-maps-zones.ts';
export { nearestZone } from './nearest-zone.ts';
