import { limits } from '../core/limits.ts';
import { checkDeviceHost } from './device-host.ts';
import type { HostRefusal } from './device-host.ts';
import type { DeviceRules } from './device-section.ts';
import { formatDuration, parseDurationMs } from '../core/duration.ts';
import { hostKind, isLocalhost } from './host-name.ts';
import type { ConfigPath } from './path.ts';
import { formatPath, valueAt } from './path.ts';
import type { ConfigProblem } from './problem.ts';
import { SharedLines } from './shared-lines.ts';
import { checkTransport } from './transport-checks.ts';
import type { TransportFindings } from './transport-checks.ts';
import type { ProblemPlaces } from './validate.ts';

export interface DeviceFindings {
  /** Each path starts with `devices` and the index. */
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

/** These depend on what is attached now: at start a cable or DHCP may be late, so they only warn. */
const passing: ReadonlySet<HostRefusal> = new Set(['own', 'broadcast', 'not_attached']);

/**
 * What no schema can say of the devices. Values of a wrong type were reported before, and are passed over. Of
 * two devices with the same id the first keeps it: its history goes on.
 */
export function checkDevices(root: unknown, rules: DeviceRules, places: ProblemPlaces): DeviceFindings {
  const devices = valueAt(root, ['devices']);
  const problems: ConfigProblem[] = [];
  const warnings: string[] = [];
  if (!Array.isArray(devices)) return { problems, warnings };
  const allowLoopback = valueAt(root, ['network', 'allowLoopbackDevices']) === true;
  const report = (path: ConfigPath, message: string, hint: string, near?: ConfigPath): void => {
    const where = places.where(path) ?? (near && places.where(near));
    problems.push({ path, where, message, hint });
  };
  const warn = (path: ConfigPath, message: string): void => {
    warnings.push(`${formatPath(path)}: ${message}`);
  };
  const findings = { rules, places, allowLoopback, report, warn };
  const lines = new SharedLines(findings);
  const indexes = new Map<string, number>();
  for (const [index, device] of devices.entries()) {
    const at = (...steps: string[]): ConfigPath => ['devices', index, ...steps];
    const id = valueAt(device, ['id']);
    const owner = typeof id === 'string' ? indexes.get(id) : undefined;
    if (owner !== undefined)
      report(
        at('id'),
        `${places.show(at('id'), id)} is already the id of devices[${owner}]`,
        'give each device an id of its own',
      );
    else if (typeof id === 'string') indexes.set(id, index);
    if (rules.drivers.length === 0)
      report(at('driver'), 'names a driver, but none is built in', 'use a complete build');
    checkPeriod(valueAt(device, ['period']), at('period'), findings);
    checkTransport(device, at(), findings);
    lines.check(device, index);
    const host = valueAt(device, ['transport', 'host']);
    const path = at('transport', 'host');
    if (typeof host === 'string' && host !== '') checkHost(host, path, findings);
  }
  return { problems, warnings };
}

function checkPeriod(period: unknown, path: ConfigPath, { report, places }: TransportFindings): void {
  const periodMs = typeof period === 'string' ? parseDurationMs(period) : undefined;
  if (periodMs === undefined) return;
  if (periodMs >= limits.pollIntervalMsMin && periodMs <= limits.pollIntervalMsMax) return;
  const least = formatDuration(limits.pollIntervalMsMin);
  const most = formatDuration(limits.pollIntervalMsMax);
  report(
    path,
    `must be from ${least} to ${most}, not ${places.show(path, period)}`,
    '10s suits most devices',
  );
}

/** Names are checked at each connection, after they are resolved; `localhost` is known without asking. */
function checkHost(host: string, path: ConfigPath, findings: TransportFindings): void {
  const { rules, allowLoopback, report, places, warn } = findings;
  const kind = hostKind(host);
  const shown = places.show(path, host);
  if (kind === undefined) {
    report(path, `must be a host, not ${shown}`, 'give an address such as 192.168.1.20, or a name');
    return;
  }
  const isLocal = isLocalhost(host);
  if (kind === 'name' && !isLocal) return;
  const address = isLocal ? '127.0.0.1' : host;
  const refusal = checkDeviceHost(address, rules.attached, allowLoopback);
  if (refusal === undefined) return;
  const what = refusal.message.replace(JSON.stringify(address), () => shown);
  if (passing.has(refusal.facts['refusal'] as HostRefusal)) {
    warn(path, `${what} now; it is checked again at each connection`);
  } else {
    report(path, `is not allowed: ${what}`, refusal.hint ?? 'give another address');
  }
}
