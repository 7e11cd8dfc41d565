import {
  asFaultEntry,
  asFaultList,
  asFaultNumber,
  asFaultWord,
  parseFaultJson,
  refuseOtherKeys,
} from '../fault-entry.ts';
import {
  boilerFaultKinds,
  clampFaultKinds,
  houseFaultKinds,
  probeFaultKinds,
  probeNames,
  type BoilerFault,
} from './boiler-fault.ts';

/** The boiler room's key in a fault plan. */
export const boilerFaultsKey = 'boiler';

/** A boiler may have been so for long when somebody first looks at it. */
const fromSecondsMin = -7 * 86_400;

const otherKinds = [...boilerFaultKinds, ...houseFaultKinds, ...clampFaultKinds];
const kinds = [...otherKinds, ...probeFaultKinds];

/**
 * What a fault plan (fault-plan-file.ts) says of the boiler room, in simulated seconds after the start, or before it.
 *
 *     { "boiler": [{ "kind": "probe-gone", "probe": "water", "fromS": 60, "untilS": 120 }] }
 *
 * Throws a SimulatorError that names the entry and what is wrong with it.
 */
export function parseBoilerFaults(json: string, startMs: number): readonly BoilerFault[] {
  const faults = parseFaultJson(json)[boilerFaultsKey];
  if (faults === undefined) return [];
  return asFaultList(faults, boilerFaultsKey).map((fault, index) =>
    parseFault(fault, `${boilerFaultsKey}[${index}]`, startMs),
  );
}

function parseFault(value: unknown, place: string, startMs: number): BoilerFault {
  const entry = asFaultEntry(value, place);
  const kind = asFaultWord(entry, 'kind', place, kinds);
  const probeKind = probeFaultKinds.find((candidate) => candidate === kind);
  refuseOtherKeys(
    entry,
    kind,
    ['kind', 'fromS', 'untilS', ...(probeKind === undefined ? [] : ['probe'])],
    place,
  );
  const fromS = asFaultNumber(entry, 'fromS', place, fromSecondsMin);
  const untilS = asFaultNumber(entry, 'untilS', place, fromS);
  const time = { startMs: startMs + fromS * 1_000, endMs: startMs + untilS * 1_000 };
  if (probeKind !== undefined)
    return { kind: probeKind, ...time, probe: asFaultWord(entry, 'probe', place, probeNames) };
  return { kind: asFaultWord(entry, 'kind', place, otherKinds), ...time };
}
