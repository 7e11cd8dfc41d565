import { FaultPlan, garbageKinds, overlap } from './fault-plan.ts';
import type { FaultWindow, GarbageKind } from './fault-plan.ts';
import { simulatedDeviceIds } from './simulated-home-devices.ts';
import { SimulatorError } from './simulator-error.ts';

type Entry = Readonly<Record<string, unknown>>;

/** What each kind needs beside `kind`, `fromS` and `untilS`. */
const extraKeys: Readonly<Record<FaultWindow['kind'], readonly string[]>> = {
  silent: [],
  slow: ['delayMs'],
  exception: ['code'],
  garbage: ['garbage'],
  'half-open': [],
  refuse: [],
  reboot: [],
  frozen: [],
  'counter-reset': [],
};

/**
 * Reads a fault plan as people write it: for each device a list of faults, in simulated seconds after the start.
 *
 *     { "inverter-2": [{ "kind": "slow", "fromS": 60, "untilS": 120, "delayMs": 8000 }] }
 *
 * Throws a SimulatorError that names the entry and what is wrong with it.
 */
export function parseFaultPlan(json: string, seed: number, startMs: number): FaultPlan {
  const devices = asEntry(parseJson(json), 'the fault plan');
  const windows: Record<string, FaultWindow[]> = {};
  for (const [deviceId, faults] of Object.entries(devices)) {
    if (!(simulatedDeviceIds as readonly string[]).includes(deviceId)) {
      throw new SimulatorError(
        `fault plan: no device "${deviceId}"; there are ${simulatedDeviceIds.join(', ')}`,
      );
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
  const known = ['kind', 'fromS', ...(kind === 'counter-reset' ? [] : ['untilS']), ...extraKeys[kind]];
  for (const key of Object.keys(entry)) {
    if (!known.includes(key)) throw wrong(place, `unknown key "${key}"; a ${kind} has ${known.join(', ')}`);
  }
  const fromS = asNumber(entry, 'fromS', place, 0);
  const window = { startMs: startMs + fromS * 1000, endMs: startMs + fromS * 1000 };
  if (kind === 'counter-reset') return { kind, ...window };

  const untilS = asNumber(entry, 'untilS', place, fromS);
  window.endMs = startMs + untilS * 1000;
  if (kind === 'slow') return { kind, ...window, delayMs: asNumber(entry, 'delayMs', place, 0) };
  if (kind === 'exception') return { kind, ...window, code: asExceptionCode(entry, place) };
  if (kind === 'garbage') return { kind, ...window, ...asGarbage(entry, place) };
  return { kind, ...window };
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

function asGarbage(entry: Entry, place: string): { garbage?: GarbageKind } {
  if (entry['garbage'] === undefined) return {};
  const garbage = garbageKinds.find((kind) => kind === entry['garbage']);
  if (garbage === undefined) throw wrong(place, `"garbage" must be one of ${garbageKinds.join(', ')}`);
  return { garbage };
}

function wrong(place: string, what: string): SimulatorError {
  return new SimulatorError(`fault plan: ${place}: ${what}`);
}
