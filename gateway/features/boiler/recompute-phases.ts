import type { StoredPhase } from '../../storage/boiler-calls.ts';
import type { StorePort } from '../store-port.ts';
import { isNeeded } from './boiler-input.ts';
import { minuteMs } from './boiler-minute.ts';
import type { FoundInput } from './input-directory.ts';
import { readMinutePage, readMinutes } from './minute-reader.ts';
import { leadMinutes, phasesOf } from './phase-of.ts';
import { addSpan, clipSpans, spansOf, type PhaseRange } from './phase-spans.ts';
import type { PhaseRules } from './phase.ts';

export interface RecomputePorts {
  readonly store: StorePort<'rollupRange' | 'listPhases' | 'putPhases'>;
  readonly boiler: string;
  readonly rules: PhaseRules;
  readonly inputs: readonly FoundInput[];
}

export interface RecomputeRange extends PhaseRange {
  readonly isDryRun: boolean;
  /** Only what has come late counts: a phase that was known stays where nothing is known of its minute any more. */
  readonly isLate: boolean;
  readonly signal: AbortSignal;
}

/** A stretch whose phase came to something else. */
export interface PhaseChange {
  readonly startMs: number;
  readonly endMs: number;
  readonly before: string;
  readonly after: string;
}

export interface RecomputeReport {
  readonly changes: readonly PhaseChange[];
  /** Up to where it came: less than was asked for when the signal ended it. */
  readonly toMs: number;
}

const unknown = 'undefined';
const storedPageMax = 1_000;

/**
 * Computes the phases of a range again from its minutes, in steps of a few hours, and stores those that came to
 * something else. Tells nobody; done twice it changes nothing the second time. Errors: those of the store; what was
 * stored before them is right.
 */
export async function recomputePhases(
  ports: RecomputePorts,
  range: RecomputeRange,
): Promise<RecomputeReport> {
  const { store, rules } = ports;
  const inputs = ports.inputs.filter(({ input }) => isNeeded(input));
  const leadMs = leadMinutes(rules) * minuteMs;
  const changes: PhaseChange[] = [];
  let lead = await readMinutes(store, inputs, { fromMs: range.fromMs - leadMs, toMs: range.fromMs });
  let atMs = range.fromMs;
  while (atMs < range.toMs && !range.signal.aborted) {
    const page = await readMinutePage(store, inputs, { fromMs: atMs, toMs: range.toMs });
    const known = [...lead, ...page.minutes];
    const phases = phasesOf(known, rules);
    const phased = known.map(({ startMs }, index) => ({ startMs, phase: phases[index] ?? unknown }));
    const step = { fromMs: atMs, toMs: page.toMs };
    const spans = spansOf(phased.slice(lead.length), step);
    const found = changesOf(await storedSpans(ports, step), spans).filter(
      ({ after }) => !range.isLate || after !== unknown,
    );
    if (!range.isDryRun) await putChanges(ports, found, range.isLate ? undefined : { ...step, spans });
    for (const change of found) addChange(changes, change);
    lead = known.filter(({ startMs }) => startMs >= page.toMs - leadMs);
    atMs = page.toMs;
  }
  return { changes, toMs: atMs };
}

/** As a whole in one transaction, where there is one that they are part of. */
async function putChanges(
  { store, boiler }: RecomputePorts,
  changes: readonly PhaseChange[],
  whole: (PhaseRange & { readonly spans: readonly StoredPhase[] }) | undefined,
): Promise<void> {
  if (changes.length === 0) return;
  if (whole !== undefined) {
    await store.call('putPhases', { boiler, ...whole });
    return;
  }
  for (const { startMs, endMs, after } of changes) {
    const span = { startMs, endMs, phase: after };
    await store.call('putPhases', { boiler, fromMs: startMs, toMs: endMs, spans: [span] });
  }
}

/** Of a range, which they fill: what nothing is stored of is not known. */
async function storedSpans(
  { store, boiler }: Pick<RecomputePorts, 'store' | 'boiler'>,
  range: PhaseRange,
): Promise<readonly StoredPhase[]> {
  const filled: StoredPhase[] = [];
  let atMs = range.fromMs;
  for (let fromMs: number | undefined = range.fromMs; fromMs !== undefined;) {
    const query = { boiler, fromMs, toMs: range.toMs, rowsMax: storedPageMax };
    const page: { readonly spans: readonly StoredPhase[]; readonly nextFromMs?: number } = await store.call(
      'listPhases',
      query,
    );
    for (const span of clipSpans(page.spans, { fromMs: atMs, toMs: range.toMs })) {
      if (span.startMs > atMs) addSpan(filled, { startMs: atMs, endMs: span.startMs, phase: unknown });
      addSpan(filled, span);
      atMs = span.endMs;
    }
    fromMs = page.nextFromMs;
  }
  if (atMs < range.toMs) addSpan(filled, { startMs: atMs, endMs: range.toMs, phase: unknown });
  return filled;
}

/** Where two fillings of one range differ. */
function changesOf(before: readonly StoredPhase[], after: readonly StoredPhase[]): readonly PhaseChange[] {
  const changes: PhaseChange[] = [];
  let index = 0;
  for (const span of after) {
    for (;;) {
      const old = before[index];
      if (old === undefined) break;
      const [startMs, endMs] = [Math.max(old.startMs, span.startMs), Math.min(old.endMs, span.endMs)];
      if (startMs < endMs && old.phase !== span.phase)
        changes.push({ startMs, endMs, before: old.phase, after: span.phase });
      if (old.endMs > span.endMs) break;
      index += 1;
    }
  }
  return changes;
}

function addChange(changes: PhaseChange[], change: PhaseChange): void {
  const last = changes.at(-1);
  const isSame =
    last?.endMs === change.startMs && last.before === change.before && last.after === change.after;
  if (isSame) changes[changes.length - 1] = { ...last, endMs: change.endMs };
  else changes.push(change);
}
