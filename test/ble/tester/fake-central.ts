import type { SetupLink } from '../../../ble/client/setup-link.ts';
import type { Central, FoundGateway } from '../../../ble/tester/central.ts';
import type { FakeGateway } from '../client/fake-gateway.ts';

/** A radio that hears these gateways, and links to them. */
export class FakeCentral implements Central {
  isClosed = false;
  readonly #gateways: readonly FakeGateway[];

  constructor(gateways: readonly FakeGateway[]) {
    this.#gateways = gateways;
  }

  find(found: (gateway: FoundGateway) => void): Promise<() => Promise<void>> {
    this.#gateways.forEach(({ gatewayId }, index) => {
      const name = `eGW ${gatewayId.slice(0, 8).toUpperCase()}`;
      found({ address: String(index), name: '', signalDbm: -60 });
      found({ address: String(index), name, signalDbm: -60 });
    });
    return Promise.resolve(() => Promise.resolve());
  }

  async connect(address: string): Promise<SetupLink> {
    const gateway = this.#gateways[Number(address)];
    if (gateway === undefined || gateway.fragmentsLeft === 0) throw new Error('no link');
    return await gateway.connect();
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}
