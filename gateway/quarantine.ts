import type { LoadedConfig } from './config/interpret.ts';
import { formatProblem } from './config/problem.ts';
import type { QuarantinedNotifier } from './configured-notifiers.ts';
import type { QuarantinedSwitch } from './configured-switch.ts';
import type { QuarantinedDevice } from './features/harvest/device-directory.ts';
import type { Quarantined } from './features/sources/source-fleet.ts';

/** Devices that are left out because of what is said in them, as the faces show them. */
export function quarantinedDevices(loaded: LoadedConfig): readonly QuarantinedDevice[] {
  return loaded.quarantined.map(({ index, id, problems }) => ({
    id: id ?? `devices[${index}]`,
    driver: '',
    address: '',
    problems: problems.map(({ path, message, hint }) => ({ path: path.join('.'), message, hint })),
  }));
}

/** The same of sources. */
export function quarantinedSources(loaded: LoadedConfig): readonly Quarantined[] {
  return loaded.quarantinedSources.map(({ index, id, kind, problems: [first] }) => ({
    id: id ?? `sources[${index}]`,
    kind: kind ?? '',
    reason: first === undefined ? 'its configuration is wrong' : formatProblem(first),
    hint: 'see egw config check',
  }));
}

/** The same of notifiers. */
export function quarantinedNotifiers(loaded: LoadedConfig): readonly QuarantinedNotifier[] {
  return loaded.quarantinedNotifiers.map(({ index, id, kind, problems: [first] }) => ({
    id: id ?? `notifiers[${index}]`,
    kind: kind ?? '',
    reason: first === undefined ? 'see egw config check' : formatProblem(first),
  }));
}

/** The same of switches. */
export function quarantinedSwitches(loaded: LoadedConfig): readonly QuarantinedSwitch[] {
  return loaded.quarantinedSwitches.flatMap(({ id, problems: [first] }) => {
    if (id === undefined) return [];
    return [{ id, reason: first === undefined ? 'see egw config check' : formatProblem(first) }];
  });
}
