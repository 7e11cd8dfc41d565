import type { SaidText } from '../../core/said-text.ts';
import type { SinkRow } from './sink.ts';

export interface PostgresTables {
  readonly schema: string;
  readonly reading: string;
  readonly text: string;
}

/** A statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** With its schema, quoted: any name is a name. */
export function tableName(schema: string, table: string): string {
  return `${quoted(schema)}.${quoted(table)}`;
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** The keys hold `at`, as TimescaleDB wants it, and stand in the order in which charts ask. */
export function createReadings({ schema, reading }: PostgresTables): string {
  return `create table if not exists ${tableName(schema, reading)} (
    at timestamptz not null, device text not null, quantity text not null,
    value double precision, quality text not null, unit text not null,
    primary key (device, quantity, at))`;
}

export function createTexts({ schema, text }: PostgresTables): string {
  return `create table if not exists ${tableName(schema, text)} (
    at timestamptz not null, device text not null, quantity text not null, value text not null,
    primary key (device, quantity, at))`;
}

/** Any number of rows in six parameters; what is there already is replaced. */
export function insertReadings({ schema, reading }: PostgresTables, rows: readonly SinkRow[]): Statement {
  return {
    text: `insert into ${tableName(schema, reading)} as known (at, device, quantity, value, quality, unit)
      select ${instant}, device, quantity, value, quality, unit
      from unnest($1::int8[], $2::text[], $3::text[], $4::float8[], $5::text[], $6::text[])
        as row (at, device, quantity, value, quality, unit)
      on conflict (device, quantity, at) do update
      set value = excluded.value, quality = excluded.quality, unit = excluded.unit`,
    values: [
      rows.map(({ atMs }) => Math.round(atMs)),
      rows.map(({ device }) => device),
      rows.map(({ quantity }) => quantity),
      rows.map(({ value }) => value),
      rows.map(({ quality }) => quality),
      rows.map(({ unit }) => unit),
    ],
  };
}

export function insertTexts({ schema, text }: PostgresTables, texts: readonly SaidText[]): Statement {
  return {
    text: `insert into ${tableName(schema, text)} (at, device, quantity, value)
      select ${instant}, device, quantity, value
      from unnest($1::int8[], $2::text[], $3::text[], $4::text[]) as row (at, device, quantity, value)
      on conflict (device, quantity, at) do update set value = excluded.value`,
    values: [
      texts.map(({ atMs }) => Math.round(atMs)),
      texts.map(({ device }) => device),
      texts.map(({ quantity }) => quantity),
      texts.map((one) => one.text),
    ],
  };
}

/** UTC epoch ms, exactly. */
const instant = `timestamptz 'epoch' + at * interval '1 millisecond'`;
