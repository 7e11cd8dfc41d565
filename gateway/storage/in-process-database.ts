import { GatewayError } from '../core/errors.ts';
import { DatabaseService, type DatabaseOptions } from './database-service.ts';
import { takeInstanceLock } from './instance-lock.ts';
import type { Database, StoreCalls } from './store-calls.ts';

/**
 * The database without a worker: a call is done when it returns, and no timer runs. For the simulation, where
 * virtual time stands still meanwhile, and for tools. Errors: those of the worker's.
 */
export function openInProcessDatabase(options: DatabaseOptions): Promise<Database> {
  return new Promise((resolve) => {
    const lock = takeInstanceLock(options.directory);
    let service: DatabaseService | undefined;
    try {
      service = new DatabaseService(options);
    } catch (error) {
      lock.release();
      throw error;
    }
    resolve({
      call: (name, ...parameters) =>
        new Promise((answer) => {
          if (service === undefined) throw new GatewayError('stopping', 'the database is closed');
          answer(callStore(service, name, parameters));
        }),
      close: () =>
        new Promise((closed) => {
          const open = service;
          service = undefined;
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

/** One call by its name, as it crosses to the worker. */
export function callStore<Name extends keyof StoreCalls>(
  calls: StoreCalls,
  name: Name,
  parameters: Parameters<StoreCalls[Name]>,
): ReturnType<StoreCalls[Name]> {
  return Reflect.apply(calls[name], calls, parameters) as ReturnType<StoreCalls[Name]>;
}
