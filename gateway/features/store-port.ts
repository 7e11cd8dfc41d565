import type { StoreCalls } from '../storage/store-calls.ts';

/**
 * The part of the database that a feature needs, by the names of its calls. The whole `Database` fits every
 * such port. Errors, ordering and idempotency are those of `StoreCalls`.
 */
export interface StorePort<Names extends keyof StoreCalls> {
  call<Name extends Names>(
    name: Name,
    ...parameters: Parameters<StoreCalls[Name]>
  ): Promise<ReturnType<StoreCalls[Name]>>;
}
