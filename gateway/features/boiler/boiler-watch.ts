import type { TaskDefinition } from '../../engine/task.ts';
import type { StoredPhase } from '../../storage/boiler-calls.ts';
import { BlindWatch } from './blind-watch.ts';
import { boilerId } from './boiler-id.ts';
import type { BoilerInput } from './boiler-input.ts';
import { minuteMs, minuteOf, type BoilerMinute } from './boiler-minute.ts';
import type { BoilerPorts } from './boiler-ports.ts';
import type { BoilerSettings } from './boiler-section.ts';
import { BoilerSight, sightMs } from './boiler-sight.ts';
import { Wakefulness } from './wakefulness.ts';
import { InputDirectory, type FoundInput } from './input-directory.ts';
import { LiveMinutes } from './live-minutes.ts';
import { readMinutePage, readMinutes, type MinutePage } from './minute-reader.ts';
import { observeMinutes, type ClosedMinute, type ObserveContext } from './observe-minutes.ts';
import { leadMinutes, phasesOf } from './phase-of.ts';
import { addSpan, clipSpans, spansOf } from './phase-spans.ts';
import type { Phase } from './phase.ts';
import { recomputePhases } from './recompute-phases.ts';

const hourMs = 60 * minuteMs;
const watchPeriodMs = 5_000;
/** After its end a minute is waited for so long, and for one commit. */
const settleMs = 10_000;
/** Readings that cannot be committed are waited for so long: then the boiler is not seen, and somebody must know. */
const waitMsMax = 10 * minuteMs;
/** Phases that go on are put on disk so often; they can be computed again. */
const keepPeriodMs = 10 * minuteMs;
/** What is older is history when it is first looked at: nobody is told. */
const newsMs = 24 * hourMs;
const firstNewsMs = hourMs;
/** So far back late readings are looked for, and so often. */
const recheckMs = 6 * hourMs;
const recheckPeriodMs = 10 * minuteMs;
const dayMs = 24 * hourMs;
const keptMs = 400 * dayMs;

/** The phase that the boiler is in, and since when; provisional before its minute is closed. */
export interface PhaseNow {
  readonly phase: Phase;
  readonly sinceMs: number;
  readonly isProvisional: boolean;
}

/**
 * Closes the minutes of a boiler, in the order of time and each once, says what phase each is, and tells the desk of
 * alerts. What is told is on disk before the phase is: after a crash it goes on at the end of the phases, and what was
 * told already changes nothing.
 */
export class BoilerWatch {
  readonly #ports: BoilerPorts;
  readonly #settings: BoilerSettings;
  readonly #directory: InputDirectory;
  readonly #live = new LiveMinutes();
  readonly #sight: BoilerSight;
  readonly #wakefulness = new Wakefulness();
  /** Up to here minutes are closed; undefined before the first look. */
  #closedToMs: number | undefined;
  /** Minutes before it may be on disk with what was read before the clock was set back, too. */
  #againToMs = -Infinity;
  /** While the time is not known. */
  #blind: BlindWatch | undefined;
  /** From here on people are told. */
  #newsFromMs = 0;
  #lead: readonly BoilerMinute[] = [];
  /** Closed, and not on disk yet. */
  #unstored: StoredPhase[] = [];
  #last: StoredPhase | undefined;
  #shown: PhaseNow | undefined;
  #recheckedMs = 0;
  #prunedMs = -Infinity;

  constructor(ports: BoilerPorts, settings: BoilerSettings) {
    this.#ports = ports;
    this.#settings = settings;
    this.#directory = new InputDirectory(settings.inputs, ports.store);
    this.#sight = new BoilerSight(periodsOf(ports, settings));
    ports.feed.subscribe((event) => {
      if (event.type === 'readings') this.#live.heard(event.values, this.#directory.found);
    });
  }

  get inputs(): readonly FoundInput[] {
    return this.#directory.found;
  }

  /** Up to here phases are for good; undefined before the first look. */
  get closedToMs(): number | undefined {
    return this.#closedToMs;
  }

