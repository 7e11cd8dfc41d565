import { formatPower, formatShare, noValue } from './format.ts';
import type { Measure, PowerFlow } from './power-flow.ts';

export type FlowPart = 'sun' | 'battery' | 'grid' | 'house';

/** Below this nothing visibly moves. */
export const stillW = 15;

/** The way power goes, under its number: `import`, `charging 54 %`. The number itself then needs no sign. */
export function wayWords(part: FlowPart, { value }: Measure, soc: Measure | undefined): string {
  if (part === 'battery') return [socWords(soc), batteryWay(value)].filter((word) => word !== '').join(' ');
  if (part !== 'grid' || value === null) return '';
  if (Math.abs(value) < stillW) return 'idle';
  return value > 0 ? 'importing' : 'exporting';
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
    stale: 'old: the device does not answer in time',
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

function batteryWay(valueW: number | null): string {
  if (valueW === null) return '';
  if (Math.abs(valueW) < stillW) return 'idle';
  return valueW > 0 ? 'discharging' : 'charging';
}
