import type { LiveValue, SeriesKey } from './api-types.ts';
import { plainName } from './format.ts';
import { seriesId, type HomeSeries } from './home-series.ts';

/** One line of the chart: one series, or the sum of several. */
export interface ChartLine {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  /** The name of its colour in the style sheet. */
  readonly tone: string;
  readonly parts: readonly SeriesKey[];
}

export interface NamedSeries extends SeriesKey {
  readonly deviceName: string;
  readonly unit: string;
}

const otherTones = 4;

/** The lines of the home itself, as far as it has them. */
export function homeLines(series: HomeSeries): ChartLine[] {
  const { pv, battery, grid, soc } = series;
  const house = grid.length === 0 ? [] : [...pv, ...battery, ...grid];
  const lines: ChartLine[] = [
    { id: 'sun', label: 'Sun', unit: 'W', tone: 'sun', parts: pv },
    { id: 'house', label: 'House', unit: 'W', tone: 'house', parts: house },
    { id: 'battery', label: 'Battery', unit: 'W', tone: 'battery', parts: battery },
    { id: 'grid', label: 'Grid', unit: 'W', tone: 'grid', parts: grid },
    { id: 'soc', label: 'Battery charge', unit: '%', tone: 'soc', parts: soc.slice(0, 1) },
  ];
  return lines.filter(({ parts }) => parts.length > 0);
}

/** Every series by itself, for whoever looks closer. */
export function seriesLines(series: readonly NamedSeries[]): ChartLine[] {
  return series.map(({ device, quantity, deviceName, unit }, index) => ({
    id: seriesId({ device, quantity }),
    label: `${deviceName}: ${plainName(quantity)}`,
    unit,
    tone: `other-${(index % otherTones) + 1}`,
    parts: [{ device, quantity }],
  }));
}

/** What a line says now; null while one of its parts says nothing. */
export function sumOfLatest({ parts }: ChartLine, latest: ReadonlyMap<string, LiveValue>): number | null {
  const values = parts.map((key) => latest.get(seriesId(key))?.value ?? null);
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}
