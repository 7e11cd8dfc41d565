import { GatewayError } from '../../core/errors.ts';
import type { StorePort } from '../store-port.ts';

const settingName = 'cloud.control';

/** Whether the cloud may tell this gateway anything: its owner's word, kept across restarts. */
export class CloudSwitch {
  readonly #store: StorePort<'getSetting' | 'putSetting'>;
  /** Off by the configuration, which no command changes. */
  readonly #isPinnedOff: boolean;
  #isOff = true;
  /** Of what was said last. */
  #said = 0;

  constructor(store: StorePort<'getSetting' | 'putSetting'>, isPinnedOff: boolean) {
    this.#store = store;
    this.#isPinnedOff = isPinnedOff;
  }

  get isOn(): boolean {
    return !this.#isOff && !this.#isPinnedOff;
  }

  /** Off until then. Errors: those of the store. */
  async load(): Promise<void> {
    this.#isOff = (await this.#store.call('getSetting', settingName)) === 'off';
  }

  /** On from when that is kept, unless something else was said meanwhile. Errors: `config_pinned`, those of the store. */
  async turnOn(): Promise<void> {
    if (this.#isPinnedOff) {
      throw new GatewayError('config_pinned', 'the configuration keeps commands from the cloud off', {
        hint: 'remove cloud.control from egw.yaml, and start again',
      });
    }
    this.#said += 1;
    const said = this.#said;
    await this.#store.call('putSetting', settingName, 'on');
    if (said === this.#said) this.#isOff = false;
  }

  /** Off at once, and until the next start even when it cannot be kept. Errors: those of the store. */
  async turnOff(): Promise<void> {
    this.#said += 1;
    this.#isOff = true;
    await this.#store.call('putSetting', settingName, 'off');
  }
}
