/** What a boiler is watched by, in the order of the program before. */
export const boilerInputs = [
  'water',
  'flue',
  'enclosure',
  'secondaryFan',
  'igniter',
  'primaryFan',
  'auger',
] as const;

export type BoilerInput = (typeof boilerInputs)[number];

/** Without them no phase is known. */
export const neededInputs = ['water', 'igniter', 'primaryFan'] as const satisfies readonly BoilerInput[];

const temperatures: readonly BoilerInput[] = ['water', 'flue', 'enclosure'];

/** Motors are on or off; temperatures are not. */
export function isMotor(input: BoilerInput): boolean {
  return !temperatures.includes(input);
}

export function isNeeded(input: BoilerInput): boolean {
  return (neededInputs as readonly BoilerInput[]).includes(input);
}
