import { alignLines, type ChartCells } from './chart-data.ts';
import type { ChartLine } from './chart-lines.ts';
import type { ChartPanel } from './chart-panel.ts';
import type { Span } from './chart-ranges.ts';
import type { History } from './history.ts';
import { makeElement } from './make-element.ts';

interface Drawn {
  readonly lines: readonly ChartLine[];
  readonly panel: ChartPanel;
  cells: ChartCells | undefined;
  cursor: number | null;
}

export interface ChartStackParts {
  readonly element: HTMLElement;
  readonly zone: () => string | undefined;
  readonly onZoom: (span: Span) => void;
  /** The cursor moved: what each line says there is another. */
  readonly onCursor: () => void;
}

/** The charts under each other, one for each unit, with one cursor. */
export interface ChartStack {
  setLines(lines: readonly ChartLine[]): Promise<void>;
  draw(history: History, span: Span): void;
  /** Of each line: under the cursor, else its last; with the instant under the cursor. */
  values(): { readonly atMs: number | undefined; readonly byLine: ReadonlyMap<ChartLine, number | null> };
  pointCount(): number;
}

export function createChartStack({ element, zone, onZoom, onCursor }: ChartStackParts): ChartStack {
  let stack: Drawn[] = [];
  let wanted: readonly ChartLine[] = [];
  return {
    setLines: async (lines) => {
      // The chart library is half of all the page's bytes: it comes when all else stands.
      wanted = lines;
      const { createChartPanel } = await import('./chart-panel.ts');
      if (wanted !== lines) return;
      for (const { panel } of stack) panel.destroy();
      const byUnit = Map.groupBy(lines, ({ unit }) => unit);
      const boxes = [...byUnit].map(([unit, group]) => {
        const names = group.map(({ label }) => label).join(', ');
        return makeElement('div', { class: 'plot', role: 'img', 'aria-label': `Chart in ${unit}: ${names}` });
      });
      element.replaceChildren(...boxes);
      stack = [...byUnit.values()].map((group, index): Drawn => {
        const box = boxes[index] ?? element;
        const drawn: Drawn = {
          lines: group,
          cells: undefined,
          cursor: null,
          panel: createChartPanel({
            element: box,
            lines: group,
            zone: zone(),
            onZoom,
            onCursor: (cursor) => {
              drawn.cursor = cursor;
              onCursor();
            },
          }),
        };
        return drawn;
      });
    },
    draw: ({ rows, resolution }, span) => {
      for (const drawn of stack) {
        drawn.cells = alignLines({ lines: drawn.lines, rows, resolution, span });
        drawn.panel.show(drawn.cells, span);
      }
    },
    values: () => {
      const pairs = stack.flatMap((drawn) =>
        drawn.lines.map((line, index) => [line, valueAt(drawn, index)] as const),
      );
      const at = stack.map(({ cells, cursor }) => (cursor === null ? undefined : cells?.x[cursor]));
      const seconds = at.find((instant) => instant !== undefined);
      return { atMs: seconds === undefined ? undefined : seconds * 1000, byLine: new Map(pairs) };
    },
    pointCount: () => Math.max(0, ...stack.map(({ cells }) => cells?.x.length ?? 0)),
  };
}

function valueAt({ cells, cursor }: Drawn, index: number): number | null {
  const middle = cells?.lines[index]?.middle ?? [];
  // Other lines have points where this one has none: the one before speaks for it.
  for (let at = cursor ?? middle.length - 1; at >= 0; at -= 1) {
    const value = middle[at];
    if (value !== undefined) return value;
  }
  return null;
}
