import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { StampingClock } from '../../core/machine-clock.ts';
import type { SaidText } from '../../core/said-text.ts';
import type { HistoryHour, HistoryReport } from '../../storage/store-calls.ts';
import type { StorePort } from '../store-port.ts';

interface HistoryPorts {
  readonly clock: StampingClock;
  readonly store: StorePort<'addHistory' | 'addAuditLine' | 'latestTexts' | 'putTexts'>;
  /** Readings that are older than this are kept by no device one by one. */
  readonly rawMsMax: number;
}

/** A part of an import. */
export interface HistoryPart {
  /** The same in all parts of one import. */
  readonly importId: string;
  readonly isDryRun: boolean;
  readonly hours: readonly HistoryHour[];
  /** By time. */
  readonly texts: readonly SaidText[];
}

export interface TakenPart extends HistoryReport {
  /** Words that are new. */
  readonly texts: number;
}

const notedMax = 16;
const nothing: HistoryReport = { added: 0, known: 0, differing: 0, tooOld: 0, tooNew: 0, differences: [] };

/** Takes in readings of the past, part by part, as it is sent them. */
export class HistoryIntake {
  readonly #ports: HistoryPorts;
  readonly #noted: string[] = [];
  /** The last word of each name, that of the import at hand included: a dry run counts as the run does. */
  #said = { run: '', latest: new Map<string, SaidText>() };

  constructor(ports: HistoryPorts) {
    this.#ports = ports;
  }

  /**
   * @param principal who sends it: named in the audit log, once an import
   * Errors: `storage_busy` while the time is not known, `input_invalid`, those of the store.
   */
  async take(part: HistoryPart, principal: string): Promise<TakenPart> {
    const { clock, store, rawMsMax } = this.#ports;
    if (clock.stamp().basis !== 'wall')
      throw new GatewayError('storage_busy', 'the gateway does not know the time yet', {
        hint: 'egw clock show says why',
      });
    if (!part.isDryRun) await this.#note(part, principal);
    const nowMs = clock.wall();
    const options = { rawFromMs: nowMs - rawMsMax, nowMs, isDryRun: part.isDryRun };
    const report = part.hours.length === 0 ? nothing : await store.call('addHistory', part.hours, options);
    return { ...report, texts: await this.#takeTexts(part, nowMs) };
  }

  /** Hundreds of parts are one import. */
  async #note({ importId }: HistoryPart, principal: string): Promise<void> {
    if (this.#noted.includes(importId)) return;
    const { clock, store } = this.#ports;
    const line = { atMs: clock.wall(), principal, action: 'history.add', outcome: 'ok', detail: importId };
    await store.call('addAuditLine', line);
    this.#noted.push(importId);
    if (this.#noted.length > notedMax) this.#noted.shift();
  }

  /**
   * Only what is newer than the last word of its name: sinks get words in the order in which they are stored, and must
   * not take one of last year for that of today.
   */
  async #takeTexts({ importId, texts, isDryRun }: HistoryPart, nowMs: number): Promise<number> {
    if (texts.length === 0) return 0;
    const { store } = this.#ports;
    const run = `${importId} ${isDryRun}`;
    if (this.#said.run !== run) this.#said = { run, latest: new Map() };
    const { latest } = this.#said;
    for (const one of await store.call('latestTexts')) {
      if ((latest.get(nameOf(one))?.atMs ?? -Infinity) <= one.atMs) latest.set(nameOf(one), one);
    }
    const fresh = texts.filter((one) => {
      const last = latest.get(nameOf(one));
      if (one.atMs > nowMs || (last !== undefined && (last.atMs >= one.atMs || last.text === one.text)))
        return false;
      latest.set(nameOf(one), one);
      return true;
    });
    if (fresh.length > 0 && !isDryRun) await store.call('putTexts', fresh);
    return fresh.length;
  }
}

function nameOf({ device, quantity }: SaidText): string {
  return `${device}\n${quantity}`;
}

/** What one part may have: an hour of a series costs the database as much as some hundred readings. */
export const partMax = { readings: limits.historyReadingsMax, hours: 200, texts: 200 } as const;
