import { formatPower, formatShare, noValue } from './format.ts';
import type { Measure, PowerFlow } from './power-flow.ts';

export type FlowPart = 'sun' | 'battery' | 'grid' | 'house';

/** Below this nothing visibly moves. */
export const stillW = 15;

/** The way power goes, in a word. Where there is one, the number needs no sign. */
export function wayWord(part: FlowPart, { value }: Measure): string {
  if ((part !== 'grid' && part !== 'battery') || value === null) return '';
  if (Math.abs(value) < stillW) return 'idle';
  if (part === 'grid') return value > 0 ? 'importing' : 'exporting';
  return value > 0 ? 'discharging' : 'charging';
}

/** What stands under a part's number, line by line. */
export function linesUnder(part: FlowPart, measure: Measure, soc: Measure | undefined): readonly string[] {
  const lines = [part === 'battery' ? socWords(soc) : '', wayWord(part, measure)];
  return lines.filter((line) => line !== '');
}

/** The whole picture as one sentence, for who cannot see it. */
export function describeFlow({ sun, battery, soc, grid, house }: PowerFlow): string {
  const say = (name: string, measure: Measure | undefined): string[] =>
    measure === undefined
      ? []
      : [`${name} ${measure.value === null ? 'unknown' : formatPower(measure.value)}`];
  const level = soc === undefined ? [] : [`battery charge ${socWords(soc)}`];
  const all = [
    ...say('sun', sun),
    ...say('battery (discharge positive)', battery),
    ...level,
    ...say('grid (import positive)', grid),
    ...say('house', house),
  ];
  return `Power flow: ${all.join('; ')}`;
}

/** Which numbers are not to be trusted, and whose they are; empty when all are good. */
export function flowDoubts({ sun, battery, grid }: PowerFlow, nameOf: (device: string) => string): string {
  const words = {
    doubtful: 'estimated or not believable',
    stale: 'old: nothing came in time',
    missing: 'missing',
  } as const;
  return Object.entries({ Sun: sun, Battery: battery, Grid: grid })
    .flatMap(([name, measure]) =>
      measure === undefined || measure.mark === 'good'
        ? []
        : [`${name}: the value of ${measure.doubtful.map(nameOf).join(', ')} is ${words[measure.mark]}`],
    )
    .join('. ');
}

function socWords(soc: Measure | undefined): string {
  if (soc === undefined) return '';
  return soc.value === null ? noValue : formatShare(Math.round(soc.value) / 100).replace('.0', '');
}
