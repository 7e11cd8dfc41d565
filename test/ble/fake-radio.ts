import type { Advertisement, GattService, Radio, RadioState } from '../../ble/radio/radio.ts';

/** A radio that does as the test says, and keeps what it was told. */
export class FakeRadio implements Radio {
  state: RadioState = 'starting';
  why = '';
  /** UUIDs of services, a list each time. */
  readonly served: string[][] = [];
  /** What went out, in hex with a space before the scan response; empty when it was ended. */
  readonly advertised: string[] = [];
  /** Of what comes next. */
  failure: Error | undefined;
  readonly #listeners: ((state: RadioState) => void)[] = [];

  onState(listener: (state: RadioState) => void): void {
    this.#listeners.push(listener);
  }

  become(state: RadioState, why = ''): void {
    this.state = state;
    this.why = why;
    for (const listener of this.#listeners) listener(state);
  }

  async serve(services: readonly GattService[]): Promise<void> {
    this.served.push(services.map(({ uuid }) => uuid));
    await this.#fail();
  }

  async advertise(advertisement: Advertisement | undefined): Promise<void> {
    this.advertised.push(
      advertisement === undefined
        ? ''
        : [advertisement.data, advertisement.scanResponse]
            .map((bytes) => Buffer.from(bytes).toString('hex'))
            .join(' '),
    );
    await this.#fail();
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #fail(): Promise<void> {
    const { failure } = this;
    this.failure = undefined;
    await Promise.resolve();
    if (failure !== undefined) throw failure;
  }
}
