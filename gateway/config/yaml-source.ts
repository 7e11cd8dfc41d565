import type * as yamlPackage from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';
import { limits } from '../core/limits.ts';
import type { ConfigPath } from './path.ts';
import type { ConfigProblem } from './problem.ts';

/** A file read as YAML 1.2, with the places of its values. */
export interface YamlSource {
  /** Plain maps, lists and scalars; undefined when the file is empty or `problems` is fatal. */
  readonly value: unknown;
  /** What breaks the YAML itself. One whose path names a device concerns that device only. */
  readonly problems: readonly ConfigProblem[];
  /** The line, from 1, of the key or item at the path, or of what is nearest above it. */
  lineOf(path: ConfigPath): number | undefined;
}

type YamlModule = typeof yamlPackage;

/** The text as YAML. Never throws: whatever is wrong is a problem. The package is loaded when first needed. */
export async function parseYaml(text: string): Promise<YamlSource> {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.configBytesMax) {
    return failure(
      `is ${bytes} bytes long, more than ${limits.configBytesMax}`,
      'remove what is not configuration',
    );
  }
  if (text.includes('\0')) return failure('holds NUL characters', 'save the file as UTF-8 text');
  const yaml = await import('yaml');
  try {
    return readDocument(yaml, text);
  } catch (error) {
    // The parser recurses: a file of a hundred thousand brackets ends its stack. Nothing else is thrown.
    const why = error instanceof Error ? error.message : String(error);
    return failure(`cannot be read as YAML: ${why}`, 'write it with less nesting and fewer anchors');
  }
}

function failure(message: string, hint: string): YamlSource {
  return {
    value: undefined,
    problems: [{ path: [], where: undefined, message, hint }],
    lineOf: () => undefined,
  };
}

function readDocument(yaml: YamlModule, text: string): YamlSource {
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  });
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  const faults = firstOfEachLine([...document.errors, ...document.warnings], (error) => lineAt(error.pos[0]));
  const problems = faults.map((error): ConfigProblem => {
    const [path, hint] = [devicePathAt(yaml, document, error.pos[0]), hints[error.code]];
    return {
      path: error.code === 'DUPLICATE_KEY' ? path : [],
      where: `line ${lineAt(error.pos[0])}`,
      message: `is not good YAML: ${lowerFirst(error.message)}`,
      hint: hint ?? 'correct that line; lists and maps are made by indenting with spaces',
    };
  });
  const broken = problems.some(({ path }) => path.length === 0);
  return {
    value: broken ? undefined : (document.toJS({ maxAliasCount: limits.configAliasesMax }) as unknown),
    problems,
    lineOf: (path) => {
      const offset = offsetOf(yaml, document, path);
      return offset === undefined ? undefined : lineAt(offset);
    },
  };
}

/** One broken line makes the parser report many faults; all but the first follow from it. */
function firstOfEachLine<Fault>(
  faults: readonly Fault[],
  lineOf: (fault: Fault) => number,
): readonly Fault[] {
  const lines = new Map<number, Fault>();
  for (const fault of faults) {
    const line = lineOf(fault);
    if (!lines.has(line)) lines.set(line, fault);
  }
  return [...lines.values()];
}

const hints: Readonly<Partial<Record<string, string>>> = {
  DUPLICATE_KEY: 'remove one of the two',
  TAB_AS_INDENT: 'indent with spaces, never with tabs',
  MULTIPLE_DOCS: 'keep one document and remove the line ---',
  NON_STRING_KEY: 'keys are plain words',
  TAG_RESOLVE_FAILED: 'remove the !tag',
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `devices[i]` when the offset is inside of that item, else the top. */
function devicePathAt(yaml: YamlModule, document: Document, offset: number): ConfigPath {
  const devices = document.get('devices');
  if (!yaml.isSeq(devices)) return [];
  const index = devices.items.findIndex((item) => {
    const [start, , end] = (yaml.isNode(item) ? item.range : undefined) ?? [Infinity, 0, 0];
    return start <= offset && offset < end;
  });
  return index < 0 ? [] : ['devices', index];
}

/** Follows the path as far as the document has it, and gives the offset of the last step's key or item. */
function offsetOf(yaml: YamlModule, document: Document, path: ConfigPath): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(yaml, node);
  for (const step of path) {
    if (yaml.isAlias(node)) node = node.resolve(document);
    const [named, value] = childOf(yaml, node, step);
    if (named === undefined) break;
    offset = startOf(yaml, named) ?? offset;
    node = value;
  }
  return offset;
}

function startOf(yaml: YamlModule, node: unknown): number | undefined {
  return yaml.isNode(node) ? node.range?.[0] : undefined;
}

/** What stands for the step in the text (a key or an item) and its value; nothing when there is none. */
function childOf(yaml: YamlModule, node: unknown, step: string | number): readonly [unknown, unknown] {
  if (yaml.isMap(node)) {
    const pair = pairOf(yaml, node, step);
    return [pair?.key, pair?.value];
  }
  const item = yaml.isSeq(node) ? node.items[Number(step)] : undefined;
  return [item, item];
}

function pairOf(yaml: YamlModule, map: YAMLMap, step: string | number): Pair | undefined {
  return map.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === String(step));
}
