import type { HttpClient } from '../gateway/core/http.ts';
import type { UplinkDefinition } from '../gateway/io/uplinks/uplink.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** Time stands still while a message is packed, which is done in another thread: until it is on its way. */
export function heldUplink(definition: UplinkDefinition, clock: SimulatedClock): UplinkDefinition {
  return {
    ...definition,
    open: async (options, ports, openSignal) => {
      let asked: () => void = () => undefined;
      const http: HttpClient = {
        request: async (request, signal) => {
          asked();
          return await ports.http.request(request, signal);
        },
      };
      const uplink = await definition.open(options, { ...ports, http }, openSignal);
      return {
        get isOpen() {
          return uplink.isOpen;
        },
        send: async (message, signal) => {
          const { promise, resolve } = Promise.withResolvers<undefined>();
          asked = () => resolve(undefined);
          void clock.hold(promise);
          try {
            await uplink.send(message, signal);
          } finally {
            asked();
          }
        },
        close: async () => await uplink.close(),
      };
    },
  };
}
