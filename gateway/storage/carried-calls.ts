import { errorCodeOf, GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { SeriesId, SeriesKey } from '../core/reading.ts';
import { callStore } from './call-store.ts';
import type { StoreCalls } from './store-calls.ts';

/** What work cannot go on without: devices are read and told what to do on a medium that takes no writes, too. */
const carriedNames = [
  'internSeries',
  'recordControl',
  'addAuditLine',
  'noteGap',
  'noteTelemetryEvent',
  'endCloudCommand',
] as const;

type CarriedName = (typeof carriedNames)[number];

interface CarriedCall {
  readonly name: CarriedName;
  readonly parameters: readonly unknown[];
  /** Of series: the ids that were given, which the database has to give as well. */
  readonly ids?: readonly SeriesId[];
}

/**
 * Writes that wait in memory for a medium to take them, in their order. They are lost with the process: until they
 * are on disk the storage says that it keeps nothing.
 */
export class CarriedCalls {
  readonly #waiting: CarriedCall[] = [];
  readonly #series = new Map<string, SeriesId>();

  get size(): number {
    return this.#waiting.length;
  }

  takes(name: keyof StoreCalls): name is CarriedName {
    return (carriedNames as readonly string[]).includes(name) && this.size < limits.carriedCallsMax;
  }

  /** Series that are new get the ids which the database will give them: the next ones. */
  take(name: CarriedName, parameters: readonly unknown[], reader: Pick<StoreCalls, 'listSeries'>): unknown {
    if (name !== 'internSeries') {
      this.#waiting.push({ name, parameters });
      return undefined;
    }
    const before = this.#series.size;
    const ids = this.#intern(parameters[0] as readonly SeriesKey[], reader);
    if (this.#series.size > before) this.#waiting.push({ name, parameters, ids });
    return ids;
  }

  /** Makes them on the database, which may be another one than the reader. Errors: those of the store. */
  replay(store: StoreCalls): void {
    for (let call = this.#waiting[0]; call !== undefined; call = this.#waiting[0]) {
      replayOne(store, call);
      this.#waiting.shift();
    }
    this.#series.clear();
  }

  #intern(keys: readonly SeriesKey[], reader: Pick<StoreCalls, 'listSeries'>): readonly SeriesId[] {
    const known = new Map(reader.listSeries().map((series) => [nameOf(series), series.id]));
    const highest = Math.max(0, ...known.values(), ...this.#series.values());
    let nextId = highest;
    return keys.map((key) => {
      const name = nameOf(key);
      const id = known.get(name) ?? this.#series.get(name);
      if (id !== undefined) return id;
      nextId += 1;
      this.#series.set(name, nextId);
      return nextId;
    });
  }
}

/** What the database refuses for itself would have been refused at first. */
function replayOne(store: StoreCalls, { name, parameters, ids }: CarriedCall): void {
  try {
    const result: unknown = callStore(store, name, parameters as never);
    if (ids !== undefined) assertSame(ids, result as readonly SeriesId[]);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code !== 'input_invalid' && code !== 'not_found') throw error;
  }
}

/** Another database is there than the one that was stood in for. */
function assertSame(given: readonly SeriesId[], stored: readonly SeriesId[]): void {
  if (given.every((id, index) => id === stored[index])) return;
  throw new GatewayError('storage_failed', 'the medium can be written again, but has other series', {
    hint: 'restart the gateway to go on with the database that is there',
  });
}

function nameOf({ device, quantity }: SeriesKey): string {
  return `${device}\n${quantity}`;
}
