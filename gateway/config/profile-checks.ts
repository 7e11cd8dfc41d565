import type { ConfigPath } from './path.ts';
import { isMap } from '../core/is-map.ts';
import { valueAt } from './path.ts';
import type { ConfigProblem } from './problem.ts';
import type { DriverProfile, ProfileField } from './profile-section.ts';
import type { ProblemPlaces } from './validate.ts';

const words: Readonly<Record<string, number>> = {
  u16: 1,
  s16: 1,
  u32: 2,
  s32: 2,
  f32: 2,
  u64: 4,
  s64: 4,
  f64: 4,
};
const addressesMax = 65_536;

type Report = (steps: ConfigPath, message: string, hint: string) => void;

/**
 * What no schema can say of the profiles. Those that their schema has refused are passed over, as they have been
 * reported.
 */
export function checkProfiles(
  root: unknown,
  builtIn: readonly string[],
  refused: ReadonlySet<number>,
  places: ProblemPlaces,
): readonly ConfigProblem[] {
  const profiles = valueAt(root, ['profiles']);
  if (!Array.isArray(profiles)) return [];
  const problems: ConfigProblem[] = [];
  const indexes = new Map<string, number>();
  for (const [index, profile] of (profiles as DriverProfile[]).entries()) {
    if (refused.has(index)) continue;
    const report: Report = (steps, message, hint) => {
      const path = ['profiles', index, ...steps];
      problems.push({ path, where: places.where(path), message, hint });
    };
    const owner = indexes.get(profile.id);
    if (owner !== undefined)
      report(['id'], `"${profile.id}" is already the id of profiles[${owner}]`, 'give each an id of its own');
    else indexes.set(profile.id, index);
    if (builtIn.includes(profile.id))
      report(['id'], `"${profile.id}" is built in`, 'give the profile an id of its own');
    checkTimes(profile, report);
    checkFields(profile, report);
    checkSerialNumber(profile, report);
    checkForbidden(profile, report);
  }
  return problems;
}

/** Ids of the profiles as they are written, right or wrong. */
export function profileIdsOf(tree: unknown): readonly string[] {
  const profiles = valueAt(tree, ['profiles']);
  if (!Array.isArray(profiles)) return [];
  return profiles
    .map((profile) => (isMap(profile) ? profile['id'] : undefined))
    .filter((id) => typeof id === 'string');
}

function checkTimes({ limits }: DriverProfile, report: Report): void {
  if (limits.responseMsMax < limits.requestTimeoutMs) return;
  report(
    ['limits', 'responseMsMax'],
    `must be below requestTimeoutMs, which is ${limits.requestTimeoutMs}, not ${limits.responseMsMax}`,
    'a healthy answer comes before the time-out',
  );
}

function checkFields(profile: DriverProfile, report: Report): void {
  const names = new Set<string>();
  for (const [index, field] of profile.fields.entries()) {
    const at = (step: string): ConfigPath => ['fields', index, step];
    if (names.has(field.name))
      report(at('name'), `"${field.name}" is there twice`, 'give each quantity once');
    names.add(field.name);
    if (field.scale === 0) report(at('scale'), 'must not be 0', 'value = raw × scale + offset');
    if ((field.min ?? -Infinity) >= (field.max ?? Infinity))
      report(
        at('min'),
        `must be below max, which is ${field.max ?? ''}, not ${field.min ?? ''}`,
        'swap them',
      );
    checkExtent(profile, field, (message, hint) => report(at('address'), message, hint));
  }
}

/** Registers that come in one answer: the value's, and its scale register. */
function checkExtent(
  { limits, forbidden = [] }: DriverProfile,
  { table, address, encoding, scaleRegister = address }: ProfileField,
  report: (message: string, hint: string) => void,
): void {
  const first = Math.min(address, scaleRegister);
  const end = Math.max(address + (words[encoding] ?? 1), scaleRegister + 1);
  if (end > addressesMax)
    report(`${address} with ${encoding} ends after 65535`, 'addresses go from 0 to 65535');
  if (end - first > limits.registersMax) {
    report(
      `the value and what scales it take ${end - first} registers, more than the ${limits.registersMax} of a request`,
      'they must come in one answer: correct the addresses or limits.registersMax',
    );
  }
  const hole = forbidden.find((range) => range.table === table && range.first < end && range.last >= first);
  if (hole !== undefined)
    report(`${address} touches the forbidden ${hole.first} to ${hole.last}`, 'correct one of them');
}

function checkSerialNumber({ serialNumber }: DriverProfile, report: Report): void {
  if (serialNumber === undefined) return;
  const { address, count, encoding } = serialNumber;
  if ((count === undefined) === (encoding === undefined)) {
    report(['serialNumber'], 'needs either count or encoding', 'count for a text, encoding for a number');
    return;
  }
  const end = address + (count ?? words[encoding ?? ''] ?? 1);
  if (end > addressesMax)
    report(['serialNumber', 'address'], `${address} ends after 65535`, 'addresses go from 0 to 65535');
}

function checkForbidden({ forbidden = [] }: DriverProfile, report: Report): void {
  for (const [index, { first, last }] of forbidden.entries()) {
    if (first > last)
      report(
        ['forbidden', index, 'last'],
        `must be at least first, which is ${first}, not ${last}`,
        'swap them',
      );
  }
}
