import type { MinuteFact } from './boiler-facts.ts';
import { valueOf } from './boiler-facts.ts';

/** By the number of the phase: what it was called, and its colour. */
const phases: Readonly<Record<number, readonly [name: string, color: string]>> = {
  0: ['Non defini', '#f2f2f2'],
  6: ['Combustion', '#e6f2ff'],
  7: ['Allumage', '#ffff99'],
  8: ['Maintien de feu', '#e6ffe6'],
  9: ['Arret', '#ff4d4d'],
  10: ['Silo vide ou Risque Bourrage', '#b32400'],
  11: ['Combustion a surveiller', '#ff80b3'],
};
const softCelsius = { softMin: 55, softMax: 70 };
/** With fewer rows its title said no times. */
const titledRows = 4;

/** A band of one phase, and as many minutes. */
interface Band {
  readonly from: number;
  to: number;
  readonly color: string;
  readonly label: { readonly text: string };
  readonly code: number;
}

/** The chart of minutes as Highcharts takes it: curves, bands of phases, and a flag for each alert. Times are UTC. */
export function boilerChart(
  rows: readonly MinuteFact[],
  alerts: ReadonlySet<number>,
  zone: string,
): Readonly<Record<string, unknown>> {
  const curve = (name: string, field: 'temp0' | 'temp1'): object => ({
    name,
    type: 'line',
    tooltip: { valueDecimals: 1, valueSuffix: ' °C' },
    data: rows.map((row) => [row.startMs, row.n === 0 ? null : valueOf(row, field)]),
  });
  return {
    title: { text: titleOf(rows, zone) },
    xAxis: {
      type: 'datetime',
      plotBands: bandsOf(rows).map(({ from, to, color, label }) => ({ from, to, color, label })),
    },
    yAxis: { ...softCelsius, labels: { format: '{value:.1f}' }, title: { text: '°C' } },
    time: { timezone: zone },
    exporting: { filename: 'chaudiere' },
    series: [
      curve('Temp chaudiere', 'temp0'),
      curve('Temp fumee', 'temp1'),
      {
        name: 'Alertes',
        type: 'flags',
        data: rows
          .filter(({ startMs }) => alerts.has(startMs))
          .map(({ startMs, code }) => ({ x: startMs, title: 'Alerte', text: phases[code]?.[0] ?? '' })),
      },
    ],
  };
}

/** Runs of one phase. Where nothing was read is no band. */
function bandsOf(rows: readonly MinuteFact[]): readonly Band[] {
  const bands: Band[] = [];
  for (const { startMs, endMs, code, n } of rows) {
    if (n === 0) continue;
    const last = bands.at(-1);
    if (last?.code === code && last.to === startMs) {
      last.to = endMs;
      continue;
    }
    const [text, color] = phases[code] ?? [`Phase ${code}`, '#f2f2f2'];
    bands.push({ from: startMs, to: endMs, color, label: { text }, code });
  }
  return bands;
}

function titleOf(rows: readonly MinuteFact[], zone: string): string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (rows.length < titledRows || first === undefined || last === undefined) return 'Chaudiere';
  return `Chaudiere du ${shown(first.startMs, zone)} au ${shown(last.startMs, zone)}`;
}

/** `13/02 06h40` */
function shown(atMs: number, zone: string): string {
  const form = {
    timeZone: zone,
    day: '2-digit',
    month: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  const parts = new Intl.DateTimeFormat('fr-FR', { ...form, hourCycle: 'h23' }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('day')}/${part('month')} ${part('hour')}h${part('minute')}`;
}
