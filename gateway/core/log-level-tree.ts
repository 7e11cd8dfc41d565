import { GatewayError } from './errors.ts';
import { limits } from './limits.ts';
import { logLevels, type LogLevelName, type LogLevels, type NamedLogLevel } from './log-levels.ts';
import { suggestName } from './nearest.ts';

/** One logger's place in the tree. */
export interface LevelNode {
  readonly name: string;
  readonly parent: LevelNode | undefined;
  own: LogLevelName | undefined;
}

const root = 'root';

/** The levels of the log: root, kinds of things, and things, each with a level of its own or that of the one above. */
export class LogLevelTree implements LogLevels {
  readonly #configured: LogLevelName;
  readonly #nodes = new Map<string, LevelNode>();
  readonly root: LevelNode;

  constructor(configured: LogLevelName) {
    this.#configured = configured;
    this.root = { name: root, parent: undefined, own: configured };
    this.#nodes.set(root, this.root);
  }

  /**
   * Where a logger stands that carries this fact: `device` and `roof` make `device:roof` under `device` under `root`.
   * Beyond `limits.loggersMax` it is that of its kind, which is then what can be set.
   */
  nodeOf(kind: string, thing: string): LevelNode {
    return this.#node(`${kind}:${thing}`, this.#node(kind, this.root));
  }

  list(): readonly NamedLogLevel[] {
    const [first, ...others] = [...this.#nodes.values()].map(describe);
    const sorted = others.sort((a, b) => a.name.localeCompare(b.name, 'en'));
    return first === undefined ? sorted : [first, ...sorted];
  }

  set(name: string, level: LogLevelName | undefined): NamedLogLevel {
    const node = this.#nodes.get(name);
    if (node === undefined) {
      throw new GatewayError('not_found', `there is no logger ${JSON.stringify(name)}`, {
        hint: suggestName(name, [...this.#nodes.keys()].slice(0, 20)),
      });
    }
    node.own = level ?? (node === this.root ? this.#configured : undefined);
    return describe(node);
  }

  #node(name: string, parent: LevelNode): LevelNode {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    if (this.#nodes.size >= limits.loggersMax) return parent;
    const made: LevelNode = { name, parent, own: undefined };
    this.#nodes.set(name, made);
    return made;
  }
}

/** Whether a line of this level is written. */
export function isWritten(node: LevelNode, level: LogLevelName): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(levelOf(node));
}

function levelOf(node: LevelNode): LogLevelName {
  let at: LevelNode | undefined = node;
  while (at !== undefined) {
    if (at.own !== undefined) return at.own;
    at = at.parent;
  }
  return 'info';
}

function describe(node: LevelNode): NamedLogLevel {
  return { name: node.name, level: levelOf(node), isInherited: node.own === undefined };
}
