import { isQuantityName } from './core/quantity.ts';
import type { SeriesKey } from './core/reading.ts';
import type { GatewayClient } from './faces/cli/gateway-client.ts';
import { askGateway } from './import-asking.ts';

/** Where what a boiler was watched by goes, and why not where it is watched now. */
export interface BoilerPlaces {
  /** By input: `water`. */
  readonly places: ReadonlyMap<string, SeriesKey>;
  /** Clauses for people. */
  readonly remarks: readonly string[];
}

/** What came of computing phases again. */
export interface RecomputedPhases {
  readonly fromMs: number;
  readonly toMs: number;
  readonly minutes: number;
  readonly changedMinutes: number;
  readonly notes: readonly string[];
}

const recomputeMsMax = 150_000;
/** A gateway stops where its time runs out, and goes on where it is asked to. */
const recomputesMax = 1_000;
const temperatures = ['water', 'flue', 'enclosure'] as const;
const motors = ['secondaryFan', 'igniter', 'primaryFan', 'auger'] as const;

/** By the inputs of the boiler that is configured; what it has none for goes to `boiler/igniter`, and stands by itself. */
export async function boilerPlaces(client: GatewayClient, defaultDevice: string): Promise<BoilerPlaces> {
  const status = (await askGateway(client, { path: '/api/v1/boiler', mayBeMissing: true })) as
    | { readonly inputs: readonly { readonly input: string; readonly configured: string | null }[] }
    | undefined;
  const { sources = [] } = (await askGateway(client, { path: '/api/v1/sources' })) as {
    readonly sources?: readonly { readonly id: string; readonly kind: string }[];
  };
  const remarks: string[] = [];
  if (status === undefined)
    remarks.push(
      'no boiler is configured: its history stands by itself; see docs/boiler.md, and import again',
    );
  const readsMillivolts = (device: string): boolean =>
    sources.some(({ id, kind }) => id === device.split('/')[0] && kind === 'ads1115');
  const places = [...temperatures, ...motors].map((input): [string, SeriesKey] => {
    const isMotor = motors.some((motor) => motor === input);
    const own = { device: `${defaultDevice}/${input}`, quantity: isMotor ? 'motor_mv' : 'temperature_c' };
    const written = status?.inputs.find((one) => one.input === input)?.configured ?? undefined;
    if (written === undefined) return [input, own];
    const wanted = seriesOf(written, own.quantity);
    const isFitting = isMotor
      ? wanted.quantity === 'motor_mv' && (wanted.isNamed || readsMillivolts(wanted.device))
      : wanted.quantity.endsWith('_c');
    if (isFitting) return [input, { device: wanted.device, quantity: wanted.quantity }];
    remarks.push(
      `${input} is read otherwise now (${written}): its history in ${own.quantity} stands by itself`,
    );
    return [input, own];
  });
  return { places: new Map(places), remarks };
}

/** Where the last part is a quantity, it is named. */
function seriesOf(written: string, quantity: string): SeriesKey & { readonly isNamed: boolean } {
  const cut = written.lastIndexOf('/');
  const last = written.slice(cut + 1);
  if (cut < 0 || !isQuantityName(last)) return { device: written, quantity, isNamed: false };
  return { device: written.slice(0, cut), quantity: last, isNamed: true };
}

/** Tells nobody. Undefined where no boiler is configured. */
export async function recomputePhases(
  client: GatewayClient,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<RecomputedPhases | undefined> {
  let sum: RecomputedPhases | undefined;
  let fromMs = range.fromMs;
  for (let count = 0; count < recomputesMax && fromMs < range.toMs; count += 1) {
    const step = (await askGateway(client, {
      path: '/api/v1/boiler/recompute',
      body: { from: String(fromMs), to: String(range.toMs) },
      answerMsMax: recomputeMsMax,
      mayBeMissing: true,
    })) as RecomputedPhases | undefined;
    if (step === undefined) return sum;
    sum = added(sum, step);
    if (step.toMs <= fromMs) return sum;
    fromMs = step.toMs;
  }
  return sum;
}

function added(sum: RecomputedPhases | undefined, step: RecomputedPhases): RecomputedPhases {
  return {
    fromMs: sum?.fromMs ?? step.fromMs,
    toMs: step.toMs,
    minutes: (sum?.minutes ?? 0) + step.minutes,
    changedMinutes: (sum?.changedMinutes ?? 0) + step.changedMinutes,
    notes: [...new Set([...(sum?.notes ?? []), ...step.notes])],
  };
}
