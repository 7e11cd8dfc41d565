import { deviceKindIds, deviceKinds } from './device-kinds.ts';
import type { DeviceKindId } from './device-kinds.ts';
import type { PlacedLine } from './server.ts';
import { SimulatorError } from './simulator-error.ts';
import { defaultLoggerSerial, framingIds } from './simulated-line.ts';
import type { FramingId, UnitPlan } from './simulated-line.ts';

/** What holds for every device that does not say otherwise. */
export interface DeviceListOptions {
  /** All devices behind one port. */
  readonly isShared: boolean;
  /** The list again and again, until there are so many devices; 0: as it is. */
  readonly units: number;
  readonly portBase: number;
  readonly framing: FramingId;
  /** A serial line for all devices. */
  readonly path: string | undefined;
  readonly latencyMs: number;
  readonly baudRate: number | undefined;
  readonly connectionsMax: number | undefined;
}

interface Item {
  readonly kind: DeviceKindId;
  readonly settings: Readonly<Record<string, string>>;
}

interface Place {
  readonly framing: FramingId;
  readonly port: number | undefined;
  readonly path: string | undefined;
}

const settingNames = ['id', 'unit', 'port', 'framing', 'path'] as const;
export const devicesMax = 100;

/**
 * The lines of a device list as people write it: kinds between commas, each with settings after colons. Devices of one
 * port, or of one path, share it.
 *
 *     sungrow-hybrid,sdm630:unit=2:path=/dev/ttyS1,huawei-sun2000:port=1503:framing=rtu-over-tcp
 *
 * Throws a SimulatorError that names the item and what is wrong with it.
 */
export function parseDeviceList(words: string, options: DeviceListOptions): PlacedLine[] {
  const items = repeated(words.split(',').map(parseItem), options.units);
  const lines = new Map<string, { readonly line: PlacedLine; readonly units: UnitPlan[] }>();
  const names = new Names();
  for (const [index, item] of items.entries()) {
    const place = placeOf(item, options);
    const key =
      place.path ??
      (place.port === undefined && !options.isShared ? `device ${index}` : `port ${place.port ?? ''}`);
    const entry = lines.get(key) ?? { line: newLine(place, lines.size, options), units: [] };
    lines.set(key, entry);
    if (entry.line.framing !== place.framing) throw new SimulatorError(`--devices: ${key} has two framings`);
    addUnits(entry.units, item, names);
  }
  if (options.portBase + lines.size > 65_536) {
    throw new SimulatorError(`--port-base ${options.portBase} leaves no room for ${lines.size} ports`);
  }
  return [...lines.values()].map(({ line, units }) => ({ ...line, units }));
}

function parseItem(word: string): Item {
  const [name = '', ...settings] = word.trim().split(':');
  const kind = deviceKindIds.find((id) => id === name);
  if (kind === undefined) {
    throw new SimulatorError(`--devices: no device kind "${name}"; there are ${deviceKindIds.join(', ')}`);
  }
  const entries = settings.map((setting) => {
    const [key = '', ...value] = setting.split('=');
    if (!(settingNames as readonly string[]).includes(key)) {
      throw new SimulatorError(
        `--devices: ${name}: unknown setting "${key}"; there are ${settingNames.join(', ')}`,
      );
    }
    return [key, value.join('=')];
  });
  return { kind, settings: Object.fromEntries(entries) as Record<string, string> };
}

function repeated(items: readonly Item[], count: number): Item[] {
  const wanted = count === 0 ? items.length : count;
  if (wanted > devicesMax)
    throw new SimulatorError(`--devices: at most ${devicesMax} devices, not ${wanted}`);
  return Array.from({ length: wanted }, (_, index) => items[index % items.length]).filter(
    (item) => item !== undefined,
  );
}

function placeOf({ kind, settings }: Item, options: DeviceListOptions): Place {
  const path = settings['path'] ?? (settings['port'] === undefined ? options.path : undefined);
  const wanted = settings['framing'] ?? (path === undefined ? options.framing : 'rtu');
  const framing = framingIds.find((id) => id === wanted);
  if (framing === undefined) {
    throw new SimulatorError(
      `--devices: ${kind}: no framing "${wanted}"; there are ${framingIds.join(', ')}`,
    );
  }
  if ((framing === 'rtu') !== (path !== undefined)) {
    throw new SimulatorError(
      `--devices: ${kind}: the framing rtu, and no other, needs a path (--path, or :path=)`,
    );
  }
  const port = settings['port'];
  return { framing, path, port: port === undefined ? undefined : numberOf(`${kind}: port`, port, 65_535) };
}

function newLine(place: Place, index: number, options: DeviceListOptions): PlacedLine {
  const { portBase, latencyMs, baudRate, connectionsMax } = options;
  return {
    framing: place.framing,
    units: [],
    latencyMs,
    port: place.port ?? (portBase === 0 ? 0 : portBase + index),
    ...(place.path === undefined ? {} : { path: place.path }),
    ...(baudRate === undefined ? {} : { baudRate }),
    ...(connectionsMax === undefined ? {} : { connectionsMax }),
    ...(place.framing === 'solarman-v5' ? { logger: { loggerSerial: defaultLoggerSerial + index } } : {}),
  };
}

/** The device, and the one that comes with it. */
function addUnits(units: UnitPlan[], { kind, settings }: Item, names: Names): void {
  const wanted = settings['unit'];
  const unitId = wanted === undefined ? freeUnitId(units, 1) : numberOf(`${kind}: unit`, wanted, 247);
  if (unitId === 0 || units.some((unit) => unit.unitId === unitId)) {
    throw new SimulatorError(
      `--devices: ${kind}: unit ${unitId} is taken, or for all; choose another from 1 to 247`,
    );
  }
  units.push({ ...names.of(kind, settings['id']), kind, unitId });
  const { companion } = deviceKinds[kind];
  if (companion === undefined) return;
  const companionId = freeUnitId(units, companion.unitId);
  units.push({ ...names.of(companion.kind, undefined), kind: companion.kind, unitId: companionId });
}

function freeUnitId(units: readonly UnitPlan[], from: number): number {
  let unitId = from;
  while (units.some((unit) => unit.unitId === unitId)) unitId += 1;
  return unitId;
}

function numberOf(what: string, word: string, max: number): number {
  const value = /^\d{1,5}$/.test(word) ? Number(word) : Infinity;
  if (value <= max) return value;
  throw new SimulatorError(`--devices: ${what} must be a whole number up to ${max}, not "${word}"`);
}

/** Hands out ids, `inverter-1` and so on, and counts the devices of a kind. */
class Names {
  readonly #taken = new Set<string>();
  readonly #counts = new Map<DeviceKindId, number>();

  of(kind: DeviceKindId, wanted: string | undefined): { readonly id: string; readonly count: number } {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    const id = wanted ?? this.#next(deviceKinds[kind].role);
    if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id) || this.#taken.has(id)) {
      throw new SimulatorError(`--devices: ${kind}: the id "${id}" is taken, or not of a-z, 0-9 and -`);
    }
    this.#taken.add(id);
    return { id, count };
  }

  #next(role: string): string {
    let number = 1;
    while (this.#taken.has(`${role}-${number}`)) number += 1;
    return `${role}-${number}`;
  }
}
