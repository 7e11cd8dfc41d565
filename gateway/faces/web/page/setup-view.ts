import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { createFactList } from './fact-list.ts';
import { makeElement, setHidden, setText } from './make-element.ts';
import { createPeriodicView, type PeriodicView } from './periodic-view.ts';
import { makeQrPicture } from './qr-picture.ts';
import type { SetupLabel, SetupStatus } from './setup-types.ts';
import { joiningWords, setupFacts } from './setup-words.ts';
import { createSureButton } from './sure-button.ts';
import type { TabView } from './tab-view.ts';

const path = '/api/v1/provisioning';

export interface SetupParts {
  readonly client: ApiClient;
  readonly time: PageTime;
  /** Undefined while it is not known. */
  readonly gatewayId: () => string | undefined;
}

/** Whether a phone may set the gateway up, with what code, and what networks it has. */
export class SetupView implements TabView {
  readonly #client: ApiClient;
  readonly #asking: PeriodicView;
  readonly #message = makeElement('p', { class: 'note', role: 'status' });
  readonly #facts = createFactList();
  readonly #joining = makeElement('p', { class: 'note' });
  readonly #label = makeElement('div', { class: 'setup-label', hidden: '' });
  readonly #open;
  readonly #close;
  readonly #showLabel;
  readonly #buttons;
  readonly #gatewayId: () => string | undefined;
  #mayAdminister: boolean | undefined;

  constructor(place: Element, { client, time, gatewayId }: SetupParts) {
    this.#client = client;
    this.#gatewayId = gatewayId;
    this.#open = this.#button('Let a phone set it up', () => client.post(`${path}/door`));
    this.#close = this.#button('Close', () => client.remove(`${path}/door`));
    this.#showLabel = this.#button('Show the code', () => this.#loadLabel());
    const reset = createSureButton('Factory reset', 'Forget everything but its key?', () =>
      this.#do(() => client.post(`${path}/factory-reset`, { gatewayId: this.#gatewayId() ?? '' })),
    );
    const buttons = [this.#open, this.#close, this.#showLabel, reset];
    this.#buttons = makeElement('div', { class: 'setup-buttons', hidden: '' }, ...buttons);
    place.replaceChildren(
      makeElement(
        'div',
        { class: 'card' },
        makeElement('h2', {}, 'Set up, or add a phone'),
        makeElement(
          'p',
          {},
          'With the code below, a phone nearby puts the gateway into another Wi-Fi, or is let in itself.',
        ),
        ...[this.#facts.element, this.#joining, this.#buttons, this.#label, this.#message],
      ),
    );
    this.#asking = createPeriodicView(this.#message, time, () => this.#load());
  }

  start(): void {
    this.#asking.start();
  }

  /** The code does not stay on a screen that nobody looks at. */
  stop(): void {
    this.#asking.stop();
    this.#label.replaceChildren();
    setHidden(this.#label, true);
  }

  show(): void {
    // All of it is shown when it comes.
  }

  async #load(): Promise<void> {
    const status = (await this.#client.read(path)) as SetupStatus;
    this.#mayAdminister ??= await this.#client.mayAdminister();
    this.#facts.show(setupFacts(status));
    const words = joiningWords(status);
    setText(this.#joining, words);
    setHidden(this.#joining, words === '');
    const isOpen = status.door.state === 'open';
    setHidden(this.#buttons, !this.#mayAdminister);
    setText(this.#open, isOpen ? 'Five minutes more' : 'Let a phone set it up');
    setHidden(this.#open, isOpen && status.door.openMs === null);
    setHidden(this.#close, !isOpen || status.door.openMs === null);
  }

  async #loadLabel(): Promise<void> {
    const { code, fingerprint, qr } = (await this.#client.read(`${path}/label`)) as SetupLabel;
    const name = `eGW ${fingerprint.slice(0, 8)}`;
    this.#label.replaceChildren(
      ...(code === null ? [] : [makeQrPicture(qr, 'QR code of the set-up code')]),
      makeElement(
        'div',
        {},
        makeElement('p', {}, 'Its name over Bluetooth is ', makeElement('strong', {}, name), '.'),
        ...(code === null ? [makeElement('p', {}, hiddenWords)] : codeWords(code)),
      ),
    );
    setHidden(this.#label, false);
  }

  #button(words: string, work: () => Promise<unknown>): HTMLButtonElement {
    const button = makeElement('button', { type: 'button' }, words);
    button.addEventListener('click', () => {
      button.disabled = true;
      void this.#do(work).finally(() => (button.disabled = false));
    });
    return button;
  }

  async #do(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      setText(this.#message, '');
      await this.#asking.anew();
    } catch (error) {
      setText(this.#message, wordsFor(error));
    }
  }
}

const hiddenWords =
  'This browser may do less than the code gives, so it is not shown: egw provision show tells it on the gateway.';

function codeWords(code: string): readonly HTMLElement[] {
  const page = makeElement('a', { href: '/setup' }, 'The set-up page');
  return [
    makeElement('p', {}, 'Scan this with the set-up page, or type:'),
    makeElement('p', { class: 'setup-code' }, code),
    makeElement('p', {}, page, ', for a phone or laptop with Bluetooth.'),
    makeElement('p', { class: 'note' }, 'Whoever has this code and is near can do as the owner does.'),
  ];
}
