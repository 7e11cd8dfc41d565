import { GatewayError } from '../../core/errors.ts';
import type { GridHour } from '../../core/grid-hour.ts';
import { electricityMapsTimeMs } from './electricity-maps-time.ts';
import { listAt, objectAt, textAt } from './fields.ts';

const minuteMs = 60_000;
/** Lengths by `temporalGranularity`; longer ones are energy, not power. */
const lengthsMs: ReadonlyMap<unknown, number> = new Map([
  [undefined, 60 * minuteMs],
  ['hourly', 60 * minuteMs],
  ['15_minutes', 15 * minuteMs],
  ['5_minutes', 5 * minuteMs],
]);
/** More than 24 hours in steps of five minutes. */
const hoursMax = 500;
const gramsPerKwhMax = 2_000;
const mwMax = 10_000_000;
const imbalanceShareMax = 0.05;
const imbalanceMwMax = 50;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The hours of `/carbon-intensity` or `/power-breakdown`, `latest` or `history`. Numbers that are not said or cannot
 * be are left out, and hours without any. Errors: `answer_invalid` for another form, time or zone.
 */
export function readGridHours(answer: unknown, zone: string): readonly GridHour[] {
  const about = objectAt(answer, '');
  if (textAt(answer, 'zone') !== zone) throw invalid('zone', `the zone ${zone}, which was asked for`);
  if (!Object.hasOwn(about, 'history')) return hoursOf(about, '', zone);
  const items = listAt(answer, 'history');
  if (items.length > hoursMax) throw invalid('history', `at most ${hoursMax} hours`);
  return items.flatMap((item, index) => {
    const where = `history[${index}]`;
    const fields = { zone, temporalGranularity: about['temporalGranularity'], ...objectAt(item, '') };
    if (fields.zone !== zone) throw invalid(`${where}.zone`, `the zone ${zone}, which was asked for`);
    return hoursOf(fields, `${where}.`, zone);
  });
}

function hoursOf(fields: Fields, where: string, zone: string): readonly GridHour[] {
  const lengthMs = lengthsMs.get(fields['temporalGranularity']);
  if (lengthMs === undefined) throw invalid(`${where}temporalGranularity`, 'hourly');
  const startMs = electricityMapsTimeMs(textAt(fields, 'datetime'), `${where}datetime`);
  const { updatedAt, isEstimated } = fields;
  const isBalanced = balances(fields);
  const power = (name: string): number | undefined => (isBalanced ? within(fields[name], mwMax) : undefined);
  const hour: GridHour = {
    zone,
    startMs,
    endMs: startMs + lengthMs,
    carbonGramsPerKwh: within(fields['carbonIntensity'], gramsPerKwhMax),
    productionMw: power('powerProductionTotal'),
    consumptionMw: power('powerConsumptionTotal'),
    isEstimated: isEstimated === true,
    updatedMs:
      typeof updatedAt === 'string' ? electricityMapsTimeMs(updatedAt, `${where}updatedAt`) : undefined,
  };
  const numbers = [hour.carbonGramsPerKwh, hour.productionMw, hour.consumptionMw];
  return numbers.every((number) => number === undefined) ? [] : [hour];
}

function within(value: unknown, max: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= max ? value : undefined;
}

/** What a zone consumes is what it produces and imports, less what it exports; unknown where one is not said. */
function balances(fields: Fields): boolean {
  const of = (name: string): number => within(fields[`power${name}Total`], mwMax) ?? Number.NaN;
  const consumed = of('Consumption');
  const error = Math.abs(of('Production') + of('Import') - of('Export') - consumed);
  return Number.isNaN(error) || error <= Math.max(imbalanceMwMax, imbalanceShareMax * consumed);
}

function invalid(where: string, expected: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: 'check the settings zone and baseUrl',
    facts: { where, expected },
  });
}