  /** Closed, and not on disk yet, oldest first. */
  get unstored(): readonly StoredPhase[] {
    return this.#unstored;
  }

  /** Whether nothing good has come of an input, as far as is known; undefined before it ever did. */
  seenMs(input: BoilerInput): number | undefined {
    return this.#sight.seenMs(input);
  }

  /** undefined before the first look. */
  now(): PhaseNow | undefined {
    const last = this.#last;
    const range = { fromMs: this.#closedToMs ?? 0, toMs: this.#ports.clock.wall() };
    const open = this.#live.within(range, this.inputs);
    const newest = open.at(-1);
    if (newest === undefined)
      return last && { phase: last.phase as Phase, sinceMs: last.startMs, isProvisional: false };
    const phases = phasesOf([...this.#lead, ...open], this.#settings.rules).slice(-open.length);
    const phase = phases.at(-1) ?? 'undefined';
    const before = phases.findLastIndex((one) => one !== phase);
    if (before < 0 && last?.phase === phase) return { phase, sinceMs: last.startMs, isProvisional: false };
    return { phase, sinceMs: open[before + 1]?.startMs ?? newest.startMs, isProvisional: true };
  }

  tasks(): readonly TaskDefinition[] {
    return [
      {
        name: 'watch:boiler',
        group: 'boiler',
        priority: 'store',
        periodMs: watchPeriodMs,
        offsetMs: 1_200,
        deadlineMs: 60_000,
        run: async ({ signal }) => await this.#run(signal),
      },
    ];
  }

  /** Puts on disk what is closed. Errors: those of the store. */
  async flush(): Promise<void> {
    const [first, last] = [this.#unstored[0], this.#unstored.at(-1)];
    if (first === undefined || last === undefined) return;
    const spans = this.#unstored;
    await this.#ports.store.call('putPhases', {
      boiler: boilerId,
      fromMs: first.startMs,
      toMs: last.endMs,
      spans,
    });
    if (this.#unstored === spans) this.#unstored = [];
  }

  /** Errors: those of the store; then the next beat goes on where this one was. */
  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const [nowMs, steadyMs] = [clock.wall(), clock.monotonic()];
    if (!this.#ports.isTimeKnown()) {
      await this.#lookBlind(nowMs, steadyMs);
      return;
    }
    this.#wakefulness.look(nowMs, steadyMs);
    await this.#directory.look(steadyMs);
    if (this.#closedToMs === undefined) await this.#begin(nowMs);
    else if (this.#closedToMs > minuteOf(nowMs)) await this.#goBack(nowMs);
    // What was told by times that were none is not told again by the right ones.
    if (this.#blind?.hasTold === true) this.#newsFromMs = minuteOf(nowMs);
    this.#blind = undefined;
    await this.#close(nowMs, signal);
    this.#publish();
    await this.#care(nowMs, signal);
  }

  /** Errors: those of the store and of the desk. */
  async #lookBlind(nowMs: number, steadyMs: number): Promise<void> {
    await this.#directory.look(steadyMs);
    const periods = periodsOf(this.#ports, this.#settings);
    this.#blind ??= new BlindWatch(this.#ports, this.#settings, { periods, nowMs, steadyMs });
    const range = { fromMs: this.#closedToMs ?? 0, toMs: nowMs };
    const open = this.#live.within(range, this.inputs);
    await this.#blind.look([...this.#lead, ...open], nowMs, steadyMs);
    this.#publish();
  }

  async #begin(nowMs: number): Promise<void> {
    const { store } = this.#ports;
    const endMs = await store.call('phasesEndMs', boilerId);
    const fromMs = minuteOf(Math.min(nowMs, endMs ?? (await this.#firstMs(nowMs)) ?? nowMs));
    this.#newsFromMs = endMs === null ? nowMs - firstNewsMs : nowMs - newsMs;
    // The clock was set back in an earlier life.
    if (endMs !== null && endMs > nowMs) this.#againToMs = endMs + waitMsMax;
    const query = { boiler: boilerId, fromMs: fromMs - minuteMs, toMs: fromMs, rowsMax: 1 };
    this.#last = endMs === null ? undefined : (await store.call('listPhases', query)).spans[0];
    await this.#startAt(fromMs);
  }

  /** The clock was set back: what was told of the future is told, and is computed again when it comes. */
  async #goBack(nowMs: number): Promise<void> {
    const wasToMs = this.#closedToMs ?? nowMs;
    await this.#startAt(minuteOf(nowMs));
    this.#againToMs = Math.max(this.#againToMs, wasToMs + waitMsMax);
    this.#unstored = [...clipSpans(this.#unstored, { fromMs: -Infinity, toMs: minuteOf(nowMs) })];
    this.#last = undefined;
    this.#newsFromMs = Math.min(this.#newsFromMs, nowMs);
  }

  async #startAt(fromMs: number): Promise<void> {
    const leadMs = Math.max(sightMs, leadMinutes(this.#settings.rules) * minuteMs);
    this.#lead = await readMinutes(this.#ports.store, this.inputs, { fromMs: fromMs - leadMs, toMs: fromMs });
    this.#sight.begin(this.#lead);
    this.#closedToMs = fromMs;
  }

  /** The oldest minute that is kept of any input. */
  async #firstMs(nowMs: number): Promise<number | undefined> {
    const { store, minutesKeptMs } = this.#ports;
    const range = { fromMs: nowMs - minutesKeptMs, toMs: nowMs, rowsMax: 1 };
    const starts: number[] = [];
    for (const { series } of this.inputs) {
      const { rows } = await store.call('rollupRange', { ...range, series: series.id }, '1m');
      starts.push(...rows.map(({ startMs }) => startMs));
    }
    return starts.length === 0 ? undefined : Math.min(...starts);
  }

  async #close(nowMs: number, signal: AbortSignal): Promise<void> {
    const untilMs = minuteOf(nowMs);
    for (let fromMs = this.#closedToMs ?? untilMs; fromMs < untilMs && !signal.aborted;) {
      const page = await readMinutePage(this.#ports.store, this.inputs, { fromMs, toMs: nowMs });
      const toMs = Math.min(minuteOf(page.toMs), this.#closableMs(page, nowMs));
      if (toMs <= fromMs) return;
      await this.#take({ ...page, toMs });
      fromMs = toMs;
    }
  }

  /** A minute is closed when something of after it is on disk, or was due there. */
  #closableMs({ minutes, toMs }: MinutePage, nowMs: number): number {
    const newestMs = minutes.at(-1)?.startMs ?? 0;
    if (toMs < nowMs) return toMs;
    const { commitMs, waitingSinceMs } = this.#ports;
    const waitsMs = Math.max(waitingSinceMs() ?? nowMs, nowMs - waitMsMax);
    const dueMs = Math.min(nowMs - settleMs - commitMs, waitsMs);
    return Math.max(minuteOf(dueMs), newestMs);
  }

  /** After the clock was set back only what has been read since counts for minutes that were there before. */
  #readSince(minutes: readonly BoilerMinute[]): readonly BoilerMinute[] {
    const [fromMs, againToMs] = [this.#closedToMs ?? Infinity, this.#againToMs];
    if (fromMs >= againToMs) return minutes;
    const heard = this.#live.within({ fromMs, toMs: this.#ports.clock.wall() }, this.inputs);
    return [
      ...heard.filter(({ startMs }) => startMs < againToMs),
      ...minutes.filter(({ startMs }) => startMs >= againToMs),
    ];
  }

  async #take({ minutes, toMs }: MinutePage): Promise<void> {
    const fromMs = this.#closedToMs ?? toMs;
    const fresh = this.#readSince(minutes).filter(({ startMs }) => startMs < toMs);
    const known = [...this.#lead, ...fresh];
    const phases = phasesOf(known, this.#settings.rules).slice(this.#lead.length);
    const phased = fresh.map((minute, index) => ({
      startMs: minute.startMs,
      minute,
      phase: phases[index] ?? ('undefined' as const),
    }));
    await this.#tell(phased, toMs);
    this.#closedToMs = toMs;
    this.#lead = known.filter(({ startMs }) => startMs >= toMs - sightMs);
    const before = this.#last;
    const unstored = [...this.#unstored];
    for (const span of spansOf(phased, { fromMs, toMs })) {
      addSpan(unstored, span);
      this.#follow(span);
    }
    this.#unstored = unstored;
    const [first] = unstored;
    const isLong = first !== undefined && toMs - first.startMs >= keepPeriodMs;
    if (isLong || this.#last?.phase !== before?.phase || unstored.length > 1) await this.flush();
  }

  #follow(span: StoredPhase): void {
    const last = this.#last;
    const isSame = last?.phase === span.phase && last.endMs === span.startMs;
    this.#last = isSame ? { ...last, endMs: span.endMs } : span;
  }

  /** Of all minutes, those in which nothing came among them, from where it is news: a clock may be set ahead by years. */
  async #tell(phased: readonly ClosedMinute[], toMs: number): Promise<void> {
    const newsFromMs = minuteOf(Math.max(this.#newsFromMs, toMs - newsMs));
    const fromMs = Math.max(this.#closedToMs ?? toMs, newsFromMs);
    this.#sight.remember(
      phased.flatMap(({ startMs, minute }) => (minute && startMs < fromMs ? [minute] : [])),
    );
    const byStart = new Map(phased.map((closed) => [closed.startMs, closed]));
    const minutes: ClosedMinute[] = [];
    for (let startMs = fromMs; startMs < toMs; startMs += minuteMs)
      minutes.push(byStart.get(startMs) ?? { startMs, minute: undefined, phase: 'undefined' });
    if (minutes.length === 0) return;
    const context = this.#context(this.#sight, this.#wakefulness.sinceMs);
    await this.#ports.desk.observe(observeMinutes(minutes, context));
  }

  #context(sight: BoilerSight, awakeMs: number): ObserveContext {
    const { name, rules } = this.#settings;
    return { boiler: boilerId, name, failureC: rules.failureC, sight, awakeMs };
  }

  #publish(): void {
    const now = this.now();
    const before = this.#shown;
    this.#shown = now;
    if (now === undefined) return;
    const isSame = before?.phase === now.phase && before.isProvisional === now.isProvisional;
    if (isSame && before.sinceMs === now.sinceMs) return;
    const { phase, sinceMs, isProvisional } = now;
    this.#ports.feed.publish({ type: 'boiler', phase, since: sinceMs, provisional: isProvisional });
    if (!isProvisional && before?.phase !== phase)
      this.#ports.logger.info({ phase, sinceMs }, `${this.#settings.name}: ${phase}`);
  }

  /** Late readings change phases that were closed without them: nobody is told. */
  async #care(nowMs: number, signal: AbortSignal): Promise<void> {
    const { store, logger } = this.#ports;
    const toMs = this.#unstored[0]?.startMs ?? this.#closedToMs ?? 0;
    if (Math.abs(nowMs - this.#recheckedMs) >= recheckPeriodMs && toMs > 0) {
      const fromMs = Math.max(toMs, minuteOf(nowMs)) - recheckMs;
      const ports = { store, boiler: boilerId, rules: this.#settings.rules, inputs: this.inputs };
      const { changes } = await recomputePhases(ports, {
        fromMs,
        toMs,
        isDryRun: false,
        isLate: true,
        signal,
      });
      if (changes.length > 0)
        logger.info({ stretches: changes.length }, 'phases of the boiler came out otherwise: late readings');
      this.#recheckedMs = nowMs;
    }
    if (Math.abs(nowMs - this.#prunedMs) < dayMs) return;
    while (
      !signal.aborted &&
      (await store.call('prunePhases', { boiler: boilerId, beforeMs: nowMs - keptMs })) > 0
    );
    this.#prunedMs = nowMs;
  }
}

function periodsOf(ports: BoilerPorts, { inputs }: BoilerSettings): ReadonlyMap<BoilerInput, number> {
  return new Map(
    [...inputs].map(([input, { series }]) => [input, ports.periodMsOf(series.split('/')[0] ?? '') ?? 0]),
  );
}
