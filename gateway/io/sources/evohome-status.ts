import { GatewayError } from '../../core/errors.ts';
import type { QuantityName } from '../../core/quantity.ts';
import { listAt, numberAt, objectAt, readFields, textAt } from './fields.ts';
import type { SourceAnswer, SourceText, SourceValue } from './source.ts';

/** A room's air, hot water, and what may be asked of them, in °C; older controllers say 128 for what they do not know. */
const roomRange = [-20, 60] as const;
const waterRange = [0, 100] as const;
const setPointRange = [0, 50] as const;

/** What a text says while there is nothing to say. */
const nothing = 'none';

/** The mode of a set point that ends by itself. */
const temporary = 'TemporaryOverride';

const shownFaultsMax = 10;

interface Said {
  readonly values: SourceValue[];
  readonly texts: SourceText[];
  readonly parts: Set<string>;
}

/** One thing in the answer: where it stands, and what it is here. */
interface Part {
  readonly path: string;
  readonly part: string;
}

/**
 * The answer of `GET location/<id>/status`: a part for each zone, for hot water, for each system and gateway. Parts go
 * by their ids, so a zone keeps its history under a new name. Errors: `answer_invalid`, naming where.
 */
export function locationStatus(status: unknown): SourceAnswer {
  const said: Said = { values: [], texts: [], parts: new Set() };
  const location: Part = { path: '', part: newPart(status, '', ['location', 'locationId'], said) };
  keepRest(status, location, ['gateways', 'locationId'], said);
  for (const gateway of pathsIn(status, 'gateways')) {
    const part = newPart(status, gateway, ['gateway', 'gatewayId'], said);
    readFaults(status, { path: gateway, part }, said);
    keepRest(status, { path: gateway, part }, ['temperatureControlSystems', 'gatewayId'], said);
    for (const system of pathsIn(status, `${gateway}.temperatureControlSystems`)) {
      readSystem(status, system, said);
    }
  }
  return { values: said.values, texts: said.texts };
}

function readSystem(status: unknown, path: string, said: Said): void {
  const place: Part = { path, part: newPart(status, path, ['system', 'systemId'], said) };
  const mode = `${path}.systemModeStatus`;
  const isPermanent = objectAt(status, mode)['isPermanent'] === true;
  addText(said, place.part, 'system_mode', textAt(status, `${mode}.mode`));
  addText(said, place.part, 'system_until', untilIn(status, `${mode}.timeUntil`, isPermanent));
  readFaults(status, place, said);
  const known = ['zones', 'dhw', 'systemId', 'systemModeStatus.mode', 'systemModeStatus.timeUntil'];
  keepRest(status, place, known, said);
  for (const zone of pathsIn(status, `${path}.zones`)) readZone(status, zone, said);
  if (isThere(objectAt(status, path)['dhw'])) readHotWater(status, `${path}.dhw`, said);
}

function readZone(status: unknown, path: string, said: Said): void {
  const place: Part = { path, part: newPart(status, path, ['zone', 'zoneId'], said) };
  const setPoint = `${path}.setpointStatus`;
  addText(said, place.part, 'name', textAt(status, `${path}.name`));
  readTemperature(status, place, { quantity: 'room_temperature_c', range: roomRange }, said);
  const wantedC = numberAt(status, `${setPoint}.targetHeatTemperature`);
  said.values.push({ ...judged('room_set_point_c', wantedC, setPointRange), part: place.part });
  const mode = textAt(status, `${setPoint}.setpointMode`);
  addText(said, place.part, 'set_point_mode', mode);
  addText(said, place.part, 'set_point_until', untilIn(status, `${setPoint}.until`, mode !== temporary));
  readFaults(status, place, said);
  const known = ['targetHeatTemperature', 'setpointMode', 'until'].map((name) => `setpointStatus.${name}`);
  keepRest(status, place, ['zoneId', 'name', ...known], said);
}

function readHotWater(status: unknown, path: string, said: Said): void {
  const place: Part = { path, part: newPart(status, path, ['dhw', 'dhwId'], said) };
  readTemperature(status, place, { quantity: 'hot_water_temperature_c', range: waterRange }, said);
  said.values.push({ ...switched(textAt(status, `${path}.stateStatus.state`)), part: place.part });
  const mode = textAt(status, `${path}.stateStatus.mode`);
  addText(said, place.part, 'hot_water_mode', mode);
  addText(
    said,
    place.part,
    'hot_water_until',
    untilIn(status, `${path}.stateStatus.until`, mode !== temporary),
  );
  readFaults(status, place, said);
  const known = ['mode', 'until'].map((name) => `stateStatus.${name}`);
  keepRest(status, place, ['dhwId', ...known], said);
}

