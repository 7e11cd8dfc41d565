import { limits } from '../../core/limits.ts';
import type { StoredPhase } from '../../storage/boiler-calls.ts';
import { boilerId } from './boiler-id.ts';
import { neededInputs } from './boiler-input.ts';
import { minuteMs, minuteOf, type BoilerMinute } from './boiler-minute.ts';
import type { BoilerPorts } from './boiler-ports.ts';
import type { BoilerSettings } from './boiler-section.ts';
import { BoilerWatch } from './boiler-watch.ts';
import { findInputs, type FoundInput } from './input-directory.ts';
import { inputFacts, type InputFacts } from './input-facts.ts';
import { readMinutePage } from './minute-reader.ts';
import { leadMinutes } from './phase-of.ts';
import { addSpan, clipSpans, type PhaseRange } from './phase-spans.ts';
import { recomputePhases, type PhaseChange } from './recompute-phases.ts';

/** A stretch in one phase as it is told; the newest may be provisional. */
export interface ToldPhase extends StoredPhase {
  readonly isProvisional: boolean;
}

export interface RecomputeAnswer {
  /** What was computed again, of what was asked for. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly changes: readonly PhaseChange[];
  readonly notes: readonly string[];
}

/** Coldest water of a time. */
export interface WaterMinimum {
  readonly hours: number;
  readonly waterC: number | null;
  /** Start of its hour. */
  readonly atMs: number | null;
}

const hourMs = 60 * minuteMs;
const minimumHours = [24, 7 * 24, 14 * 24] as const;

/** A boiler that is watched, and what can be asked of it. */
export class Boiler {
  readonly #ports: BoilerPorts;
  readonly #watch: BoilerWatch;
  readonly settings: BoilerSettings;

  constructor(ports: BoilerPorts, settings: BoilerSettings) {
    this.#ports = ports;
    this.settings = settings;
    this.#watch = new BoilerWatch(ports, settings);
  }

  get watch(): BoilerWatch {
    return this.#watch;
  }

