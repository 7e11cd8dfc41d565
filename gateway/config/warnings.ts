import { isIP } from 'node:net';
import { nearest } from '../core/nearest.ts';
import type { Config } from './config.ts';
import { isLocalhost } from './host-name.ts';
import { kindSectionKeys } from './kind-section.ts';
import type { Environment, Override } from './overrides.ts';
import { itemWords, ownVariable, ownVariablePattern } from './environment-items.ts';
import { otherVariables, processSettings } from './process-settings.ts';

/** Lines for people about a configuration that can run: what it opens, and what in it has no effect. */
export function findWarnings(
  config: Config,
  environment: Environment,
  dropped: readonly Override[],
): readonly string[] {
  const warnings: string[] = [];
  if (config.network.allowLoopbackDevices) {
    warnings.push(
      'network.allowLoopbackDevices is on: devices may stand on this machine itself, for simulators and tests only',
    );
  }
  if (!isLoopback(config.http.host)) {
    warnings.push(
      `http.host is ${config.http.host}: the page and the API can be reached from the network, without encryption`,
    );
  }
  warnings.push(...unknownRetained(config), ...withoutSecrets(config));
  for (const { setting } of dropped) {
    warnings.push(`the stored setting ${setting} is not valid in this version, and is ignored`);
  }
  return [...warnings, ...unknownVariables(environment)];
}

/** No mistake: the device may have been removed, and its history is kept as it says. */
function unknownRetained({ storage, devices, sources }: Config): readonly string[] {
  const known = [...devices, ...sources].map(({ id }) => id);
  return Object.keys(storage.retention.devices ?? {})
    .filter((id) => !known.includes(id))
    .map((id) => {
      const guess = nearest(id, known);
      const end = guess === undefined ? '' : `; did you mean ${guess}?`;
      return `storage.retention.devices names ${JSON.stringify(id)}, and no device of that id is read${end}`;
    });
}

/** They are skipped: the rest runs. */
function withoutSecrets(config: Config): readonly string[] {
  return kindSectionKeys.flatMap((key) =>
    config[key]
      .filter(({ enabled, missingSecrets }) => enabled && missingSecrets.length > 0)
      .map(({ id, missingSecrets }) => {
        const variables = missingSecrets.map((option) => ownVariable(key, id, option)).join(', ');
        return `${itemWords[key].toLowerCase()} ${id} is skipped: it has no ${missingSecrets.join(', ')}; give it there, or set ${variables}`;
      }),
  );
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 0) return isLocalhost(host);
  return host === '::1' || host.startsWith('127.');
}

function unknownVariables(environment: Environment): readonly string[] {
  const known: readonly string[] = [...processSettings.map(({ variable }) => variable), ...otherVariables];
  return Object.keys(environment)
    .filter((name) => name.startsWith('EGW_') && !known.includes(name) && !ownVariablePattern.test(name))
    .map((name) => {
      const guess = nearest(name, known);
      return `the environment variable ${name} is unknown and has no effect${guess === undefined ? '' : `; did you mean ${guess}?`}`;
    });
}
