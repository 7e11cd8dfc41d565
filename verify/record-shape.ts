import { isObject, type JsonObject, type JsonValue } from './json-value.ts';

type Check = (value: JsonValue | undefined) => boolean;
type Members = Readonly<Record<string, Check>>;

export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isNumber: Check = (value) => isCount(value) && value !== 0;
const isInteger: Check = (value) => Number.isSafeInteger(value);
export const isText: Check = (value) => typeof value === 'string';
const isName: Check = (value) => isText(value) && value !== '';
export const isHash: Check = (value) => matches(value, /^[0-9a-f]{64}$/);
export const isEpoch: Check = (value) => matches(value, /^[0-9a-f]{16}$/);
export const isGateway: Check = (value) => matches(value, /^[a-z2-7]{16}$/);
export const isAlgorithm: Check = (value) => matches(value, /^(Ed25519|ES256|none)$/);
const isQuality: Check = (value) => matches(value, /^(estimated|suspect|missing|sensor_error)$/);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

function matches(value: JsonValue | undefined, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

const place = { epoch: isEpoch, sequence: isNumber, head: isHash };
const epoch = {
  gateway: isGateway,
  publicKey: isText,
  algorithm: isAlgorithm,
  epoch: isEpoch,
  previous: orNull((value) => isOf(value, place)),
  atMs: isCount,
};
const readings = { commit: isNumber, readings: isReadings };
const storeGap = {
  number: isCount,
  reason: isName,
  fromMs: orNull(isInteger),
  toMs: orNull(isInteger),
  readings: orNull(isCount),
};
const chainGap = {
  reason: isName,
  from: isNumber,
  to: isNumber,
  before: isHash,
  head: isHash,
  readings: orNull(isCount),
};
const commitsGap = {
  reason: isName,
  commits: isCommits,
  fromMs: orNull(isInteger),
  toMs: orNull(isInteger),
  readings: orNull(isCount),
};
const restart = { atMs: isCount, bootId: isName, version: isName };
const clockStep = { atMs: isCount, stepMs: isInteger };

const kinds = new Map<string, Members>(Object.entries({ epoch, readings, restart, clock_step: clockStep }));

/**
 * Whether it is a record of docs/cloud-protocol.md, without a member more or less: undefined, or the name of a member
 * that is wrong; empty where it is no object.
 */
export function faultOfRecord(value: JsonValue): string | undefined {
  if (!isObject(value)) return '';
  const kind = typeof value['kind'] === 'string' ? value['kind'] : '';
  const members = kind === 'gap' ? gapMembers(value) : kinds.get(kind);
  if (members === undefined) return 'kind';
  const wrong = wrongMember(value, { kind: isName, ...members });
  if (wrong !== undefined || members['head'] === undefined) return wrong;
  return (value['from'] as number) <= (value['to'] as number) ? undefined : 'to';
}

/** Of commits, of records of the chain or of one before, or of the store. */
function gapMembers(gap: JsonObject): Members {
  if ('commits' in gap) return commitsGap;
  if (!('head' in gap)) return storeGap;
  return 'epoch' in gap ? { ...chainGap, epoch: isEpoch } : chainGap;
}

/** The first member, by name, that is not as it must be, is missing or should not be there. */
export function wrongMember(value: JsonObject, members: Members): string | undefined {
  const names = [...new Set([...Object.keys(value), ...Object.keys(members)])].sort();
  return names.find((name) => !Object.hasOwn(members, name) || members[name]?.(value[name]) !== true);
}

function isOf(value: JsonValue | undefined, members: Members): boolean {
  return isObject(value) && wrongMember(value, members) === undefined;
}

function isCommits(value: JsonValue | undefined): boolean {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isNumber)) return false;
  return (value[0] as number) <= (value[1] as number);
}

function isReadings(value: JsonValue | undefined): boolean {
  return isObject(value) && Object.entries(value).every(([name, device]) => name !== '' && isDevice(device));
}

function isDevice(value: JsonValue): boolean {
  return isObject(value) && Object.entries(value).every(([name, series]) => name !== '' && isSeries(series));
}

function isSeries(value: JsonValue): boolean {
  return Array.isArray(value) && value.every(isReading);
}

function isReading(value: JsonValue): boolean {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return false;
  const [atMs, amount, quality] = value;
  const isAmount = amount === null || typeof amount === 'number';
  return isCount(atMs) && isAmount && (value.length === 2 || isQuality(quality));
}
