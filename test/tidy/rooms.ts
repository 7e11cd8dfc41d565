import { isIn, type Finding, type Rule } from './rule.ts';
import type { ImportEdge, SourceFile } from './source-file.ts';

/** What a room may import: whole rooms, single files or patterns; types of some more. */
interface RoomRule {
  readonly room: string;
  readonly imports: readonly (string | RegExp)[];
  readonly typesOf?: readonly (string | RegExp)[];
  /** Node's own modules, where the room is confined to some. */
  readonly node?: readonly string[];
}

/** What others see of a family: its contract, its words, and its lookup. */
const ioContracts = [
  /^gateway\/io\/[a-z-]+\/index\.ts$/,
  'gateway/io/drivers/driver.ts',
  'gateway/io/drivers/register-map.ts',
  'gateway/io/imports/import-format.ts',
  'gateway/io/mqtt/mqtt-session.ts',
  'gateway/io/signers/signer.ts',
  'gateway/io/sinks/sink.ts',
  'gateway/io/sources/source.ts',
  'gateway/io/transports/transport.ts',
  'gateway/io/uplinks/uplink.ts',
];
const storageContracts = [
  'gateway/storage/access-calls.ts',
  'gateway/storage/cloud-calls.ts',
  'gateway/storage/store-calls.ts',
  'gateway/storage/telemetry-calls.ts',
];
const configContracts = ['gateway/config/section.ts'];
const foundation = ['gateway/core/', 'gateway/engine/'];

/** The arrows of docs/ARCHITECTURE.md. The first row whose room holds the file decides. */
const roomRules: readonly RoomRule[] = [
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
  { room: 'gateway/run.ts', imports: ['gateway/'] },
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
    imports: ['gateway/config/', 'gateway/features/'],
  },
  {
    room: 'gateway/source-keeping.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      ...ioContracts,
      ...storageContracts,
      'gateway/features/',
    ],
  },
  {
    room: 'gateway/sink-keeping.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      ...ioContracts,
      ...storageContracts,
      'gateway/features/',
    ],
  },
  {
    room: 'gateway/identity-keeping.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      ...ioContracts,
      ...storageContracts,
      'gateway/features/',
    ],
  },
  {
    room: 'gateway/telemetry-keeping.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      ...ioContracts,
      ...storageContracts,
      'gateway/features/',
    ],
  },
  {
    room: 'gateway/cloud-keeping.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      ...ioContracts,
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
      'gateway/source-keeping.ts',
    ],
  },
  {
    room: 'gateway/access-keeping.ts',
    imports: [
      ...foundation,
      'gateway/config/config.ts',
      ...ioContracts,
      ...storageContracts,
      'gateway/features/',
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
      'gateway/import-views.ts',
      'gateway/system/real-clock.ts',
    ],
  },
  { room: 'gateway/import-views.ts', imports: ['gateway/faces/cli/', 'gateway/features/imports/'] },
  { room: 'modbus-sim/', imports: ['modbus-sim/'] },
  { room: 'verify/', imports: ['verify/'] },
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
      /^gateway\/io\/(sources|sinks)\/index\.ts$/,
      'gateway/storage/index.ts',
      'gateway/system/node-version.ts',
      'gateway/system/real-disk.ts',
    ],
    typesOf: ['gateway/'],
  },
  { room: 'bench/', imports: ['bench/', 'sim/', 'modbus-sim/', 'gateway/'] },
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

