import type { Fact } from './fact.ts';
import { formatDuration, formatFixed } from './format.ts';
import type { SetupStatus } from './setup-types.ts';

/** How far the setting up has come, for people. */
export function setupFacts(status: SetupStatus): readonly Fact[] {
  const { ethernet } = status;
  return [
    ['Set-up by phone', doorWords(status)],
    ['Bluetooth', bluetoothWords[status.bluetooth]],
    ['Wi-Fi', wifiWords(status)],
    ...(ethernet === null ? [] : [['Cable', cableWords(ethernet)] as const]),
    ['Internet', internetWords[status.internet]],
    ['This page', pageWords(status)],
  ];
}

/** What became of the last attempt to join a network, where that is worth saying. */
export function joiningWords({ joining }: SetupStatus): string {
  if (joining === null) return '';
  const { ssid, stage, message, hint, rolledBackTo } = joining;
  if (stage !== 'joined' && stage !== 'failed') return `Joining “${ssid}”: ${stageWords[stage]}…`;
  if (message === null) return '';
  const back = rolledBackTo === null ? '' : `; back in “${rolledBackTo}”`;
  return `${message}${hint === null ? '' : ` (${hint})`}${back}.`;
}

function doorWords({ door, isOwned }: SetupStatus): string {
  if (door.state === 'barred') return 'barred after too many wrong codes: touch the gateway, or open it here';
  if (door.state === 'closed') return 'closed: touch the gateway, or open it here';
  if (door.openMs === null) return isOwned ? 'open' : 'open, because nobody owns the gateway yet';
  return `open for another ${formatDuration(door.openMs)}, ${door.triesLeft} tries left`;
}

const bluetoothWords: Readonly<Record<SetupStatus['bluetooth'], string>> = {
  none: 'its service does not run here: npm run ble, or the container ble',
  connected: 'ready',
  session: 'a phone sets the gateway up now',
};

function wifiWords({ wireless }: SetupStatus): string {
  const { radio, joined, problem } = wireless;
  if (problem !== null) return problem;
  if (radio !== 'on') return radio === 'off' ? 'switched off' : 'none';
  if (joined === null) return 'not joined';
  const signal = joined.signalPct === null ? '' : `, ${formatFixed(joined.signalPct, 0, '%')} signal`;
  return `${joined.ssid}${signal}${listed(joined.addresses)}`;
}

function cableWords({ isUp, addresses }: NonNullable<SetupStatus['ethernet']>): string {
  return isUp ? `connected${listed(addresses)}` : 'not connected';
}

function listed(addresses: readonly string[]): string {
  return addresses.length === 0 ? '' : `, ${addresses.join(' ')}`;
}

const internetWords: Readonly<Record<SetupStatus['internet'], string>> = {
  online: 'reached',
  'captive-portal': 'behind a page where somebody has to sign in',
  limited: 'not reached from this network',
  none: 'not reached',
  unknown: 'nobody has looked',
};

function pageWords({ addresses, pageIsLocalOnly }: SetupStatus): string {
  if (pageIsLocalOnly) return 'on this machine alone: http.host says so';
  return addresses.length === 0 ? 'without an address' : addresses.join(' ');
}

const stageWords = {
  associating: 'looking for it',
  authenticating: 'showing it the password',
  address: 'asking for an address',
  checking: 'looking for the internet',
};
