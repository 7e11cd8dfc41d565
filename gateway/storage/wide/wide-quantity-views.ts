import { quantityNames } from '../../core/quantity.ts';
import { literal, quoted, tableOf, timestampOf } from './wide-sql.ts';
import type { WideDevice, WideView } from './wide-views.ts';

/** SQLite takes 500 parts of a compound SELECT. */
export const partsMax = 400;

/**
 * A view for each quantity that there is, of all devices that have it, so that a chart need not know which ones those
 * are: `time` (UTC epoch seconds), `at_ms`, `timestamp`, `device`, `name`, `value`. It is there, and empty, when none
 * has it. `last_reading` is of all devices: when each had its newest row. Pure.
 */
export function quantityViews(devices: readonly WideDevice[]): readonly WideView[] {
  return [...quantityNames.map((quantity) => quantityView(quantity, devices)), lastReadingView(devices)];
}

function quantityView(quantity: string, devices: readonly WideDevice[]): WideView {
  const parts = devices.flatMap((device) => {
    const number = device.columns.get(quantity);
    if (number === undefined) return [];
    const columns = [...timeColumns('at_ms'), ...ownColumns(device), `c${number} AS value`];
    return [`SELECT ${columns.join(', ')} FROM ${tableOf(device)} WHERE c${number} IS NOT NULL`];
  });
  return viewOfParts(quantity, parts, 'NULL AS device, NULL AS name, NULL AS value');
}

function lastReadingView(devices: readonly WideDevice[]): WideView {
  const parts = devices.map(
    (device) =>
      `SELECT ${[...timeColumns('at_ms'), ...ownColumns(device)].join(', ')}
       FROM (SELECT max(at_ms) AS at_ms FROM ${tableOf(device)}) WHERE at_ms IS NOT NULL`,
  );
  return viewOfParts('last_reading', parts, 'NULL AS device, NULL AS name');
}

function viewOfParts(name: string, parts: readonly string[], noColumns: string): WideView {
  const none = `SELECT ${timeColumns('0').join(', ')}, ${noColumns} WHERE false`;
  const sql = parts.length === 0 ? none : parts.slice(0, partsMax).join('\n  UNION ALL ');
  return { name, sql: `CREATE VIEW ${quoted(name)} AS ${sql}` };
}

function timeColumns(atMs: string): readonly string[] {
  return [`${atMs} / 1000 AS time`, `${atMs} AS at_ms`, timestampOf(atMs)];
}

/** Its name is what it calls itself, such as a room. */
function ownColumns({ id, name }: WideDevice): readonly string[] {
  const said = `SELECT text FROM wide_text WHERE device = ${id} AND quantity = 'name' ORDER BY at_ms DESC LIMIT 1`;
  return [`${literal(name)} AS device`, `coalesce((${said}), ${literal(name)}) AS name`];
}
