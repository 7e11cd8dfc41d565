import { makeSvg } from './make-element.ts';
import type { OutlookPicture, ValueTick } from './outlook-picture.ts';

/** The picture as elements of an SVG: red days at the bottom, then the grid, the curves, and the line of now. */
export function drawOutlook(picture: OutlookPicture): readonly SVGElement[] {
  const { left, right, top, bottom, nowX } = picture;
  const height = bottom - top;
  return [
    ...picture.red.map(({ x, width }) =>
      makeSvg('rect', {
        class: 'red-day',
        x: String(x),
        y: String(top),
        width: String(width),
        height: String(height),
      }),
    ),
    ...picture.carbonTicks.map(({ y }) => makeSvg('path', { class: 'rule', d: `M${left} ${y}H${right}` })),
    ...picture.times.flatMap(({ x, text, isDay }) => [
      makeSvg('path', { class: isDay ? 'rule day' : 'rule', d: `M${x} ${top}V${bottom}` }),
      label(text, { x, y: bottom + 16, anchor: 'middle', tone: 'time' }),
    ]),
    ...valueLabels(picture.carbonTicks, { x: left - 6, anchor: 'end', tone: 'carbon' }),
    ...valueLabels(picture.priceTicks, { x: right + 6, anchor: 'start', tone: 'price' }),
    ...picture.lines.map(({ tone, basis, path }) =>
      makeSvg('path', { class: `curve ${tone} ${basis}`, d: path }),
    ),
    ...(nowX === undefined ? [] : [makeSvg('path', { class: 'now-line', d: `M${nowX} ${top}V${bottom}` })]),
  ];
}

interface LabelPlace {
  readonly x: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly tone: string;
}

function valueLabels(ticks: readonly ValueTick[], place: LabelPlace): readonly SVGElement[] {
  return ticks.map(({ y, text }) => label(text, { ...place, y: y + 4 }));
}

function label(text: string, { x, y, anchor, tone }: LabelPlace & { readonly y: number }): SVGElement {
  return makeSvg('text', { class: `label ${tone}`, x: String(x), y: String(y), 'text-anchor': anchor }, text);
}
