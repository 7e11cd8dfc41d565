import { plainName } from './format.ts';

/** Parts whose sources give them only a kind and an id. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^dhw-/, 'Hot water'],
  [/^system-/, 'Heating system'],
  [/^gateway-/, 'Heating gateway'],
  [/^location-/, 'Place'],
  [/^gas-/, 'Gas meter'],
  [/^warm-water-/, 'Warm water meter'],
  [/^water-/, 'Water meter'],
  [/^inlet-heat-/, 'Inlet heat meter'],
  [/^heat-/, 'Heat meter'],
  [/^electricity-/, 'Second electricity meter'],
];

/** What people call a part of a source: by the name that it has, else by what it is. */
export function partName(part: string, said: string | undefined): string {
  if (said !== undefined && said.trim() !== '') return said;
  return (
    kinds.find(([form]) => form.test(part))?.[1] ?? plainName(part.replaceAll(/[-_](?=[a-z]|\d{1,2}$)/g, '_'))
  );
}
