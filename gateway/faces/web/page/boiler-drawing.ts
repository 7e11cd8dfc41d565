import { motorNames } from './boiler-words.ts';
import { stripHeight, type BoilerPicture, type TemperatureTick } from './boiler-picture.ts';
import { makeSvg } from './make-element.ts';

/** The picture as elements of an SVG: phases behind, then the grid, the curves on a halo, the motors, and now. */
export function drawBoiler(picture: BoilerPicture): readonly SVGElement[] {
  const { left, right, top, bottom, failureY, nowX } = picture;
  const under = bottom + 16;
  return [
    ...picture.bands.map(({ x, width, phase }) =>
      makeSvg('rect', {
        class: `band phase-${phase}`,
        ...{ x: String(x), y: String(top), width: String(width), height: String(bottom - top) },
      }),
    ),
    ...picture.waterTicks.map(({ y }) => line('rule', `M${left} ${y}H${right}`)),
    ...picture.times.flatMap(({ x, text, isDay }) => [
      line(isDay ? 'rule day' : 'rule', `M${x} ${top}V${bottom}`),
      label(text, { x, y: under, anchor: 'middle', tone: 'time' }),
    ]),
    ...labels(picture.waterTicks, { x: left - 6, anchor: 'end', tone: 'water' }),
    ...labels(picture.flueTicks, { x: right + 6, anchor: 'start', tone: 'flue' }),
    ...(['flue', 'water'] as const).flatMap((which) => [
      line('curve halo', picture[which]),
      line(`curve ${which}`, picture[which]),
    ]),
    line('failure', `M${left} ${failureY}H${right}`),
    ...picture.motors.flatMap(({ motor, y, on }) => [
      label(shortNames[motor], { x: left - 6, y: y + stripHeight, anchor: 'end', tone: 'motor' }),
      strip('strip', { x: left, width: right - left, y }),
      ...on.map((stripe) => {
        const drawn = strip('strip on', { ...stripe, y });
        drawn.append(makeSvg('title', {}, motorNames[motor]));
        return drawn;
      }),
    ]),
    ...(nowX === undefined ? [] : [line('now-line', `M${nowX} ${top}V${bottom}`)]),
  ];
}

const shortNames = {
  igniter: 'igniter',
  primaryFan: 'fan 1',
  secondaryFan: 'fan 2',
  auger: 'auger',
} as const;

function line(name: string, path: string): SVGElement {
  return makeSvg('path', { class: name, d: path });
}

function strip(name: string, { x, width, y }: { x: number; width: number; y: number }): SVGElement {
  const place = {
    x: String(x),
    y: String(y),
    width: String(Math.max(1, width)),
    height: String(stripHeight),
  };
  return makeSvg('rect', { class: name, ...place });
}

interface LabelPlace {
  readonly x: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly tone: string;
}

function labels(ticks: readonly TemperatureTick[], place: LabelPlace): readonly SVGElement[] {
  return ticks.map(({ y, text }) => label(text, { ...place, y: y + 4 }));
}

function label(text: string, { x, y, anchor, tone }: LabelPlace & { readonly y: number }): SVGElement {
  return makeSvg('text', { class: `label ${tone}`, x: String(x), y: String(y), 'text-anchor': anchor }, text);
}
