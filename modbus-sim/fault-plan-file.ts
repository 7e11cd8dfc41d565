import {
  FaultPlan,
  garbageKinds,
  isLastingKind,
  lineGarbageKinds,
  loggerGarbageKinds,
  overlap,
} from './fault-plan.ts';
import type { FaultWindow, GarbageKind } from './fault-plan.ts';
import { SimulatorError } from './simulator-error.ts';

type Entry = Readonly<Record<string, unknown>>;

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
}

/**
 * Reads a fault plan as people write it: for each device a list of faults, in simulated seconds after the start.
 *
 *     { "inverter-2": [{ "kind": "slow", "fromS": 60, "untilS": 120, "delayMs": 8000 }] }
 *
 * Throws a SimulatorError that names the entry and what is wrong with it.
 */
export function parseFaultPlan(json: string, { seed, startMs, deviceIds }: FaultPlanContext): FaultPlan {
  const devices = asEntry(parseJson(json), 'the fault plan');
  const windows: Record<string, FaultWindow[]> = {};
  for (const [deviceId, faults] of Object.entries(devices)) {
    if (!deviceIds.includes(deviceId)) {
      throw new SimulatorError(`fault plan: no device "${deviceId}"; there are ${deviceIds.join(', ')}`);
    }
    if (!Array.isArray(faults))
      throw new SimulatorError(`fault plan: "${deviceId}" must be a list of faults`);
    const list = faults.map((fault, index) => parseFault(fault, `${deviceId}[${index}]`, startMs));
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
  const entry = asEntry(value, place);
  const kind = asKind(entry['kind'], place);
  const known = ['kind', 'fromS', ...(isLastingKind(kind) ? [] : ['untilS']), ...extraKeys[kind]];
  for (const key of Object.keys(entry)) {
    if (!known.includes(key)) throw wrong(place, `unknown key "${key}"; a ${kind} has ${known.join(', ')}`);
  }
  const fromS = asNumber(entry, 'fromS', place, 0);
  const untilS = isLastingKind(kind) ? fromS : asNumber(entry, 'untilS', place, fromS);
  return withExtras(
    kind,
    { startMs: startMs + fromS * 1000, endMs: startMs + untilS * 1000 },
    { entry, place },
  );
}

function withExtras(
  kind: FaultWindow['kind'],
  window: { readonly startMs: number; readonly endMs: number },
  { entry, place }: { readonly entry: Entry; readonly place: string },
): FaultWindow {
  switch (kind) {
    case 'slow':
      return { kind, ...window, delayMs: asNumber(entry, 'delayMs', place, 0) };
    case 'exception':
      return { kind, ...window, code: asExceptionCode(entry, place) };
    case 'garbage':
      return { kind, ...window, ...asGarbage(entry, place) };
    case 'counter-noise':
      return { kind, ...window, byWh: asNumber(entry, 'byWh', place, 0) };
    case 'counter-jump':
      return { kind, ...window, byWh: asNumber(entry, 'byWh', place, -Number.MAX_SAFE_INTEGER) };
    case 'device-swap':
      return { kind, ...window, serialNumber: asSerialNumber(entry, place) };
    default:
      return { kind, ...window };
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SimulatorError(`fault plan: not JSON: ${reason.replaceAll('\n', ' ')}`);
  }
}

function asEntry(value: unknown, place: string): Entry {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Entry;
  throw wrong(place, 'must be an object');
}

function asKind(value: unknown, place: string): FaultWindow['kind'] {
  const kinds = Object.keys(extraKeys) as FaultWindow['kind'][];
  const kind = kinds.find((candidate) => candidate === value);
  if (kind === undefined) throw wrong(place, `"kind" must be one of ${kinds.join(', ')}`);
  return kind;
}

function asNumber(entry: Entry, key: string, place: string, min: number): number {
  const value = entry[key];
  if (typeof value === 'number' && value >= min && value <= Number.MAX_SAFE_INTEGER) return value;
  throw wrong(place, `"${key}" must be a number of at least ${min}`);
}

function asExceptionCode(entry: Entry, place: string): number {
  const code = entry['code'];
  if (typeof code === 'number' && Number.isInteger(code) && code >= 1 && code <= 255) return code;
  throw wrong(place, '"code" must be a Modbus exception code, 1 to 255');
}

function asSerialNumber(entry: Entry, place: string): string {
  const serialNumber = entry['serialNumber'];
  if (typeof serialNumber === 'string' && /^[\x21-\x7e]{1,20}$/.test(serialNumber)) return serialNumber;
  throw wrong(place, '"serialNumber" must be a text of 1 to 20 printable characters');
}

function asGarbage(entry: Entry, place: string): { garbage?: GarbageKind } {
  if (entry['garbage'] === undefined) return {};
  const garbage = allGarbageKinds.find((kind) => kind === entry['garbage']);
  if (garbage === undefined) throw wrong(place, `"garbage" must be one of ${allGarbageKinds.join(', ')}`);
  return { garbage };
}

function wrong(place: string, what: string): SimulatorError {
  return new SimulatorError(`fault plan: ${place}: ${what}`);
}
