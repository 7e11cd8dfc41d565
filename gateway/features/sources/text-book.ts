import type { LiveFeed } from '../../core/live-feed.ts';
import type { TimeStamp } from '../../core/machine-clock.ts';
import type { SaidText } from '../../core/said-text.ts';
import type { StorePort } from '../store-port.ts';

/** A word of a source or of a part of it. */
export type NamedText = Omit<SaidText, 'atMs'>;

/** The words that sources say, of which only changes are stored. */
export class TextBook {
  readonly #store: StorePort<'putTexts' | 'latestTexts'>;
  readonly #feed: Pick<LiveFeed, 'publish'>;
  readonly #known = new Map<string, SaidText>();

  constructor(store: StorePort<'putTexts' | 'latestTexts'>, feed: Pick<LiveFeed, 'publish'>) {
    this.#store = store;
    this.#feed = feed;
  }

  /** Errors: those of the store. */
  async restore(): Promise<void> {
    for (const text of await this.#store.call('latestTexts')) this.#known.set(keyOf(text), text);
  }

  /**
   * Those that are new are stored, then told. While the time is not known none is: the next reading says it again. Errors:
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
    this.#feed.publish({ type: 'texts', values: fresh });
  }

  all(): readonly SaidText[] {
    return [...this.#known.values()];
  }
}

function keyOf({ device, quantity }: NamedText): string {
  return `${device}\n${quantity}`;
}
