import type { SetupLink } from '../../ble/client/setup-link.ts';
import { realClock } from '../../ble/real-clock.ts';
import { NobleCentral } from '../../ble/tester/noble-central.ts';

/** A phone: noble over an adapter of the virtual air, which has heard one gateway. */
export class BenchPhone {
  readonly #central: NobleCentral;
  readonly #address: string;

  private constructor(central: NobleCentral, address: string) {
    this.#central = central;
    this.#address = address;
  }

  /** When it has heard a gateway. */
  static async open(adapter: number): Promise<BenchPhone> {
    const central = await NobleCentral.open(realClock, adapter);
    const { promise, resolve } = Promise.withResolvers<string>();
    const stop = await central.find(({ address, name }) => {
      if (name !== '') resolve(address);
    });
    const address = await promise;
    await stop();
    return new BenchPhone(central, address);
  }

  async connect(): Promise<SetupLink> {
    return await this.#central.connect(this.#address);
  }

  async close(): Promise<void> {
    await this.#central.close();
  }
}
