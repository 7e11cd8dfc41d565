import { serviceTitle, unitVariables, type ServiceUnit } from './service-unit.ts';
import { sealUnit } from './unit-seal.ts';

/** The folder below /var/lib that systemd makes for a service without a user of its own: systemd.exec(5). */
const stateDirectory = 'egw';

/** Where the data are of a service that has no user of its own. */
export const ownStateDirectory = `/var/lib/${stateDirectory}`;

/** Everything that a service of systemd consists of: systemd.service(5), systemd.exec(5). */
export function systemdUnit(unit: ServiceUnit): string {
  const service = [
    'Type=exec',
    `ExecStart=${unit.program.map(word).join(' ')}`,
    ...Object.entries(unitVariables(unit)).map(([name, value]) => `Environment=${variable(name, value)}`),
    'Restart=always',
    'RestartSec=5',
    'TimeoutStopSec=15',
    // The gateway ends its jobs itself, and knows then why they ended.
    'KillMode=mixed',
    'UMask=0077',
    ...(unit.scope === 'system' ? systemRights(unit) : userRights),
  ];
  const sections = [
    ['Unit', [`Description=${serviceTitle}`, 'After=network.target time-sync.target']],
    ['Service', service],
    ['Install', [`WantedBy=${unit.scope === 'system' ? 'multi-user.target' : 'default.target'}`]],
  ] as const;
  const head = [
    '# Written by: egw service install',
    '# Other settings: systemctl edit egw, which leaves this file alone. Secrets: .env in the data directory.',
  ];
  const body = sections.map(([title, lines]) => ['', `[${title}]`, ...lines].join('\n'));
  return sealUnit(`${[...head, ...body].join('\n')}\n`, 'ini');
}

/** What a gateway never needs. What probes, buses and serial lines need of /dev and /sys stays. */
const withoutPrivileges = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  // Those that jobs are kept apart by.
  'RestrictNamespaces=user mnt pid ipc uts net',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'SystemCallArchitectures=native',
];

/*
 * Nothing that covers a part of /proc, as ProtectKernelLogs, ProtectKernelTunables and ProtectHostname do: who does not
 * see all of it may not mount one for the processes of a job (mount_namespaces(7)). Without capabilities there is
 * nothing that they would protect.
 */

/** The manager of a user's session cannot mount: it confines only what needs no right of its own. */
const userRights = withoutPrivileges;

function systemRights({ account, groups }: ServiceUnit): readonly string[] {
  const ownUser = [
    'DynamicUser=yes',
    `StateDirectory=${stateDirectory}`,
    'StateDirectoryMode=0700',
    // Written by root, who alone can: systemd reads it before it gives up its rights.
    `EnvironmentFile=-${ownStateDirectory}/.env`,
    'ProtectHome=yes',
    // Sticks that backups and files are written to stand below these, and may come later.
    'ReadWritePaths=-/media -/mnt -/srv',
  ];
  return [
    ...(account === undefined ? ownUser : [`User=${account}`, 'ProtectSystem=full']),
    ...(groups.length === 0 ? [] : [`SupplementaryGroups=${groups.join(' ')}`]),
    ...withoutPrivileges,
    'CapabilityBoundingSet=',
    'PrivateTmp=yes',
    'ProtectControlGroups=yes',
    'ProtectKernelModules=yes',
  ];
}

/** A word of a command line: systemd.syntax(7), and `%` and `$` as what they are (systemd.unit(5)). */
function word(text: string): string {
  return quoted(text).replaceAll('$', '$$$$');
}

function variable(name: string, value: string): string {
  return quoted(`${name}=${value}`);
}

function quoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('%', '%%');
  return `"${escaped}"`;
}
