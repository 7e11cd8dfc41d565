import { chartRanges, moved, scaled, type ChartRange, type Span } from './chart-ranges.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

export interface ChartControlsParts {
  readonly onRange: (range: ChartRange) => void;
  readonly onSpan: (span: Span) => void;
  /** What is shown now, and the gateway's time. */
  readonly current: () => { readonly span: Span; readonly nowMs: number };
}

export interface ChartControls {
  readonly element: HTMLElement;
  /** `isZoomed`: the chart shows a part instead of the range up to now. */
  show(range: ChartRange, isZoomed: boolean, text: string): void;
}

/** Ranges, and what a finger or a keyboard can do in place of dragging. */
export function createChartControls({ onRange, onSpan, current }: ChartControlsParts): ChartControls {
  const rangeButtons = chartRanges.map((range) => {
    const button = makeButton(range.label, range.title);
    button.addEventListener('click', () => onRange(range));
    return { range, button };
  });
  const change = (
    sign: string,
    title: string,
    next: (span: Span, nowMs: number) => Span,
  ): HTMLButtonElement => {
    const button = makeButton(sign, title);
    button.addEventListener('click', () => {
      const { span, nowMs } = current();
      onSpan(next(span, nowMs));
    });
    return button;
  };
  let shown: ChartRange = chartRanges[0];
  const reset = makeButton('Reset zoom', 'Back to the whole range, up to now');
  reset.classList.add('reset');
  reset.addEventListener('click', () => onRange(shown));
  const text = makeElement('p', { class: 'chart-span' });
  const ranges = makeElement(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Range' },
    ...rangeButtons.map(({ button }) => button),
  );
  const steps = makeElement(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Zoom' },
    change('‹', 'Earlier', (span, nowMs) => moved(span, -0.5, nowMs)),
    change('+', 'Closer', (span, nowMs) => scaled(span, 0.5, nowMs)),
    change('−', 'Wider', (span, nowMs) => scaled(span, 2, nowMs)),
    change('›', 'Later', (span, nowMs) => moved(span, 0.5, nowMs)),
  );
  return {
    element: makeElement('div', { class: 'chart-controls' }, ranges, steps, reset, text),
    show: (range, isZoomed, span) => {
      shown = range;
      for (const { range: other, button } of rangeButtons) {
        setAttribute(button, 'aria-pressed', String(other === range && !isZoomed));
      }
      setHidden(reset, !isZoomed);
      setText(text, span);
    },
  };
}

function makeButton(label: string, title: string): HTMLButtonElement {
  return makeElement('button', { type: 'button', title, 'aria-label': title }, label);
}
