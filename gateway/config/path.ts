import { isMap } from '../core/is-map.ts';

/** Where a value stands in the configuration: keys of maps and indexes of lists, from the top. */
export type ConfigPath = readonly (string | number)[];

/** As people write it: `devices[2].transport.host`. */
export function formatPath(path: ConfigPath): string {
  return path
    .map((step, depth) => (typeof step === 'number' ? `[${step}]` : (depth === 0 ? '' : '.') + step))
    .join('');
}

/** The path of a dotted setting name: `http.port`. Settings never stand in lists. */
export function settingPath(name: string): ConfigPath {
  return name.split('.');
}

/** The path of a JSON pointer, with list indexes as numbers where the value above is a list. */
export function pointerPath(pointer: string, root: unknown): ConfigPath {
  const path: (string | number)[] = [];
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(value) ? Number(key) : key;
    path.push(step);
    value = childOf(value, step);
  }
  return path;
}

/** The value at a path, or undefined. Inherited properties are never found. */
export function valueAt(root: unknown, path: ConfigPath): unknown {
  return path.reduce(childOf, root);
}

function childOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return typeof step === 'number' ? (value[step] as unknown) : undefined;
  if (!isMap(value) || !Object.hasOwn(value, step)) return undefined;
  return value[step];
}

/** Calls back for every scalar, empty list and empty map, in the order of the document. */
export function forEachLeaf(
  value: unknown,
  visit: (path: ConfigPath, leaf: unknown) => void,
  path: ConfigPath = [],
): void {
  const steps: (string | number)[] = Array.isArray(value)
    ? [...value.keys()]
    : isMap(value)
      ? Object.keys(value)
      : [];
  if (steps.length === 0) {
    visit(path, value);
    return;
  }
  for (const step of steps) forEachLeaf(childOf(value, step), visit, [...path, step]);
}
