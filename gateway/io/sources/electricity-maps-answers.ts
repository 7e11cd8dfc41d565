import { GatewayError } from '../../core/errors.ts';
import type { GridForecast, GridForecastPoint } from '../../core/grid-forecast.ts';
import { isQuantityName } from '../../core/quantity.ts';
import { electricityMapsTimeMs } from './electricity-maps-time.ts';
import { listAt, numberAt, objectAt, readFields, textAt, type FieldRow } from './fields.ts';
import type { SourceAnswer, SourceValue } from './source.ts';

/** More than the highest of any zone (brown coal alone: about 1 200, life cycle). */
const gramsPerKwhMax = 2_000;
/** More than all power stations of the earth. */
const mwMax = 10_000_000;
const forecastPointsMax = 500;
/** Of what is consumed: how far production, imports and exports may miss it in an answer that is believed. */
const imbalanceShareMax = 0.05;
const imbalanceMwMax = 50;

const consumption = 'powerConsumptionBreakdown.';

const intensityFields: readonly FieldRow[] = [
  { path: 'carbonIntensity', quantity: 'carbon_intensity_g_per_kwh', min: 0, max: gramsPerKwhMax },
];

const breakdownFields: readonly FieldRow[] = [
  { path: 'fossilFreePercentage', quantity: 'zone_fossil_free_pct', min: 0, max: 100 },
  { path: 'renewablePercentage', quantity: 'zone_renewable_pct', min: 0, max: 100 },
  { path: 'powerConsumptionTotal', quantity: 'zone_consumption_mw', min: 0, max: mwMax },
  { path: 'powerProductionTotal', quantity: 'zone_production_mw', min: 0, max: mwMax },
  { path: 'powerImportTotal', quantity: 'zone_import_mw', min: 0, max: mwMax },
  { path: 'powerExportTotal', quantity: 'zone_export_mw', min: 0, max: mwMax },
];

/**
 * `/carbon-intensity/latest`. All values are of the hour that `datetime` says, `estimated` where the answer says so.
 * Errors: `answer_invalid`, also for another zone than asked for: with none the API answers for the caller's place.
 */
export function readIntensity(answer: unknown, zone: string): SourceAnswer {
  return ofItsHour(readKnown(intensityFields, answer), answer, zone);
}

/**
 * `/power-breakdown/latest`: totals, shares, and what is consumed by where it comes from; the rest under its own
 * names, those that `/carbon-intensity/latest` has too under `powerBreakdown.`. Errors: as `readIntensity`.
 */
export function readBreakdown(answer: unknown, zone: string): SourceAnswer {
  const { values, texts } = ofItsHour(readKnown(breakdownFields, answer), answer, zone);
  const isBalanced = balances(values);
  const taken = new Set<string>();
  return {
    values: values.map((value) => judged(renamed(value, taken), isBalanced)),
    texts: texts.map((text) => ({ ...text, quantity: ownName(text.quantity) })),
  };
}

/**
 * `/electricity-mix/latest`, which is to take the place of the breakdown: what is consumed by where it comes from, under
 * the same names; the rest under `electricityMix.`. Errors: as `readIntensity`; also for another unit than MW.
 */
export function readMix(answer: unknown, zone: string): SourceAnswer {
  if (textAt(answer, 'unit') !== 'MW') throw invalid('unit', 'MW');
  const hours = listAt(answer, 'data').toSorted((left, right) => hourOf(right) - hourOf(left));
  const { mix, ...hour } = objectAt(hours, '[0]');
  const about = { ...objectAt(answer, ''), ...hour };
  const read = ofItsHour(readFields([], { mix }), about, zone);
  const said = readFields([], about, { without: ['data', 'datetime'] });
  const taken = new Set<string>();
  const values = read.values.map((value) => {
    const source = value.quantity.replace(/^mix\./, consumption);
    return judged(renamed({ ...value, quantity: source }, taken), true);
  });
  if (values.length === 0) throw invalid('data[0].mix', 'what power comes from');
  return {
    values: [
      ...values,
      ...said.values.map((one) => ({ ...one, quantity: `electricityMix.${one.quantity}` })),
    ],
    texts: [...read.texts, ...said.texts].map((one) => ({
      ...one,
      quantity: `electricityMix.${one.quantity}`,
    })),
  };
}

function hourOf(item: unknown): number {
  return electricityMapsTimeMs(textAt(item, 'datetime'), 'data.datetime');
}

