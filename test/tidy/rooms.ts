import { ioContracts, roomRules, type RoomRule } from './room-rules.ts';
import { isIn, type Finding, type Rule } from './rule.ts';
import type { ImportEdge, SourceFile } from './source-file.ts';

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
