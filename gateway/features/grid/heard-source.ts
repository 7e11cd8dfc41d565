import type { Clock } from '../../core/clock.ts';
import type { StorePort } from '../store-port.ts';
import type { GridSource } from './grid-source.ts';

const settingName = 'grid.heard';

interface HeardPorts {
  readonly clock: Clock;
  readonly store: StorePort<'getSetting' | 'putSetting'>;
  readonly source: () => GridSource | undefined;
}

interface Heard {
  readonly zone: string;
  readonly readAtMs: number;
}

/**
 * The source that tells of the grid, with the time of its last answer kept over restarts: a gateway that starts again
 * goes on by what it had stored for as long as it would have otherwise, and no longer.
 */
export class HeardSource {
  readonly #ports: HeardPorts;
  #heard: Heard | undefined;

  constructor(ports: HeardPorts) {
    this.#ports = ports;
  }

  now(): GridSource | undefined {
    const source = this.#ports.source();
    if (source === undefined || source.readAtMs !== undefined) return source;
    const { zone, readAtMs } = this.#heard ?? {};
    // A time to come is of a clock that was wrong.
    const isUsable = zone === source.zone && readAtMs !== undefined && readAtMs <= this.#ports.clock.wall();
    return isUsable ? { ...source, readAtMs } : source;
  }

  /** As the last run left it. Errors: those of the store. */
  async restore(): Promise<void> {
    const text = await this.#ports.store.call('getSetting', settingName);
    this.#heard = text === undefined ? undefined : heardOf(text);
  }

  /** To be called when what it said is stored. Errors: those of the store. */
  async keep(): Promise<void> {
    const { zone, readAtMs } = this.#ports.source() ?? {};
    if (zone === undefined || readAtMs === undefined) return;
    if (this.#heard?.zone === zone && this.#heard.readAtMs === readAtMs) return;
    const heard: Heard = { zone, readAtMs };
    await this.#ports.store.call('putSetting', settingName, JSON.stringify(heard));
    this.#heard = heard;
  }
}

/** Nothing where it is damaged: its source says it anew. */
function heardOf(text: string): Heard | undefined {
  try {
    const { zone, readAtMs } = JSON.parse(text) as Partial<Record<keyof Heard, unknown>>;
    return typeof zone === 'string' && typeof readAtMs === 'number' ? { zone, readAtMs } : undefined;
  } catch {
    return undefined;
  }
}
