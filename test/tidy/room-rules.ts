/** What a room may import: whole rooms, single files or patterns; types of some more. */
export interface RoomRule {
  readonly room: string;
  readonly imports: readonly (string | RegExp)[];
  readonly typesOf?: readonly (string | RegExp)[];
  /** Node's own modules, where the room is confined to some. */
  readonly node?: readonly string[];
}

/** What others see of a family: its contract, its words, and its lookup. */
export const ioContracts = [
  /^gateway\/io\/[a-z-]+\/index\.ts$/,
  'gateway/io/drivers/driver.ts',
  'gateway/io/drivers/register-map.ts',
  'gateway/io/imports/import-format.ts',
  'gateway/io/mqtt/mqtt-session.ts',
  'gateway/io/notifiers/notifier.ts',
  'gateway/io/signers/signer.ts',
  'gateway/io/sinks/sink.ts',
  'gateway/io/sources/source.ts',
  'gateway/io/switches/switch.ts',
  'gateway/io/transports/transport.ts',
  'gateway/io/uplinks/uplink.ts',
];
const storageContracts = [
  'gateway/storage/access-calls.ts',
  'gateway/storage/alert-calls.ts',
  'gateway/storage/boiler-calls.ts',
  'gateway/storage/cloud-calls.ts',
  'gateway/storage/grid-calls.ts',
  'gateway/storage/job-calls.ts',
  'gateway/storage/member-calls.ts',
  'gateway/storage/server-calls.ts',
  'gateway/storage/store-calls.ts',
  'gateway/storage/telemetry-calls.ts',
  'gateway/storage/tempo-calls.ts',
];
const configContracts = ['gateway/config/section.ts'];
const foundation = ['gateway/core/', 'gateway/engine/'];
/** Of what puts a feature together with the outside that it is for. */
const keepingImports = [
  ...foundation,
  'gateway/config/config.ts',
  ...ioContracts,
  ...storageContracts,
  'gateway/features/',
];

/** Each puts one feature together with its outside. */
const keepers = [
  'gateway/access-keeping.ts',
  'gateway/boiler-keeping.ts',
  'gateway/configured-notifiers.ts',
  'gateway/configured-switch.ts',
  'gateway/grid-keeping.ts',
  'gateway/identity-keeping.ts',
  'gateway/jobs-keeping.ts',
  'gateway/members-keeping.ts',
  'gateway/provisioning-keeping.ts',
  'gateway/sink-keeping.ts',
  'gateway/source-keeping.ts',
  'gateway/telemetry-keeping.ts',
];