/** `/carbon-intensity/forecast`. Hours without a number are left out. Errors: as `readIntensity`. */
export function readForecast(answer: unknown, zone: string): GridForecast {
  checkZone(answer, zone);
  const items = listAt(answer, 'forecast');
  if (items.length > forecastPointsMax) throw invalid('forecast', `at most ${forecastPointsMax} hours`);
  const points = new Map<number, GridForecastPoint>();
  items.forEach((item, index) => {
    const point = forecastPoint(item, `forecast[${index}]`);
    if (point !== undefined) points.set(point.atMs, point);
  });
  const updated = objectAt(answer, '')['updatedAt'];
  return {
    zone,
    updatedMs: typeof updated === 'string' ? electricityMapsTimeMs(updated, 'updatedAt') : undefined,
    points: [...points.values()].toSorted((left, right) => left.atMs - right.atMs),
  };
}

function forecastPoint(item: unknown, where: string): GridForecastPoint | undefined {
  const atMs = electricityMapsTimeMs(textAt(item, 'datetime'), `${where}.datetime`);
  if (objectAt(item, '')['carbonIntensity'] === null) return undefined;
  const carbonGramsPerKwh = numberAt(item, 'carbonIntensity');
  const isBelievable = carbonGramsPerKwh >= 0 && carbonGramsPerKwh <= gramsPerKwhMax;
  return isBelievable ? { atMs, carbonGramsPerKwh } : undefined;
}

/** A known field that is null is not measured now, and missing; one that is not there at all is another form. */
function readKnown(table: readonly FieldRow[], answer: unknown): SourceAnswer {
  const fields = objectAt(answer, '');
  const unknown = table.filter(({ path }) => fields[path] === null);
  const known = unknown.length === table.length ? [] : table;
  const read = readFields(known, answer, { without: ['datetime'] });
  const missing = unknown.map(({ quantity }): SourceValue => ({
    quantity,
    value: Number.NaN,
    quality: 'missing',
  }));
  return { values: [...read.values, ...missing], texts: read.texts };
}

function ofItsHour(read: SourceAnswer, answer: unknown, zone: string): SourceAnswer {
  checkZone(answer, zone);
  const atMs = electricityMapsTimeMs(textAt(answer, 'datetime'), 'datetime');
  const isEstimated = estimatedAt(answer);
  return {
    values: read.values.map((value) => ({
      ...value,
      atMs,
      quality: isEstimated && (value.quality ?? 'good') === 'good' ? 'estimated' : (value.quality ?? 'good'),
    })),
    texts: read.texts,
  };
}

function estimatedAt(answer: unknown): boolean {
  const said = objectAt(answer, '')['isEstimated'] ?? false;
  if (typeof said !== 'boolean') throw invalid('isEstimated', 'true or false');
  return said;
}

function checkZone(answer: unknown, zone: string): void {
  if (textAt(answer, 'zone') !== zone) throw invalid('zone', `the zone ${zone}, which was asked for`);
}

/** `hydro discharge` of what is consumed becomes zone_consumption_hydro_discharge_mw. */
function renamed(value: SourceValue, taken: Set<string>): SourceValue {
  if (isQuantityName(value.quantity)) return value;
  const source = value.quantity.startsWith(consumption) ? value.quantity.slice(consumption.length) : '';
  const quantity = `zone_consumption_${source.toLowerCase().replaceAll(' ', '_')}_mw`;
  if (!/^[a-z0-9]+( [a-z0-9]+)*$/i.test(source) || taken.has(quantity))
    return { ...value, quantity: ownName(value.quantity) };
  taken.add(quantity);
  return { ...value, quantity };
}

function ownName(name: string): string {
  return name.startsWith('power') ? name : `powerBreakdown.${name}`;
}

function judged(value: SourceValue, isBalanced: boolean): SourceValue {
  if (!/^zone_.*_mw$/.test(value.quantity) || value.quality === 'missing') return value;
  const isBelievable = isBalanced && value.value >= 0 && value.value <= mwMax;
  return isBelievable ? value : { ...value, quality: 'suspect' };
}

/** What a zone consumes is what it produces and imports, less what it exports (API documentation). */
function balances(values: readonly SourceValue[]): boolean {
  const of = (quantity: string): number =>
    values.find((value) => value.quantity === quantity)?.value ?? Number.NaN;
  const consumed = of('zone_consumption_mw');
  const error = Math.abs(of('zone_production_mw') + of('zone_import_mw') - of('zone_export_mw') - consumed);
  return Number.isNaN(error) || error <= Math.max(imbalanceMwMax, imbalanceShareMax * consumed);
}

function invalid(where: string, expected: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has not ${expected} at ${where}`, {
    hint: 'check the settings zone and baseUrl',
    facts: { where, expected },
  });
}