function switched(state: string): SourceValue {
  if (state === 'On' || state === 'Off') return { quantity: 'hot_water_on', value: state === 'On' ? 1 : 0 };
  return { quantity: 'hot_water_on', value: Number.NaN, quality: 'missing' };
}

/** Its temperature is left out while the sensor is not heard: that is missing, and no number. */
function readTemperature(
  status: unknown,
  { path, part }: Part,
  { quantity, range }: { readonly quantity: QuantityName; readonly range: readonly [number, number] },
  said: Said,
): void {
  const at = `${path}.temperatureStatus`;
  const { isAvailable, temperature } = objectAt(status, at);
  if (isThere(isAvailable) && typeof isAvailable !== 'boolean') {
    throw invalid('true or false', `${at}.isAvailable`);
  }
  if (isAvailable === false) said.values.push({ quantity, value: Number.NaN, quality: 'missing', part });
  else if (isThere(temperature))
    said.values.push({ ...judged(quantity, numberAt(status, `${at}.temperature`), range), part });
}

/** The air of a room, in °C. */
export function judgedRoom(celsius: number): SourceValue {
  return judged('room_temperature_c', celsius, roomRange);
}

function judged(quantity: QuantityName, value: number, [min, max]: readonly [number, number]): SourceValue {
  return { quantity, value, quality: value >= min && value <= max ? 'good' : 'suspect' };
}

/** Since when they are is told in local time without a zone, and kept as it is told. */
function readFaults(status: unknown, { path, part }: Part, said: Said): void {
  if (!isThere(objectAt(status, path)['activeFaults'])) return;
  const faults = pathsIn(status, `${path}.activeFaults`);
  said.values.push({ quantity: 'fault_count', value: faults.length, part });
  const types = faults.map((fault) => textAt(status, `${fault}.faultType`));
  addText(said, part, 'faults', listed(types));
  const since = faults.flatMap((fault) => optionalText(status, `${fault}.since`) ?? []);
  if (since.length === faults.length) addText(said, part, 'faults_since', listed(since));
}

function listed(words: readonly string[]): string {
  const shown = words.slice(0, shownFaultsMax).map((word) => word.slice(0, 80));
  return shown.join(', ') || nothing;
}

/** What a later version says besides. */
function keepRest(status: unknown, { path, part }: Part, known: readonly string[], said: Said): void {
  const without = [
    ...known,
    'activeFaults',
    'temperatureStatus.temperature',
    'temperatureStatus.isAvailable',
  ];
  const { values, texts } = readFields([], objectAt(status, path), { without, part });
  said.values.push(...values);
  said.texts.push(...texts);
}

function addText(said: Said, part: string, quantity: string, text: string | undefined): void {
  if (text !== undefined) said.texts.push({ quantity, text, part });
}

/** Until when a mode holds; undefined where it ought to be told, and is not. */
function untilIn(status: unknown, path: string, isForGood: boolean): string | undefined {
  return optionalText(status, path) ?? (isForGood ? nothing : undefined);
}

function optionalText(status: unknown, path: string): string | undefined {
  const end = path.lastIndexOf('.');
  return isThere(objectAt(status, path.slice(0, end))[path.slice(end + 1)])
    ? textAt(status, path)
    : undefined;
}

function pathsIn(status: unknown, path: string): readonly string[] {
  return listAt(status, path).map((_, index) => `${path}[${index}]`);
}

function newPart(status: unknown, path: string, [kind, name]: readonly [string, string], said: Said): string {
  const part = `${kind}-${idAt(status, path, name)}`;
  if (said.parts.has(part)) throw invalid('an id that no other has', `${path}.${name}`);
  said.parts.add(part);
  return part;
}

/** The id of that name in the object at a flattened path: a text. Errors: `answer_invalid` for what cannot be one. */
export function idAt(object: unknown, path: string, name: string): string {
  const id = objectAt(object, path)[name];
  if (typeof id === 'string' && /^[A-Za-z0-9_-]{1,40}$/.test(id)) return id;
  throw invalid('an id', path === '' ? name : `${path}.${name}`);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function invalid(expected: string, where: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: 'it is asked again; if it repeats, Evohome has changed: tell us',
    facts: { where, expected },
  });
}
