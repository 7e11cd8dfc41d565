/** The boiler's own: what each does stands in README.md. */
export const boilerFaultKinds = ['empty-silo', 'auger-jam', 'fire-out', 'igniter-dead'] as const;

/** Of the house: it wants heat at any hour, and much. */
export const houseFaultKinds = ['door-open'] as const;

/** Of one probe. */
export const probeFaultKinds = ['probe-gone', 'probe-silent', 'probe-shorted', 'probe-power-on'] as const;

/** Of the converter that all clamps hang on. */
export const clampFaultKinds = ['clamps-silent'] as const;

export type BoilerFaultKind = (typeof boilerFaultKinds)[number];
export type HouseFaultKind = (typeof houseFaultKinds)[number];
export type ProbeFaultKind = (typeof probeFaultKinds)[number];
export type ClampFaultKind = (typeof clampFaultKinds)[number];

export const probeNames = ['water', 'flue', 'enclosure'] as const;

export type ProbeName = (typeof probeNames)[number];

interface FaultTime {
  /** UTC epoch ms. */
  readonly startMs: number;
  /** When somebody has mended it. */
  readonly endMs: number;
}

/** Something that goes wrong in the boiler room for a time. Several may at once. */
export type BoilerFault = FaultTime &
  (
    | { readonly kind: BoilerFaultKind | HouseFaultKind | ClampFaultKind }
    | { readonly kind: ProbeFaultKind; readonly probe: ProbeName }
  );

export function isFaulty(faults: readonly BoilerFault[], kind: BoilerFault['kind'], atMs: number): boolean {
  return faults.some((fault) => fault.kind === kind && isDuring(fault, atMs));
}

/** What is wrong with a probe; of several the first. */
export function probeFaultAt(
  faults: readonly BoilerFault[],
  name: ProbeName,
  atMs: number,
): ProbeFaultKind | undefined {
  for (const fault of faults) {
    if ('probe' in fault && fault.probe === name && isDuring(fault, atMs)) return fault.kind;
  }
  return undefined;
}

function isDuring({ startMs, endMs }: FaultTime, atMs: number): boolean {
  return startMs <= atMs && atMs < endMs;
}
