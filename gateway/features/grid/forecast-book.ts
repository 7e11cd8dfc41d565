import type { Alarm, Clock } from '../../core/clock.ts';
import type { GridHour } from '../../core/grid-hour.ts';
import type { SignalSlot } from '../../core/power-signal.ts';
import { measureForecast, type ForecastError } from './forecast-errors.ts';
import type { ForecastKind } from './grid-commands.ts';
import type { GridHours } from './grid-hours.ts';
import { carbonOf, surplusOf } from './zone-values.ts';

const historyMs = 90 * 86_400_000;

interface BookPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly hours: GridHours;
  readonly gridZone: string | undefined;
  /** IANA, of the site. */
  readonly siteZone: string;
}

/** How wrong our own forecasts were, measured anew when there are new hours. */
export class ForecastBook {
  readonly #ports: BookPorts;
  readonly #known = new Map<
    ForecastKind,
    { readonly revision: number; readonly errors: readonly ForecastError[] }
  >();

  constructor(ports: BookPorts) {
    this.#ports = ports;
  }

  /** Takes turns with everything else. Errors: those of the store; what ended the signal. */
  async errors(kind: ForecastKind, signal: AbortSignal): Promise<readonly ForecastError[]> {
    const { clock, hours, gridZone, siteZone } = this.#ports;
    const { revision } = hours;
    const before = this.#known.get(kind);
    if (before?.revision === revision) return before.errors;
    if (gridZone === undefined) return [];
    const nowMs = clock.wall();
    const found = await hours.between(gridZone, { startMs: nowMs - historyMs, endMs: nowMs });
    const valueOf = kind === 'carbon' ? carbonOf : surplusOf;
    const measuring = measureForecast(
      found.flatMap((hour) => slotOf(hour, valueOf)),
      nowMs,
      siteZone,
    );
    for (;;) {
      const step = measuring.next();
      if (step.done === true) {
        this.#known.set(kind, { revision, errors: step.value });
        return step.value;
      }
      await this.#turn();
      signal.throwIfAborted();
    }
  }

  async #turn(): Promise<void> {
    const { alarm, clock } = this.#ports;
    await new Promise<void>((resolve) => void alarm.at(clock.monotonic(), resolve));
  }
}

function slotOf(hour: GridHour, valueOf: (hour: GridHour) => number | undefined): readonly SignalSlot[] {
  const value = valueOf(hour);
  const { startMs, endMs } = hour;
  return value === undefined ? [] : [{ startMs, endMs, value, basis: 'known' }];
}