/** The arrows of docs/ARCHITECTURE.md. The first row whose room holds the file decides. */
export const roomRules: readonly RoomRule[] = [
  { room: 'gateway/core/', imports: ['gateway/core/'], node: ['node:assert'] },
  { room: 'gateway/engine/', imports: foundation, node: ['node:assert', 'node:worker_threads'] },
  { room: 'gateway/io/', imports: [...foundation, 'gateway/io/'] },
  { room: 'gateway/storage/', imports: [...foundation, 'gateway/storage/'] },
  { room: 'gateway/config/', imports: [...foundation, 'gateway/config/'] },
  { room: 'gateway/system/', imports: ['gateway/core/', 'gateway/system/'] },
  {
    room: 'gateway/features/',
    imports: [
      ...foundation,
      /^gateway\/features\/[^/]+\.ts$/,
      ...ioContracts,
      ...storageContracts,
      ...configContracts,
    ],
  },
  { room: 'gateway/faces/web/page/', imports: ['gateway/faces/web/page/'], node: [] },
  {
    room: 'gateway/faces/',
    imports: ['gateway/core/', 'gateway/faces/', /^gateway\/features\/([^/]+|[^/]+\/[^/]+-commands)\.ts$/],
    typesOf: ['gateway/engine/', ...storageContracts],
  },
  { room: 'gateway/main.ts', imports: ['gateway/system/node-version.ts'] },
  { room: 'gateway/app.ts', imports: ['gateway/'] },
  { room: 'gateway/bind-commands.ts', imports: ['gateway/'] },
  { room: 'gateway/run.ts', imports: ['gateway/'] },
  { room: 'gateway/machine-setup.ts', imports: ['gateway/'] },
  { room: 'gateway/factory-reset.ts', imports: ['gateway/'] },
  {
    room: 'gateway/job-outside.ts',
    imports: [
      'gateway/core/',
      'gateway/config/config.ts',
      'gateway/features/jobs/jobs-section.ts',
      'gateway/jobs-keeping.ts',
      'gateway/system/',
    ],
  },
  { room: 'gateway/state-facts.ts', imports: ['gateway/app.ts', 'gateway/features/telemetry/'] },
  {
    room: 'gateway/stop-gateway.ts',
    imports: [
      'gateway/app.ts',
      'gateway/core/',
      'gateway/device-asking.ts',
      'gateway/faces/rest/',
      'gateway/storage/',
    ],
  },
  {
    room: 'gateway/device-linker.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      'gateway/io/',
      'gateway/features/harvest/device-fleet.ts',
    ],
  },
  {
    room: 'gateway/device-links.ts',
    imports: [
      'gateway/config/config.ts',
      'gateway/device-linker.ts',
      'gateway/features/harvest/device-fleet.ts',
      'gateway/io/drivers/learned-addresses.ts',
      ...storageContracts,
    ],
  },
  {
    room: 'gateway/device-prober.ts',
    imports: [...foundation, 'gateway/io/', 'gateway/features/discovery/'],
  },
  {
    room: 'gateway/device-finding.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      'gateway/device-links.ts',
      'gateway/device-prober.ts',
      ...storageContracts,
      'gateway/features/discovery/',
      'gateway/features/harvest/',
      'gateway/features/lifecycle/',
    ],
  },
  {
    room: 'gateway/device-asking.ts',
    imports: ['gateway/core/', 'gateway/features/', 'gateway/faces/modbus-proxy/'],
  },
  {
    room: 'gateway/metrics-publishing.ts',
    imports: [...foundation, 'gateway/config/config.ts', 'gateway/features/', 'gateway/harvesting.ts'],
  },
  {
    room: 'gateway/storage-keeping.ts',
    imports: [...foundation, 'gateway/config/config.ts', ...storageContracts, 'gateway/features/'],
  },
  {
    room: 'gateway/harvesting.ts',
    imports: [
      ...foundation,
      'gateway/config/added-devices.ts',
      'gateway/config/config.ts',
      'gateway/device-links.ts',
      ...storageContracts,
      'gateway/features/harvest/',
      'gateway/features/lifecycle/',
      'gateway/features/timekeeping/',
    ],
  },
  {
    room: 'gateway/quarantine.ts',
    imports: [
      'gateway/config/',
      'gateway/configured-notifiers.ts',
      'gateway/configured-switch.ts',
      'gateway/features/',
    ],
  },
  ...keepers.map((room) => ({ room, imports: keepingImports })),
  {
    room: 'gateway/control-keeping.ts',
    imports: [...keepingImports, 'gateway/harvesting.ts'],
  },
  {
    room: 'gateway/alerts-keeping.ts',
    imports: [...keepingImports, 'gateway/configured-notifiers.ts'],
  },
  {
    room: 'gateway/server-keeping.ts',
    imports: [...keepingImports, 'gateway/configured-switch.ts'],
  },
  {
    room: 'gateway/discord-keeping.ts',
    imports: [...keepingImports, 'gateway/faces/commands/', 'gateway/faces/discord/'],
  },
  {
    room: 'gateway/people-keeping.ts',
    imports: [
      ...keepingImports,
      'gateway/faces/commands/dispatcher.ts',
      /^gateway\/[a-z]+-keeping\.ts$/,
      'gateway/configured-switch.ts',
      'gateway/harvesting.ts',
      'gateway/watched-home.ts',
    ],
  },
  {
    room: 'gateway/watched-home.ts',
    imports: ['gateway/features/', 'gateway/harvesting.ts', 'gateway/source-keeping.ts'],
  },
  {
    room: 'gateway/cloud-keeping.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      ...ioContracts,
      'gateway/io/tls-options.ts',
      ...storageContracts,
      'gateway/features/',
    ],
  },
  {
    room: 'gateway/face-keeping.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      ...storageContracts,
      'gateway/features/',
      'gateway/faces/',
      'gateway/access-keeping.ts',
      'gateway/harvesting.ts',
      'gateway/identity-keeping.ts',
      'gateway/provisioning-keeping.ts',
      'gateway/source-keeping.ts',
    ],
  },
  {
    room: 'gateway/config-port.ts',
    imports: ['gateway/config/', 'gateway/features/'],
  },
  {
    room: 'gateway/host-keeping.ts',
    imports: ['gateway/core/', 'gateway/features/'],
  },
  { room: 'gateway/identity-export.ts', imports: ['gateway/'] },
  { room: 'gateway/machine-signer.ts', imports: ['gateway/'] },
  {
    room: 'gateway/face-changes.ts',
    imports: ['gateway/core/', 'gateway/config/', 'gateway/features/lifecycle/'],
  },
  { room: 'gateway/offline-commands.ts', imports: ['gateway/'] },
  {
    room: 'gateway/provision-testing.ts',
    imports: ['gateway/core/', 'gateway/faces/cli/', 'gateway/system/', 'ble/tester/', 'ble/client/'],
  },
  { room: 'gateway/stop-signals.ts', imports: ['gateway/core/'] },
  {
    room: 'gateway/start-options.ts',
    imports: ['gateway/core/', 'gateway/config/', 'gateway/grid-keeping.ts'],
  },
  { room: 'gateway/zone-list.ts', imports: ['gateway/core/', ...ioContracts, 'gateway/faces/cli/'] },
  {
    room: 'gateway/setup-keeping.ts',
    imports: [
      'gateway/core/',
      'gateway/config/',
      'gateway/features/setup/',
      'gateway/faces/cli/',
      'gateway/setup-tests.ts',
    ],
  },
  { room: 'gateway/setup-parts.ts', imports: ['gateway/'] },
  {
    room: 'gateway/setup-tests.ts',
    imports: [...foundation, ...ioContracts, 'gateway/config/', 'gateway/features/'],
  },
  {
    room: 'gateway/service-commands.ts',
    imports: ['gateway/faces/cli/cli-run.ts', 'gateway/service-verbs.ts'],
  },
  {
    room: 'gateway/service-verbs.ts',
    imports: [
      'gateway/core/',
      'gateway/config/',
      'gateway/faces/cli/',
      'gateway/features/service/',
      'gateway/service-views.ts',
      'gateway/system/',
    ],
  },
  {
    room: 'gateway/service-views.ts',
    imports: [
      'gateway/core/',
      'gateway/faces/cli/',
      'gateway/features/service/',
      'gateway/system/pretty-line.ts',
    ],
  },
  {
    room: 'gateway/import-command.ts',
    imports: [
      'gateway/core/',
      ...ioContracts,
      'gateway/faces/cli/',
      'gateway/features/imports/',
      'gateway/import-asking.ts',
      'gateway/import-boiler.ts',
      'gateway/import-views.ts',
      'gateway/system/real-clock.ts',
    ],
  },
  {
    room: 'gateway/import-views.ts',
    imports: ['gateway/faces/cli/', 'gateway/features/imports/', 'gateway/import-boiler.ts'],
  },
  {
    room: 'gateway/import-secrets.ts',
    imports: [
      'gateway/core/',
      'gateway/config/',
      ...ioContracts,
      'gateway/faces/cli/',
      'gateway/features/imports/',
      'gateway/system/owners-disk.ts',
    ],
  },
  {
    room: 'gateway/import-tsm.ts',
    imports: [
      'gateway/core/',
      'gateway/io/imports/tsm/',
      'gateway/faces/cli/',
      'gateway/features/imports/',
      'gateway/import-asking.ts',
    ],
  },
  { room: 'gateway/import-asking.ts', imports: ['gateway/core/', 'gateway/faces/cli/'] },
  {
    room: 'gateway/import-boiler.ts',
    imports: ['gateway/core/', 'gateway/faces/cli/', 'gateway/import-asking.ts'],
  },
  { room: 'modbus-sim/', imports: ['modbus-sim/'] },
  { room: 'verify/', imports: ['verify/'] },
  // These run in a browser, too.
  { room: 'ble/protocol/', imports: ['ble/protocol/'], node: [] },
  { room: 'ble/client/', imports: ['ble/client/', 'ble/protocol/', 'ble/clock.ts'], node: [] },
  { room: 'ble/', imports: ['ble/'] },
  { room: 'rest-test/', imports: ['rest-test/'] },
  { room: 'scripts/scoreboard/', imports: ['scripts/', 'test/', 'gateway/'] },
  { room: 'scripts/client/', imports: ['gateway/faces/commands/all.ts'] },
  { room: 'scripts/', imports: ['scripts/'] },
  { room: 'docs/client/', imports: ['docs/client/'] },
  { room: 'deploy/', imports: [] },
  {
    room: 'sim/',
    imports: [
      'sim/',
      'modbus-sim/',
      'gateway/core/',
      'gateway/app.ts',
      'gateway/run.ts',
      'gateway/config/data-directory.ts',
      'gateway/io/sources/blocking-service.ts',
      /^gateway\/io\/(sources|sinks|uplinks)\/index\.ts$/,
      'gateway/storage/index.ts',
      'gateway/system/node-version.ts',
      'gateway/system/real-disk.ts',
    ],
    typesOf: ['gateway/'],
  },
  { room: 'bench/', imports: ['bench/', 'sim/', 'modbus-sim/', 'ble/', 'gateway/'] },
  {
    room: 'test/',
    imports: [
      'test/',
      'bench/',
      'sim/',
      'modbus-sim/',
      'verify/',
      'ble/',
      'scripts/',
      'docs/client/',
      'gateway/',
    ],
  },
];
