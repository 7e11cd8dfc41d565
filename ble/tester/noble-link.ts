import type { Characteristic, Peripheral } from '@stoprocent/noble';
import type { SetupLink } from '../client/setup-link.ts';
import type { Clock } from '../clock.ts';
import { fragmentBytesLimit } from '../protocol/fragments.ts';
import { setupFacts, setupInbox, setupOutbox, setupService } from '../protocol/uuids.ts';
import { within } from './within.ts';

/** Of an answer to a read or a write: the transaction time-out of ATT (Bluetooth Core 5.4, Vol 3, Part F, 3.3.3). */
const answerMsMax = 30_000;
const closeMsMax = 2_000;
/** What the ATT header takes of each write; MTU is 23 where none was agreed on. */
const headBytes = 3;
const mtuUsual = 23;

/** A link to a gateway by noble, which has found the characteristics and listens to the outbox. */
export class NobleLink implements SetupLink {
  readonly #peripheral: Peripheral;
  readonly #clock: Clock;
  readonly #characteristics: Readonly<Record<'facts' | 'inbox', Characteristic>>;
  #fragmentListener: (fragment: Uint8Array) => void = () => undefined;
  #lostListener: () => void = () => undefined;
  #isLost = false;

  /** Over a peripheral that is connected. Rejects where that is no gateway, or the link is lost. */
  static async over(peripheral: Peripheral, clock: Clock): Promise<NobleLink> {
    const { characteristics } = await peripheral.discoverSomeServicesAndCharacteristicsAsync(
      [withoutDashes(setupService)],
      [setupFacts, setupInbox, setupOutbox].map(withoutDashes),
    );
    const named = (uuid: string): Characteristic => {
      const found = characteristics.find((one) => one.uuid === withoutDashes(uuid));
      if (found === undefined) throw new NoGatewayError(uuid);
      return found;
    };
    const outbox = named(setupOutbox);
    const link = new NobleLink(peripheral, clock, { facts: named(setupFacts), inbox: named(setupInbox) });
    const take = (data: Buffer): void => link.#fragmentListener(new Uint8Array(data));
    outbox.on('data', take);
    peripheral.once('disconnect', () => {
      outbox.removeListener('data', take);
      link.#lose();
    });
    await outbox.subscribeAsync();
    return link;
  }

  private constructor(
    peripheral: Peripheral,
    clock: Clock,
    characteristics: Readonly<Record<'facts' | 'inbox', Characteristic>>,
  ) {
    this.#peripheral = peripheral;
    this.#clock = clock;
    this.#characteristics = characteristics;
  }

  get fragmentBytesMax(): number {
    return Math.min(fragmentBytesLimit, (this.#peripheral.mtu ?? mtuUsual) - headBytes);
  }

  async readFacts(): Promise<Uint8Array> {
    this.#assertThere();
    return new Uint8Array(await within(this.#clock, answerMsMax, this.#characteristics.facts.readAsync()));
  }

  async write(fragment: Uint8Array): Promise<void> {
    this.#assertThere();
    const written = this.#characteristics.inbox.writeAsync(Buffer.from(fragment), false);
    await within(this.#clock, answerMsMax, written);
  }

  onFragment(listener: (fragment: Uint8Array) => void): void {
    this.#fragmentListener = listener;
  }

  onLost(listener: () => void): void {
    this.#lostListener = listener;
    if (this.#isLost) listener();
  }

  async close(): Promise<void> {
    if (this.#isLost) return;
    await within(this.#clock, closeMsMax, this.#peripheral.disconnectAsync()).catch(() => undefined);
    this.#lose();
  }

  #assertThere(): void {
    if (this.#isLost) throw new LostError();
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#lostListener();
  }
}

class LostError extends Error {
  override readonly name = 'LostError';

  constructor() {
    super('the link is lost');
  }
}

class NoGatewayError extends Error {
  override readonly name = 'NoGatewayError';

  constructor(uuid: string) {
    super(`it has no characteristic ${uuid}`);
  }
}

function withoutDashes(uuid: string): string {
  return uuid.replaceAll('-', '');
}
