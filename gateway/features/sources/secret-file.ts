import type { Disk } from '../../core/disk.ts';
import { describeError, errorCodeOf } from '../../core/errors.ts';
import { isMap } from '../../core/is-map.ts';
import type { Logger } from '../../core/logger.ts';
import type { KeptSecrets } from '../../io/sources/source.ts';

/** Its name in the data directory. */
export const secretFileName = 'source-secrets.json';

const formatVersion = 1;

type Kept = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What sources keep over restarts: one file that only its owner can read, always whole. */
export class SecretFile {
  readonly #path: string;
  readonly #ports: { readonly disk: Disk; readonly logger: Logger };
  readonly #ids: ReadonlySet<string>;
  #kept: Kept | undefined;

  /** @param ids the sources there are; what others have kept goes when the file is written next */
  constructor(
    path: string,
    ids: ReadonlySet<string>,
    ports: { readonly disk: Disk; readonly logger: Logger },
  ) {
    this.#path = path;
    this.#ids = ids;
    this.#ports = ports;
  }

  /** Those of one source. */
  of(id: string): KeptSecrets {
    return {
      load: (name) => Promise.resolve(valueOf(valueOf(this.#read(), id), name)),
      // A disk that takes nothing rejects, as the contract says; it does not throw.
      save: async (name, text) => {
        await Promise.resolve();
        const others = Object.entries(this.#read()).filter(([other]) => this.#ids.has(other));
        const kept = { ...Object.fromEntries(others), [id]: { ...valueOf(this.#read(), id), [name]: text } };
        this.#kept = kept;
        this.#ports.disk.writeText(this.#path, `${JSON.stringify({ formatVersion, sources: kept })}\n`);
      },
    };
  }

  #read(): Kept {
    this.#kept ??= this.#readFile();
    return this.#kept;
  }

  /** Without what was kept the sources log in anew. */
  #readFile(): Kept {
    try {
      const text = this.#ports.disk.readText(this.#path);
      return text === undefined ? {} : keptOf(JSON.parse(text));
    } catch (error) {
      const facts = { code: errorCodeOf(error) ?? 'unexpected' };
      const why = errorCodeOf(error) === undefined ? 'it is damaged' : describeError(error);
      this.#ports.logger.warn(facts, `${this.#path} is not used, sources log in anew: ${why}`);
      return {};
    }
  }
}

function keptOf(stored: unknown): Kept {
  if (!isMap(stored) || stored['formatVersion'] !== formatVersion || !isMap(stored['sources'])) return {};
  const sources = Object.entries(stored['sources']).filter(([, named]) => isMap(named));
  return Object.fromEntries(
    sources.map(([id, named]) => [
      id,
      Object.fromEntries(
        Object.entries(named as Readonly<Record<string, unknown>>).filter(
          ([, text]) => typeof text === 'string',
        ),
      ),
    ]),
  ) as Kept;
}

function valueOf<Value>(map: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}
