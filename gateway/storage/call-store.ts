import type { StoreCalls } from './store-calls.ts';

/** One call by its name, as it crosses to the worker. */
export function callStore<Name extends keyof StoreCalls>(
  calls: StoreCalls,
  name: Name,
  parameters: Parameters<StoreCalls[Name]>,
): ReturnType<StoreCalls[Name]> {
  return Reflect.apply(calls[name], calls, parameters) as ReturnType<StoreCalls[Name]>;
}
