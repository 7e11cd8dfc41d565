import type { Connection } from '../connection.ts';
import { MarkStore } from '../mark-store.ts';
import { endOf, isSoundRow } from '../telemetry/outbox.ts';
import { readOutboxState, type Chain, type ChainEnd } from '../telemetry/outbox-state.ts';
import { OutboxTable, placeOf, recordAt, type OutboxRow } from '../telemetry/outbox-table.ts';

/** Batches of one step: each is inflated and hashed, some milliseconds in all. */
const batchesMax = 20;

type Key = readonly (number | string)[];

export interface OutboxStep {
  /** Number of a chain, and where in it to go on; absent at the end. */
  readonly key?: Key;
  readonly rows: number;
  readonly damage?: string;
}

/** A step of checking the outbox: each batch by the one before it and by its records, and that none is missing. */
export function checkOutbox(connection: Connection, key: Key): OutboxStep {
  const [number = 0] = key;
  const state = readOutboxState(new MarkStore(connection));
  const chain = state?.chains.find((candidate) => candidate.number >= Number(number));
  if (chain === undefined) return { rows: 0 };
  const begun = endIn(key);
  const isBegun = chain.number === number && begun.sequence > chain.after.sequence;
  const end = isBegun ? begun : chain.after;
  if (end.sequence >= chain.last.sequence) return { rows: 0, key: [chain.number + 1] };
  const rows = new OutboxTable(connection).page({
    fromPlace: placeOf(chain.number, end.sequence + 1),
    toPlace: placeOf(chain.number, chain.last.sequence + 1),
    isNewestFirst: false,
    rowsMax: batchesMax,
  });
  return checkRows(chain, end, rows);
}

function endIn([, sequence = 0, head = '', readings = 0]: Key): ChainEnd {
  return { sequence: Number(sequence), head: String(head), readings: Number(readings) };
}

function checkRows({ number, epoch, last }: Chain, from: ChainEnd, rows: readonly OutboxRow[]): OutboxStep {
  let end = from;
  const damageOf = (what: string): OutboxStep => ({
    rows: rows.length,
    damage: `the telemetry of chain ${epoch} from record ${end.sequence + 1} on ${what}`,
  });
  for (const row of rows) {
    if (recordAt(row.place) !== end.sequence + 1) return damageOf('is missing');
    const follows = row.before === end.head && row.readingsBefore === end.readings;
    if (!follows || row.epoch !== epoch || !isSoundRow(row)) return damageOf('is not what was sealed');
    end = endOf(row);
  }
  if (rows.length === 0) return damageOf('is missing');
  const isPast = end.sequence > last.sequence || (end.sequence === last.sequence && end.head !== last.head);
  if (isPast) return damageOf('does not end where it was said to');
  return { rows: rows.length, key: [number, end.sequence, end.head, end.readings] };
}
