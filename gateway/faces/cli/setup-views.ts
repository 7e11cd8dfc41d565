import { qrText, qrTextWidth } from '../../core/qr-text.ts';
import { formatDuration, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts, renderTable } from './table.ts';

interface Label {
  readonly gatewayId: string;
  readonly fingerprint: string;
  /** Null for who may do less than it gives. */
  readonly code: string | null;
  readonly text: string | null;
  readonly qr: readonly string[];
}

interface Joined {
  readonly ssid: string;
  readonly signalPct: number | null;
  readonly addresses: readonly string[];
}

interface Joining {
  readonly ssid: string;
  readonly stage: string;
  readonly message: string | null;
  readonly hint: string | null;
  readonly rolledBackTo: string | null;
}

interface Wireless {
  readonly radio: string;
  readonly problem: string | null;
  readonly joined: Joined | null;
}

interface SetupStatus {
  readonly door: { readonly state: string; readonly openMs: number | null; readonly triesLeft: number };
  readonly isOwned: boolean;
  readonly bluetooth: 'none' | 'connected' | 'session';
  readonly wireless: Wireless;
  readonly ethernet: { readonly isUp: boolean; readonly addresses: readonly string[] } | null;
  readonly internet: string;
  readonly addresses: readonly string[];
  readonly pageIsLocalOnly: boolean;
  readonly joining: Joining | null;
}

interface Network {
  readonly ssid: string;
  readonly signalPct: number;
  readonly security: string;
  readonly isKnown: boolean;
  readonly isJoined: boolean;
}

type Facts = readonly (readonly [string, string])[];

/** What belongs on a label; with its picture where the terminal has room for it. */
export function labelView(answer: unknown, paint: Paint, width = 0): string {
  const { gatewayId, fingerprint, code, text, qr } = answer as Label;
  const isColoured = paint('bold', 'x') !== 'x';
  const picture =
    qr.length > 0 && width > qrTextWidth(qr) ? [...qrText(qr, isColoured), '', ''].join('\n') : '';
  const facts: Facts = [
    ['set-up code', code ?? 'not shown: this access may do less than the code gives'],
    ['name', `eGW ${gatewayId.slice(0, 8).toUpperCase()}`],
    ['gateway', gatewayId],
    ['fingerprint', fingerprint],
    ...(text === null ? [] : ([['QR code of', text]] as const)),
  ];
  const lines = code === null ? ['On the gateway itself egw provision show tells it.'] : advice;
  return `${picture}${renderFacts(facts, paint)}\n${lines.map((line) => `${line}\n`).join('')}`;
}

const advice = [
  'Scan it with the set-up page, which the gateway has at /setup, or type the code there.',
  'Whoever has this code and is near can do as the owner does: show it to nobody else.',
];

/** How far the setting up has come. */
export function setupStatusView(answer: unknown, paint: Paint): string {
  const status = answer as SetupStatus;
  const { ethernet, addresses, pageIsLocalOnly, internet } = status;
  const page = pageIsLocalOnly ? 'on this machine alone (http.host)' : addresses.map(shown).join(' ');
  return renderFacts(
    [
      ['set-up', doorWords(status)],
      ['bluetooth', bluetoothWords[status.bluetooth]],
      ...wirelessFacts(status.wireless, status.joining),
      ...(ethernet === null
        ? []
        : ([
            ['cable', ethernet.isUp ? ['connected', ...ethernet.addresses].join(', ') : 'not connected'],
          ] as const)),
      ['internet', internet],
      ['page', page === '' ? 'without an address' : page],
    ],
    paint,
  );
}

/** The Wi-Fi of the machine. */
export function wifiStatusView(answer: unknown, paint: Paint): string {
  const { internet, joining, ...wireless } = answer as Wireless & {
    readonly internet: string;
    readonly joining: Joining | null;
  };
  return renderFacts([...wirelessFacts(wireless, joining), ['internet', internet]], paint);
}

/** How the joining of a network ended, or how far it has come. */
export function joiningView(answer: unknown, paint: Paint): string {
  return renderFacts(attemptFacts(answer as Joining), paint);
}

/** Networks in reach, with bars as phones show them. */
export function networksView(answer: unknown, paint: Paint): string {
  const { networks } = answer as { readonly networks: readonly Network[] };
  if (networks.length === 0) return 'No wireless network is in reach.\n';
  const columns = [
    { title: 'network', align: 'left' },
    { title: 'signal', align: 'left' },
    { title: '', align: 'right' },
    { title: 'security', align: 'left' },
    { title: '', align: 'left' },
  ] as const;
  const rows = networks.map(({ ssid, signalPct, security, isKnown, isJoined }) => [
    shown(ssid),
    signalBars(signalPct),
    `${signalPct} %`,
    security === 'open' ? 'none' : security,
    isJoined ? 'joined' : isKnown ? 'known' : '',
  ]);
  return renderTable(columns, rows, paint);
}

const barSteps = ['▂', '▄', '▆', '█'];

function signalBars(signalPct: number): string {
  return barSteps.map((bar, index) => (signalPct > index * 25 ? bar : '·')).join('');
}

/** Names of networks are anybody's: no control characters. */
function shown(text: string): string {
  return formatValue(text);
}

function doorWords({ door, isOwned }: SetupStatus): string {
  if (door.state !== 'open') return door.state === 'barred' ? 'barred: too many wrong codes' : door.state;
  if (door.openMs === null) return isOwned ? 'open' : 'open: nobody owns the gateway yet';
  return `open for ${formatDuration(door.openMs)}, ${door.triesLeft} tries left`;
}

const bluetoothWords = {
  none: 'its service does not run: npm run ble, or the container ble',
  connected: 'ready',
  session: 'a phone sets the gateway up now',
};

function wirelessFacts({ radio, problem, joined }: Wireless, joining: Joining | null): Facts {
  return [
    ['wi-fi', problem === null ? joinedWords(radio, joined) : shown(problem)],
    ...(joining === null ? [] : attemptFacts(joining)),
  ];
}

function joinedWords(radio: string, joined: Joined | null): string {
  if (radio !== 'on') return radio === 'off' ? 'switched off' : 'none';
  if (joined === null) return 'not joined';
  const { ssid, signalPct, addresses } = joined;
  const signal = signalPct === null ? [] : [`${signalBars(signalPct)} ${signalPct} %`];
  return [shown(ssid), ...signal, ...addresses].join(', ');
}

function attemptFacts({ ssid, stage, message, hint, rolledBackTo }: Joining): Facts {
  return [
    ['last attempt', `${shown(ssid)}: ${stage}`],
    ...(message === null ? [] : ([['', shown(hint === null ? message : `${message} (${hint})`)]] as const)),
    ...(rolledBackTo === null ? [] : ([['', `back in ${shown(rolledBackTo)}`]] as const)),
  ];
}
