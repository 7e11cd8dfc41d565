import type { LiveValue } from './api-types.ts';
import { formatValue } from './format.ts';
import { markOf } from './freshness.ts';
import { seriesId } from './home-series.ts';
import type { HomeState } from './home-state.ts';
import type { Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';

/** A name and the latest value under it, marked when it is old or doubtful. */
export function makeValueRow(title: () => string, state: HomeState): Row<LiveValue> {
  const name = makeElement('dt');
  const number = makeElement('dd');
  return {
    element: makeElement('div', {}, name, number),
    show: (live) => {
      const mark = markOf(live, state.ownerOf(live.device), state.clock.nowMs());
      setText(name, title());
      setText(number, valueText(live, state.units.get(seriesId(live)) ?? ''));
      setAttribute(number, 'data-mark', mark);
      setAttribute(number, 'title', mark === 'good' ? undefined : `${live.quality}, ${mark}`);
    },
  };
}

function valueText({ quantity, value }: LiveValue, unit: string): string {
  if (value !== null && quantity.endsWith('_on')) return value > 0 ? 'on' : 'off';
  return formatValue(value, unit);
}