  /** Each that is configured, and what keeps it from being seen. */
  inputs(nowMs: number): readonly InputFacts[] {
    const { periodMsOf, latest } = this.#ports;
    return inputFacts(this.settings, { nowMs, periodMsOf, latest: latest(), found: this.#watch.inputs });
  }

  /** Errors: those of the store. */
  async minima(nowMs: number): Promise<readonly WaterMinimum[]> {
    const water = this.#watch.inputs.find(({ input }) => input === 'water');
    if (water === undefined) return minimumHours.map((hours) => ({ hours, waterC: null, atMs: null }));
    const query = { series: water.series.id, toMs: nowMs, rowsMax: Math.max(...minimumHours) + 1 };
    const fromMs = nowMs - Math.max(...minimumHours) * hourMs;
    const { rows } = await this.#ports.store.call('rollupRange', { ...query, fromMs }, '1h');
    return minimumHours.map((hours) => {
      let coldest: WaterMinimum = { hours, waterC: null, atMs: null };
      for (const { startMs, min } of rows) {
        if (startMs < nowMs - hours * hourMs || min === null) continue;
        if (coldest.waterC === null || min < coldest.waterC) coldest = { hours, waterC: min, atMs: startMs };
      }
      return coldest;
    });
  }

  /** Those that touch a range, oldest first, each whole. Errors: those of the store. */
  async phases(
    range: PhaseRange,
    rowsMax: number,
  ): Promise<{ readonly phases: readonly ToldPhase[]; readonly nextMs: number | null }> {
    const { closedToMs = Infinity, unstored } = this.#watch;
    const query = { boiler: boilerId, fromMs: range.fromMs, toMs: range.toMs, rowsMax };
    const { spans, nextFromMs } = await this.#ports.store.call('listPhases', query);
    // Where the clock was set back there are some of a time that has not come, or is closed again.
    const storedToMs = unstored[0]?.startMs ?? closedToMs;
    const told = [...clipSpans(spans, { fromMs: -Infinity, toMs: storedToMs })];
    if (nextFromMs !== undefined && nextFromMs < storedToMs)
      return { phases: told.map(forGood), nextMs: nextFromMs };
    for (const span of unstored)
      if (span.startMs < range.toMs && span.endMs > range.fromMs) addSpan(told, span);
    const open = this.#open(range);
    const phases = told.map(forGood);
    return { phases: open === undefined ? phases : [...phases, open], nextMs: null };
  }

  /** A page of minutes with what they came to. Errors: those of the store. */
  async minutes(range: PhaseRange): Promise<{
    readonly minutes: readonly BoilerMinute[];
    readonly phases: readonly ToldPhase[];
    readonly toMs: number;
  }> {
    const { store } = this.#ports;
    const page = await readMinutePage(store, this.#watch.inputs, range);
    const { phases } = await this.phases({ fromMs: range.fromMs, toMs: page.toMs }, limits.phaseSpansMax);
    return { ...page, phases };
  }

  /** Computes phases again, tells nobody, and answers what changed. Errors: those of the store. */
  async recompute(
    asked: PhaseRange & { readonly isDryRun: boolean },
    signal: AbortSignal,
  ): Promise<RecomputeAnswer> {
    await this.#watch.flush();
    const notes: string[] = [];
    // An import may have brought series since the watch looked for them.
    const inputs = findInputs(this.settings.inputs, await this.#ports.store.call('listSeries'));
    const toMs = minuteOf(Math.min(asked.toMs, this.#watch.closedToMs ?? 0));
    if (toMs < minuteOf(asked.toMs)) notes.push('minutes that are not closed yet are left out');
    const fromMs = await this.#firstMs(minuteOf(asked.fromMs), inputs);
    if (fromMs > minuteOf(asked.fromMs))
      notes.push('the minutes before that, or before what they depend on, are not kept any more');
    if (fromMs >= toMs) return { fromMs, toMs: fromMs, changes: [], notes };
    const ports = {
      store: this.#ports.store,
      boiler: boilerId,
      rules: this.settings.rules,
      inputs,
    };
    const range = { fromMs, toMs, isDryRun: asked.isDryRun, isLate: false, signal };
    const report = await recomputePhases(ports, range);
    return { fromMs, ...report, notes };
  }

  /** From where on minutes are there, with those that they depend on. */
  async #firstMs(wantedMs: number, inputs: readonly FoundInput[]): Promise<number> {
    const { clock, minutesKeptMs, store } = this.#ports;
    const keptMs = Math.ceil((clock.wall() - minutesKeptMs) / hourMs) * hourMs;
    const certainMs = keptMs + leadMinutes(this.settings.rules) * minuteMs;
    if (wantedMs >= certainMs) return wantedMs;
    // Where one input is kept for longer than another, its minutes alone say nothing of phases that are known.
    const firsts: number[] = [];
    for (const needed of neededInputs) {
      const series = inputs.find(({ input }) => input === needed)?.series.id;
      if (series === undefined) return certainMs;
      const query = { fromMs: wantedMs, toMs: certainMs, rowsMax: 1, series };
      const { rows } = await store.call('rollupRange', query, '1m');
      firsts.push(rows[0]?.startMs ?? certainMs);
    }
    const firstMs = Math.max(...firsts);
    // What is older than is kept has just been imported, and is whole; what begins where pruning has ended is not.
    return firstMs < keptMs - 2 * hourMs ? firstMs : certainMs;
  }

  #open({ toMs }: PhaseRange): ToldPhase | undefined {
    const [now, closedToMs] = [this.#watch.now(), this.#watch.closedToMs];
    const nowMs = this.#ports.clock.wall();
    if (now === undefined || closedToMs === undefined || toMs <= closedToMs || nowMs <= closedToMs)
      return undefined;
    return { startMs: closedToMs, endMs: nowMs, phase: now.phase, isProvisional: true };
  }
}

function forGood(span: StoredPhase): ToldPhase {
  return { ...span, isProvisional: false };
}
