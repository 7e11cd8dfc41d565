import type { TimeStamp } from '../../core/machine-clock.ts';
import type { StorePort } from '../store-port.ts';

/** A word of a source, and since when it says so. */
export interface NamedText {
  readonly device: string;
  readonly quantity: string;
  readonly text: string;
}

export interface KnownText extends NamedText {
  readonly atMs: number;
}

/** The words that sources say, of which only changes are stored. */
export class TextBook {
  readonly #store: StorePort<'putTexts' | 'latestTexts'>;
  readonly #known = new Map<string, KnownText>();

  constructor(store: StorePort<'putTexts' | 'latestTexts'>) {
    this.#store = store;
  }

  /** Errors: those of the store. */
  async restore(): Promise<void> {
    for (const text of await this.#store.call('latestTexts')) this.#known.set(keyOf(text), text);
  }

  /**
   * Those that are new are stored. While the time is not known nothing is: the next reading says it again. Errors:
   * those of the store; then all of them come again with the next reading.
   */
  async take(texts: readonly NamedText[], { basis, atMs }: TimeStamp): Promise<void> {
    if (basis !== 'wall') return;
    const fresh = texts
      .filter((text) => this.#known.get(keyOf(text))?.text !== text.text)
      .map((text) => ({ ...text, atMs }));
    if (fresh.length === 0) return;
    await this.#store.call('putTexts', fresh);
    for (const text of fresh) this.#known.set(keyOf(text), text);
  }

  all(): readonly KnownText[] {
    return [...this.#known.values()];
  }
}

function keyOf({ device, quantity }: Omit<NamedText, 'text'>): string {
  return `${device}\n${quantity}`;
}
