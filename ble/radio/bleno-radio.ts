import type { Bleno, ConnectionHandle, HciBindingsOptions, State } from '@stoprocent/bleno';
import type { Clock } from '../clock.ts';
import { whyNotLoaded } from '../why-not-loaded.ts';
import { blenoCharacteristic } from './bleno-characteristic.ts';
import { endBleno, guardBleno } from './bleno-guards.ts';
import { insidesOf, type BlenoBindings } from './bleno-insides.ts';
import { BlenoLink } from './bleno-link.ts';
import type { Advertisement, GattService, Radio, RadioState } from './radio.ts';

export interface BlenoRadioParts {
  readonly clock: Clock;
  /** Which adapter, and by which driver of bleno; the first one that there is when nothing is said. */
  readonly options?: HciBindingsOptions;
}

interface BlenoPackage {
  readonly withBindings: (type: 'hci', options: HciBindingsOptions) => Bleno;
}

/** An adapter that was not there may come: it is looked for again. */
const lookAgainMs = 60_000;
/** Of an adapter that was not on yet: bleno says that it is off before it knows why. */
const settleMs = 2_000;
/** What was sent last goes out before the adapter is left. */
const closeMs = 200;

/** The adapter of this machine, by bleno, which is loaded when it is asked for. */
export class BlenoRadio implements Radio {
  readonly #parts: BlenoRadioParts;
  readonly #links = new Map<ConnectionHandle, BlenoLink>();
  readonly #listeners = new Set<(state: RadioState) => void>();
  #bleno: Bleno | undefined;
  #services: readonly GattService[] = [];
  #advertisement: Advertisement | undefined;
  #isAdvertising = false;
  #state: RadioState = 'starting';
  #why = 'the Bluetooth adapter has not answered yet';
  /** What the socket has said last. */
  #fault = '';
  #isShared = false;
  #linkCount = 0;
  #isHeard = false;
  #stopAlarm: () => void = () => undefined;
  #stopSettling: () => void = () => undefined;
  #isClosed = false;

  constructor(parts: BlenoRadioParts) {
    this.#parts = parts;
  }

  get state(): RadioState {
    return this.#state;
  }

  get why(): string {
    return this.#why;
  }

  onState(listener: (state: RadioState) => void): void {
    this.#listeners.add(listener);
  }

