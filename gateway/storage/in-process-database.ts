import { GatewayError } from '../core/errors.ts';
import type { DatabaseOptions } from './database-options.ts';
import { GuardedStore } from './guarded-store.ts';
import { takeInstanceLock } from './instance-lock.ts';
import type { Database } from './store-calls.ts';

/**
 * The database without a worker: a call is done when it returns, and no timer runs. For the simulation, where
 * virtual time stands still meanwhile, and for tools. Errors: those of the worker's.
 */
export function openInProcessDatabase(options: DatabaseOptions): Promise<Database> {
  return new Promise((resolve) => {
    const lock = takeInstanceLock(options.directory);
    let store: GuardedStore | undefined;
    try {
      store = new GuardedStore(options);
    } catch (error) {
      lock.release();
      throw error;
    }
    resolve({
      call: (name, ...parameters) =>
        new Promise((answer) => {
          if (store === undefined) throw new GatewayError('stopping', 'the database is closed');
          answer(store.call(name, parameters));
        }),
      close: () =>
        new Promise((closed) => {
          const open = store;
          store = undefined;
          try {
            open?.close();
          } finally {
            lock.release();
          }
          closed();
        }),
    });
  });
}
