import Sqlite from 'better-sqlite3';

type Cell = string | number | bigint | null;

/** Rows by table; columns by their names. */
export type TsmRecords = Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>;

/** The tables of the first generation: each day has its two numbers, and users have their own dates. */
const seedTables = `
  CREATE TABLE pricing (period VARCHAR(9), color VARCHAR(1), id CHAR(32) UNIQUE, price_hp FLOAT, price_hc FLOAT,
    PRIMARY KEY (period, color));
  CREATE TABLE day (date VARCHAR(10) PRIMARY KEY, id_pricing CHAR(32) REFERENCES pricing (id),
    consumption_offpeak FLOAT DEFAULT 0, consumption_fullpeak FLOAT DEFAULT 0);
  CREATE TABLE "lastState" (date VARCHAR(10), time VARCHAR(2), consumption FLOAT, PRIMARY KEY (date, time));
  CREATE TABLE derogation (id INTEGER PRIMARY KEY, id_user INTEGER, start_hour INTEGER, end_hour INTEGER, date VARCHAR(10));
  CREATE TABLE user (id INTEGER PRIMARY KEY, username VARCHAR, avatar VARCHAR, permission_level INTEGER,
    arrival_date VARCHAR(10), leave_date VARCHAR(10));
  CREATE TABLE payment_schedule (user_id INTEGER, year VARCHAR(4), amount FLOAT, paid BOOLEAN, PRIMARY KEY (user_id, year));`;

/** Those of the code: totals by stretches of time, and presences by themselves. */
const codeTables = `
  CREATE TABLE pricing (period VARCHAR(9), color VARCHAR(1), id CHAR(32) UNIQUE, price_fullpeak FLOAT,
    price_offpeak FLOAT, PRIMARY KEY (period, color));
  CREATE TABLE day (date VARCHAR(10) PRIMARY KEY, id_pricing CHAR(32) REFERENCES pricing (id));
  CREATE TABLE consumption (date VARCHAR(10), begin_hour INTEGER, end_hour INTEGER, begin_consumption_power FLOAT,
    end_consumption_power FLOAT, PRIMARY KEY (date, begin_hour, end_hour));
  CREATE TABLE derogation (date VARCHAR(10), id_user VARCHAR, PRIMARY KEY (date, id_user));
  CREATE TABLE user (id VARCHAR PRIMARY KEY, username VARCHAR, avatar VARCHAR, permission_level INTEGER);
  CREATE TABLE user_presence_status (id INTEGER PRIMARY KEY, id_user VARCHAR, arrival_date VARCHAR(10),
    leave_date VARCHAR(10));
  CREATE TABLE payment_schedule (user_id VARCHAR, period VARCHAR, amount FLOAT, paid VARCHAR(10),
    PRIMARY KEY (user_id, period));`;

export function writeTsm(path: string, generation: 'seed' | 'code', records: TsmRecords): void {
  const connection = new Sqlite(path);
  connection.exec(generation === 'seed' ? seedTables : codeTables);
  for (const [table, rows] of Object.entries(records)) {
    for (const row of rows) {
      const names = Object.keys(row);
      const places = names.map(() => '?').join(', ');
      connection
        .prepare(`INSERT INTO "${table}" (${names.join(', ')}) VALUES (${places})`)
        .run(Object.values(row));
    }
  }
  connection.close();
}

/** All six prices of a season; the id of a colour is 31 times its season’s first letter of the year, and its number. */
export function pricingRows(
  season: string,
  [peak, offPeak]: readonly [string, string],
): readonly Readonly<Record<string, Cell>>[] {
  return ['1', '2', '3'].map((color) => ({
    period: season,
    color,
    id: pricingId(season, color),
    [peak]: 0.1609 * Number(color),
    [offPeak]: 0.1296,
  }));
}

/** 32 hexadecimal digits. */
export function pricingId(season: string, color: string): string {
  return `${season.replace('-', '')}${'ab'.repeat(11)}0${color}`;
}
