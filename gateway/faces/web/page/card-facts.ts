import type { LiveText, LiveValue, Quality } from './api-types.ts';
import type { CardLine } from './card.ts';
import { noValue } from './format.ts';
import { markOf, type Mark } from './freshness.ts';
import { seriesId } from './home-series.ts';
import { rootOf, type Owner } from './owner.ts';
import { partName } from './part-name.ts';

export interface KnownFacts {
  /** The sources; what one that is not read once said is no part of the home. */
  readonly owners: readonly Owner[];
  /** By `seriesId`. */
  readonly latest: ReadonlyMap<string, LiveValue>;
  readonly texts: ReadonlyMap<string, LiveText>;
  readonly nowMs: number;
  /** Of the site; the browser's when undefined. */
  readonly zone: string | undefined;
}

/** How a line shows a value. */
export type Measured = Pick<CardLine, 'text' | 'mark' | 'doubt'>;

/** What the cards ask about sources and their parts. */
export class CardFacts {
  readonly nowMs: number;
  readonly zone: string | undefined;
  readonly #known: KnownFacts;
  readonly #owners: ReadonlyMap<string, Owner>;

  constructor(known: KnownFacts) {
    this.nowMs = known.nowMs;
    this.zone = known.zone;
    this.#known = known;
    const read = known.owners.filter(({ isActive }) => isActive);
    this.#owners = new Map(read.map((owner) => [owner.id, owner]));
  }

  /** The sources and parts that say this quantity, a source's together. */
  saying(...quantities: readonly string[]): readonly string[] {
    const found = new Set<string>();
    for (const { device, quantity } of this.#known.latest.values()) {
      if (quantities.includes(quantity) && this.#owners.has(rootOf(device))) found.add(device);
    }
    const order = [...this.#owners.keys()];
    return [...found].sort((a, b) => order.indexOf(rootOf(a)) - order.indexOf(rootOf(b)));
  }

  /** The sources and parts that have this word. */
  wording(quantity: string): readonly string[] {
    return [...this.#known.texts.values()]
      .filter((text) => text.quantity === quantity && this.#owners.has(rootOf(text.device)))
      .map(({ device }) => device);
  }

  /** Its quantities whose names begin so. */
  quantitiesOf(device: string, prefix: string): readonly string[] {
    return [...this.#known.latest.values()]
      .filter((live) => live.device === device && live.quantity.startsWith(prefix))
      .map(({ quantity }) => quantity);
  }

  live(device: string, quantity: string): LiveValue | undefined {
    return this.#known.latest.get(seriesId({ device, quantity }));
  }

  /** null when there is none. */
  value(device: string, quantity: string): number | null {
    return this.live(device, quantity)?.value ?? null;
  }

  text(device: string, quantity: string): string | undefined {
    return this.#known.texts.get(seriesId({ device, quantity }))?.text;
  }

  /** The source's name, or that of its part. */
  nameOf(device: string): string {
    const root = rootOf(device);
    if (root !== device) return partName(device.slice(root.length + 1), this.text(device, 'name'));
    return this.#owners.get(root)?.name ?? root;
  }

  /** Of the source that it is of. */
  sourceName(device: string): string {
    return this.nameOf(rootOf(device));
  }

  mark(device: string, quantity: string): Mark {
    return markOf(this.live(device, quantity), this.#owners.get(rootOf(device)), this.nowMs);
  }

  /** A value with its mark, a dash where there is none. */
  measured(device: string, quantity: string, format: (value: number) => string): Measured {
    const live = this.live(device, quantity);
    const mark = this.mark(device, quantity);
    const value = live?.value ?? null;
    return { text: value === null ? noValue : format(value), mark, doubt: doubtOf(mark, live?.quality) };
  }
}

function doubtOf(mark: Mark, quality: Quality | undefined): string {
  if (quality === 'sensor_error') return 'sensor fault';
  if (mark === 'stale') return 'old';
  if (mark === 'doubtful') return quality === 'estimated' ? 'estimated' : 'doubtful';
  return '';
}
