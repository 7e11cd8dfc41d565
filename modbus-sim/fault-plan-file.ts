import {
  FaultPlan,
  garbageKinds,
  isLastingKind,
  lineGarbageKinds,
  loggerGarbageKinds,
  overlap,
} from './fault-plan.ts';
import type { FaultWindow, GarbageKind } from './fault-plan.ts';
import {
  asFaultEntry,
  asFaultList,
  asFaultNumber,
  asFaultWord,
  parseFaultJson,
  refuseOtherKeys,
  wrongFault,
  type FaultEntry,
} from './fault-entry.ts';
import { SimulatorError } from './simulator-error.ts';

/** What each kind needs beside `kind`, `fromS` and `untilS`. */
const extraKeys: Readonly<Record<FaultWindow['kind'], readonly string[]>> = {
  silent: [],
  mute: [],
  slow: ['delayMs'],
  exception: ['code'],
  garbage: ['garbage'],
  'half-open': [],
  refuse: [],
  reboot: [],
  reset: [],
  frozen: [],
  'counter-noise': ['byWh'],
  'counter-reset': [],
  'counter-jump': ['byWh'],
  'device-swap': ['serialNumber'],
};

const allGarbageKinds = [...new Set([...garbageKinds, ...lineGarbageKinds, ...loggerGarbageKinds])];

export interface FaultPlanContext {
  readonly seed: number;
  readonly startMs: number;
  /** The devices there are. */
  readonly deviceIds: readonly string[];
  /** Keys of the plan that are no devices, and read by others. */
  readonly otherKeys?: readonly string[];
}

/**
 * Reads a fault plan as people write it: for each device a list of faults, in simulated seconds after the start.
 *
 *     { "inverter-2": [{ "kind": "slow", "fromS": 60, "untilS": 120, "delayMs": 8000 }] }
 *
 * Throws a SimulatorError that names the entry and what is wrong with it.
 */
export function parseFaultPlan(
  json: string,
  { seed, startMs, deviceIds, otherKeys = [] }: FaultPlanContext,
): FaultPlan {
  const devices = parseFaultJson(json);
  const windows: Record<string, FaultWindow[]> = {};
  for (const [deviceId, faults] of Object.entries(devices)) {
    if (otherKeys.includes(deviceId)) continue;
    if (!deviceIds.includes(deviceId)) {
      const known = [...deviceIds, ...otherKeys].join(', ');
      throw new SimulatorError(`fault plan: no device "${deviceId}"; there are ${known}`);
    }
    const list = asFaultList(faults, deviceId).map((fault, index) =>
      parseFault(fault, `${deviceId}[${index}]`, startMs),
    );
    const clash = overlap(list);
    if (clash !== undefined) {
      const [first, second] = clash.map(
        (fault) => `${fault.kind} from ${(fault.startMs - startMs) / 1000} s`,
      );
      throw new SimulatorError(`fault plan: ${deviceId}: "${first}" overlaps "${second}"; let one end first`);
    }
    windows[deviceId] = list;
  }
  return new FaultPlan(seed, windows);
}

function parseFault(value: unknown, place: string, startMs: number): FaultWindow {
  const entry = asFaultEntry(value, place);
  const kind = asFaultWord(entry, 'kind', place, Object.keys(extraKeys) as FaultWindow['kind'][]);
  const known = ['kind', 'fromS', ...(isLastingKind(kind) ? [] : ['untilS']), ...extraKeys[kind]];
  refuseOtherKeys(entry, kind, known, place);
  const fromS = asFaultNumber(entry, 'fromS', place, 0);
  const untilS = isLastingKind(kind) ? fromS : asFaultNumber(entry, 'untilS', place, fromS);
  return withExtras(
    kind,
    { startMs: startMs + fromS * 1000, endMs: startMs + untilS * 1000 },
    { entry, place },
  );
}

function withExtras(
  kind: FaultWindow['kind'],
  window: { readonly startMs: number; readonly endMs: number },
  { entry, place }: { readonly entry: FaultEntry; readonly place: string },
): FaultWindow {
  switch (kind) {
    case 'slow':
      return { kind, ...window, delayMs: asFaultNumber(entry, 'delayMs', place, 0) };
    case 'exception':
      return { kind, ...window, code: asExceptionCode(entry, place) };
    case 'garbage':
      return { kind, ...window, ...asGarbage(entry, place) };
    case 'counter-noise':
      return { kind, ...window, byWh: asFaultNumber(entry, 'byWh', place, 0) };
    case 'counter-jump':
      return { kind, ...window, byWh: asFaultNumber(entry, 'byWh', place, -Number.MAX_SAFE_INTEGER) };
    case 'device-swap':
      return { kind, ...window, serialNumber: asSerialNumber(entry, place) };
    default:
      return { kind, ...window };
  }
}

function asExceptionCode(entry: FaultEntry, place: string): number {
  const code = entry['code'];
  if (typeof code === 'number' && Number.isInteger(code) && code >= 1 && code <= 255) return code;
  throw wrongFault(place, '"code" must be a Modbus exception code, 1 to 255');
}

function asSerialNumber(entry: FaultEntry, place: string): string {
  const serialNumber = entry['serialNumber'];
  if (typeof serialNumber === 'string' && /^[\x21-\x7e]{1,20}$/.test(serialNumber)) return serialNumber;
  throw wrongFault(place, '"serialNumber" must be a text of 1 to 20 printable characters');
}

function asGarbage(entry: FaultEntry, place: string): { garbage?: GarbageKind } {
  if (entry['garbage'] === undefined) return {};
  return { garbage: asFaultWord(entry, 'garbage', place, allGarbageKinds) };
}
