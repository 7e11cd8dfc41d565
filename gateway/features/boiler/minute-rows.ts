import type { BoilerInput } from './boiler-input.ts';
import { minuteMs, type BoilerMinute, type InputMinute } from './boiler-minute.ts';
import type { ToldPhase } from './boiler.ts';
import type { Phase, PhaseCodes } from './phase.ts';

/** A minute as it is told, or a gap. */
export interface MinuteRow {
  readonly startMs: number;
  readonly endMs: number;
  readonly code: number;
  readonly phase: Phase;
  readonly isProvisional: boolean;
  readonly n: number;
  readonly inputs: Partial<Record<BoilerInput, Omit<InputMinute, 'bad'>>>;
}

interface MinutePage {
  readonly minutes: readonly BoilerMinute[];
  readonly phases: readonly ToldPhase[];
  readonly toMs: number;
}

/** The rows of a page from its start on, with one for each gap. */
export function minuteRows(
  { minutes, phases, toMs }: MinutePage,
  fromMs: number,
  codes: PhaseCodes,
): readonly MinuteRow[] {
  const rows: MinuteRow[] = [];
  let atMs = fromMs;
  let index = 0;
  const phaseAt = (startMs: number): ToldPhase | undefined => {
    while ((phases[index]?.endMs ?? Infinity) <= startMs) index += 1;
    const found = phases[index];
    return found !== undefined && found.startMs <= startMs ? found : undefined;
  };
  const gap = (startMs: number, endMs: number): MinuteRow => ({
    ...{ startMs, endMs, code: codes.undefined, phase: 'undefined' },
    ...{ isProvisional: false, n: 0, inputs: {} },
  });
  for (const { startMs, inputs } of minutes) {
    if (startMs > atMs) rows.push(gap(atMs, startMs));
    atMs = startMs + minuteMs;
    const told = phaseAt(startMs);
    const phase = (told?.phase ?? 'undefined') as Phase;
    const said = [...inputs].map(([input, { mean, min, max, isOn, n }]) => [
      input,
      { mean, min, max, isOn, n },
    ]);
    rows.push({
      ...{ startMs, endMs: atMs, code: codes[phase], phase, isProvisional: told?.isProvisional ?? true },
      n: [...inputs.values()].reduce((sum, { n }) => sum + n, 0),
      inputs: Object.fromEntries(said) as MinuteRow['inputs'],
    });
  }
  if (toMs - atMs >= minuteMs) rows.push(gap(atMs, Math.floor(toMs / minuteMs) * minuteMs));
  return rows;
}