export const arrows: Rule = {
  title: 'imports follow the arrows between the rooms',
  check: (files) => files.flatMap((file) => edgesAgainst(file, wrongRoom)),
  canaries: [
    canary('gateway/core/a.ts', "import { x } from '../engine/b.ts';"),
    canary('gateway/core/a.ts', "import { isIP } from 'node:net';"),
    canary('gateway/engine/a.ts', "import type { X } from '../io/drivers/driver.ts';"),
    canary('gateway/io/drivers/a.ts', "import { x } from '../../storage/b.ts';"),
    canary('gateway/storage/a.ts', "import { x } from '../config/b.ts';"),
    canary('gateway/system/a.ts', "import { x } from '../engine/b.ts';"),
    canary('gateway/features/a/b.ts', "import type { X } from '../../io/drivers/decode.ts';"),
    canary('gateway/features/a/b.ts', "const x = await import('../../storage/database.ts');"),
    canary('gateway/features/a/b.ts', "import { x } from '../other/c.ts';"),
    canary('gateway/faces/rest/a.ts', "import type { X } from '../../io/drivers/driver.ts';"),
    canary('gateway/faces/rest/a.ts', "import { X } from '../../storage/store-calls.ts';"),
    canary('gateway/faces/rest/a.ts', "import { x } from '../../features/harvest/harvest.ts';"),
    canary('gateway/main.ts', "import { createGateway } from './app.ts';"),
    canary('modbus-sim/a.ts', "import { x } from '../gateway/core/b.ts';"),
    canary('rest-test/a.ts', "import { x } from '../modbus-sim/b.ts';"),
    canary('gateway/app.ts', "import { x } from '../sim/b.ts';"),
    canary('sim/a.ts', "import { x } from '../gateway/io/drivers/decode.ts';"),
    canary('gateway/new-room/a.ts', "import { x } from '../core/b.ts';"),
  ],
};

export const families: Rule = {
  title:
    'one family of io/ knows another by its contract and its lookup only, and what stands beside them all',
  check: (files) => files.flatMap((file) => edgesAgainst(file, insideOfFamily)),
  canaries: [canary('gateway/io/drivers/a.ts', "import { x } from '../transports/modbus-tcp.ts';")],
};

function canary(path: string, text: string): Rule['canaries'][number] {
  return { files: { [path]: text }, finds: [`${path}:1`] };
}

function edgesAgainst(
  file: SourceFile,
  fault: (path: string, edge: ImportEdge) => string | undefined,
): Finding[] {
  return file.imports.flatMap((edge) => {
    const what = fault(file.path, edge);
    return what === undefined ? [] : [{ path: file.path, line: edge.line, what }];
  });
}

function wrongRoom(path: string, edge: ImportEdge): string | undefined {
  if (!path.includes('/')) return undefined;
  const rule = roomRules.find(({ room }) => isIn(path, [room]));
  if (rule === undefined) return 'is in no known room';
  const isNode = edge.specifier.startsWith('node:');
  const isAllowed = isNode ? mayUseNode(rule, edge.specifier) : mayImport(rule, path, edge);
  return isAllowed ? undefined : `${rule.room} may not import ${edge.target ?? edge.specifier}`;
}

function mayUseNode({ node }: RoomRule, specifier: string): boolean {
  return node === undefined || node.includes(specifier);
}

function mayImport({ imports, typesOf }: RoomRule, path: string, { target, kind }: ImportEdge): boolean {
  // A test may read any file of the repository.
  if (kind === 'url' && path.startsWith('test/')) return true;
  // Packages have rules of their own; main.ts loads the rest once the version of Node is known to be good.
  if (target === undefined || (path === 'gateway/main.ts' && kind === 'dynamic')) return true;
  if (isNamed(target, imports) || isOwnFeature(path, target)) return true;
  return kind === 'types' && isNamed(target, typesOf ?? []);
}

function insideOfFamily(path: string, edge: ImportEdge): string | undefined {
  const family = /^gateway\/io\/[^/]+\//.exec(path)?.[0];
  const { target } = edge;
  if (family === undefined || target === undefined || !target.startsWith('gateway/io/')) return undefined;
  const isShared = /^gateway\/io\/[^/]+\.ts$/.test(target);
  return target.startsWith(family) || isShared || isNamed(target, ioContracts)
    ? undefined
    : `${target} is a member of another family`;
}

function isNamed(target: string, places: readonly (string | RegExp)[]): boolean {
  return places.some((place) => (typeof place === 'string' ? isIn(target, [place]) : place.test(target)));
}

function isOwnFeature(path: string, target: string): boolean {
  const folder = /^gateway\/features\/[^/]+\//.exec(path)?.[0];
  return folder !== undefined && target.startsWith(folder);
}
