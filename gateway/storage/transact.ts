import type { Connection } from './connection.ts';

type Runner = (work: () => void) => void;

/** Making a transaction function costs as much as a small transaction, so each connection has one. */
const runners = new WeakMap<Connection, Runner>();

/** Runs the work in one transaction: all of it is on disk when this returns, or none of it when it throws. */
export function transact(connection: Connection, work: () => void): void {
  let runner = runners.get(connection);
  if (runner === undefined) {
    const transaction = connection.transaction((inner: () => void) => inner());
    runner = (inner) => transaction.immediate(inner);
    runners.set(connection, runner);
  }
  runner(work);
}
