import uPlot from '/assets/uplot.js';
import type { ChartCells } from './chart-data.ts';
import type { ChartLine } from './chart-lines.ts';
import type { Span } from './chart-ranges.ts';
import { formatValue } from './format.ts';

export interface ChartPanelParts {
  readonly element: HTMLElement;
  readonly lines: readonly ChartLine[];
  readonly zone: string | undefined;
  /** The user drew over a span. */
  readonly onZoom: (span: Span) => void;
  /** Where the cursor stands; null when it is gone. */
  readonly onCursor: (index: number | null) => void;
}

/** One chart: the lines of one unit over time. */
export interface ChartPanel {
  show(cells: ChartCells, span: Span): void;
  destroy(): void;
}

/** What a screen has left below the rest of the page, so that a kiosk needs no scrolling. */
function heightFor(width: number): number {
  return width < 520 ? 220 : Math.min(520, Math.max(280, innerHeight - 420));
}

export function createChartPanel({ element, lines, zone, onZoom, onCursor }: ChartPanelParts): ChartPanel {
  const style = getComputedStyle(document.documentElement);
  const unit = lines[0]?.unit ?? '';
  const size = (): { width: number; height: number } => {
    const width = Math.max(200, element.clientWidth);
    return { width, height: heightFor(width) };
  };
  const plot = new uPlot(
    {
      ...size(),
      legend: { show: false },
      padding: [8, 26, 0, 0],
      cursor: { sync: { key: 'egw', setSeries: false }, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: true }, y: { range: (_plot, low, high) => valueRange(unit, low, high) } },
      axes: axesFor(style, unit),
      series: [{}, ...lines.flatMap((line) => seriesFor(line, style))],
      bands: lines.map((line, index) => ({
        series: [3 * index + 3, 3 * index + 2],
        fill: withAlpha(toneOf(style, line), '2e'),
      })),
      ...(zone === undefined ? {} : { tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone) }),
      hooks: {
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            // A chart to which nothing has come yet has no times.
            if (width >= 4 && Number.isFinite(from)) onZoom({ fromMs: from * 1000, toMs: to * 1000 });
          },
        ],
        setCursor: [({ cursor }) => onCursor(cursor.idx ?? null)],
      },
    },
    [[], ...lines.flatMap(() => [[], [], []])],
    element,
  );
  const observer = new ResizeObserver(() => {
    if (size().width !== plot.width) plot.setSize(size());
  });
  observer.observe(element);
  return {
    show: (cells, span) => {
      const columns = cells.lines.flatMap(({ middle, low, high }) => [
        middle,
        low ?? emptyCells(middle),
        high ?? emptyCells(middle),
      ]);
      plot.batch(() => {
        plot.setData([cells.x, ...columns] as uPlot.AlignedData, false);
        plot.setScale('x', { min: span.fromMs / 1000, max: span.toMs / 1000 });
      });
    },
    destroy: () => {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** The line itself, and the invisible edges of its band. */
function seriesFor(line: ChartLine, style: CSSStyleDeclaration): uPlot.Series[] {
  const stroke = toneOf(style, line);
  const edge: uPlot.Series = { width: 0, points: { show: false }, stroke: 'transparent' };
  return [{ label: line.label, stroke, width: 1.8, points: { show: false } }, edge, edge];
}

function axesFor(style: CSSStyleDeclaration, unit: string): uPlot.Axis[] {
  const common: uPlot.Axis = {
    stroke: style.getPropertyValue('--muted').trim(),
    grid: { stroke: style.getPropertyValue('--line').trim(), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  return [
    { ...common, space: 64, values: timeLabels },
    { ...common, size: 62, values: (_plot, ticks) => ticks.map((tick) => tickText(tick, unit)) },
  ];
}

/** `5 kW`, not `5.00 kW`. */
function tickText(tick: number, unit: string): string {
  return formatValue(tick, unit).replace(/\.0+(?!\d)|(\.\d*[1-9])0+(?!\d)/, '$1');
}

/** 24-hour clock, the day under it where it changes. */
const timeLabels: uPlot.Axis.Values = [
  [365 * 86_400, '{YYYY}', null, null, null, null, null, null, 1],
  [28 * 86_400, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
];

/** Percentages stand between 0 and 100, powers on their zero line, the rest where it is. */
function valueRange(unit: string, low: number | null, high: number | null): uPlot.Range.MinMax {
  if (unit === '%') return [0, 100];
  if (low === null || high === null) return [0, 1];
  const [least, most] = unit === 'W' ? [Math.min(0, low), Math.max(0, high)] : [low, high];
  const margin = (most - least) * 0.06 || Math.abs(most) * 0.1 || 1;
  return [least === 0 ? 0 : least - margin, most === 0 ? 0 : most + margin];
}

function toneOf(style: CSSStyleDeclaration, { tone }: ChartLine): string {
  return style.getPropertyValue(`--${tone}`).trim();
}

function withAlpha(colour: string, alpha: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? colour + alpha : 'transparent';
}

function emptyCells(like: readonly unknown[]): null[] {
  return new Array<null>(like.length).fill(null);
}