  /** Looks for the adapter, and goes on looking for one that is not there. */
  async start(): Promise<void> {
    this.#fault = '';
    try {
      const loaded = (await import('@stoprocent/bleno')) as unknown as { readonly default: BlenoPackage };
      if (this.#isClosed) return;
      this.#openOrShare(() => loaded.default.withBindings('hci', this.#parts.options ?? {}));
    } catch (error) {
      this.#fault = whyNotLoaded('@stoprocent/bleno', error);
      this.#changed('missing');
    }
    this.#stopAlarm = this.#parts.clock.after(lookAgainMs, () => void this.#lookAgain());
  }

  serve(services: readonly GattService[]): Promise<void> {
    const ended = this.#services.filter((service) => !services.includes(service));
    this.#services = services;
    this.#setServices();
    // What they have found is there no more.
    for (const link of this.#links.values()) {
      for (const service of ended) service.disconnected?.(link);
      link.drop();
    }
    return Promise.resolve();
  }

  advertise(advertisement: Advertisement | undefined): Promise<void> {
    this.#advertisement = advertisement;
    this.#setAdvertisement();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopAlarm();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    if (this.#links.size === 0) resolve(undefined);
    else this.#parts.clock.after(closeMs, () => resolve(undefined));
    await promise;
    this.#end();
  }

  /** An adapter that is on is asked something; one that has said nothing since the last time is gone. */
  async #lookAgain(): Promise<void> {
    if (this.#state === 'on' && this.#bleno !== undefined && this.#isHeard) {
      this.#isHeard = false;
      insidesOf(this.#bleno)._hci.readBdAddr();
      this.#stopAlarm = this.#parts.clock.after(lookAgainMs, () => void this.#lookAgain());
      return;
    }
    if (this.#state !== 'missing') this.#changed('off');
    this.#end();
    await this.start();
  }

  /** Where another program has the adapter, it is used beside that one. */
  #openOrShare(make: () => Bleno): void {
    this.#isShared = false;
    try {
      this.#open(make());
    } catch (error) {
      if (this.#bleno === undefined || !isHeld(firstLine(error))) throw error;
      const wasWhole = Boolean(insidesOf(this.#bleno)._hci._userChannel);
      this.#end();
      if (!wasWhole) throw error;
      const shared = make();
      insidesOf(shared)._hci._userChannel = undefined;
      this.#isShared = true;
      this.#open(shared);
    }
  }

  #open(bleno: Bleno): void {
    const bindings = insidesOf(bleno);
    this.#bleno = bleno;
    guardBleno(bindings, {
      heard: () => {
        this.#isHeard = true;
      },
      asked: (handle) => this.#links.get(handle)?.asked(),
      failed: (error) => {
        this.#fault = error.message;
      },
    });
    bleno.on('accept', (_address, handle) => this.#accept(handle, bindings));
    bleno.on('disconnect', (_address, handle) => this.#left(handle));
    let told: State | undefined;
    const take = (state: State): void => {
      if (this.#bleno !== bleno || state === told || state === 'unknown') return;
      told = state;
      this.#adapterChanged(state, bindings);
    };
    // The first listener is what opens the adapter, before it is one itself: what is told at once is missed. It throws
    // where there is no adapter.
    bleno.on('stateChange', take);
    take(bleno.state);
  }

  #adapterChanged(state: State, bindings: BlenoBindings): void {
    if (state === 'poweredOn') {
      this.#isAdvertising = false;
      this.#setServices();
      this.#changed('on');
      this.#setAdvertisement();
      return;
    }
    bindings._advertising = false;
    this.#isAdvertising = false;
    for (const handle of [...bindings._connections.keys()]) bindings.onDisconnComplete(handle, 0);
    if (state === 'unauthorized' || state === 'unsupported') this.#changed('missing', state);
    else if (this.#state === 'on') this.#changed('off');
    else this.#stopSettling = this.#parts.clock.after(settleMs, () => this.#changed('off'));
  }

  #changed(state: RadioState, why: State | 'absent' = 'absent'): void {
    this.#stopSettling();
    this.#why = state === 'on' ? (this.#isShared ? shared : '') : whyNot(state, why, this.#fault);
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  #accept(handle: ConnectionHandle, bindings: BlenoBindings): void {
    // A handle that is given anew has lost its link without a word.
    this.#left(handle);
    this.#linkCount += 1;
    this.#links.set(
      handle,
      new BlenoLink(`link-${this.#linkCount}`, Number(handle), bindings, this.#parts.clock),
    );
  }

  #left(handle: ConnectionHandle): void {
    const link = this.#links.get(handle);
    if (link === undefined) return;
    this.#links.delete(handle);
    link.gone();
    for (const service of this.#services) service.disconnected?.(link);
  }

  #setServices(): void {
    const bleno = this.#bleno;
    if (bleno === undefined) return;
    bleno.setServices(
      this.#services.map(
        ({ uuid, characteristics }) =>
          new bleno.PrimaryService({
            uuid,
            characteristics: characteristics.map(
              (one) =>
                new bleno.Characteristic(blenoCharacteristic(one, (handle) => this.#links.get(handle))),
            ),
          }),
      ),
    );
  }

  #setAdvertisement(): void {
    const bleno = this.#bleno;
    if (bleno === undefined || this.#state !== 'on') return;
    const advertisement = this.#advertisement;
    if (advertisement === undefined) {
      if (this.#isAdvertising) bleno.stopAdvertising();
      this.#isAdvertising = false;
      return;
    }
    const data = Buffer.from(advertisement.data);
    const scanResponse = Buffer.from(advertisement.scanResponse);
    if (this.#isAdvertising) {
      // It goes on; only what is in the air is another.
      const { _hci: hci } = insidesOf(bleno);
      hci.setScanResponseData(scanResponse);
      hci.setAdvertisingData(data);
    } else bleno.startAdvertisingWithEIRData(data, scanResponse);
    this.#isAdvertising = true;
  }

  #end(): void {
    const bleno = this.#bleno;
    this.#bleno = undefined;
    this.#isAdvertising = false;
    this.#stopSettling();
    if (bleno === undefined) return;
    endBleno(insidesOf(bleno));
    bleno.removeAllListeners();
    for (const handle of [...this.#links.keys()]) this.#left(handle);
  }
}

/** EBUSY, as the driver tells it. */
function isHeld(fault: string): boolean {
  return /resource busy|EBUSY/i.test(fault);
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

const whoHolds =
  'another program has it, bluetoothd most likely: stop that (sudo systemctl disable --now bluetooth)';
const shared = `${whoHolds} if phones find the gateway and cannot set it up`;

function whyNot(state: RadioState, why: State | 'absent', fault: string): string {
  const cause = fault === '' ? '' : ` (${fault})`;
  if (state === 'off')
    return `the Bluetooth adapter is off${cause}: switch it on, or see whether another program has it`;
  if (isHeld(fault)) return `the Bluetooth adapter is busy${cause}: ${whoHolds}`;
  if (why === 'unauthorized')
    return 'this process may not use Bluetooth: run it as root, or give it CAP_NET_RAW and CAP_NET_ADMIN';
  return `there is no Bluetooth adapter that this process can use${cause}`;
}
