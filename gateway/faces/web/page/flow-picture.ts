import { describeFlow, flowDoubts, linesUnder, stillW, wayWord, type FlowPart } from './flow-words.ts';
import { formatPower } from './format.ts';
import { makeElement, makeSvg, setAttribute, setText } from './make-element.ts';
import type { Measure, PowerFlow } from './power-flow.ts';

interface Place {
  readonly part: FlowPart;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** Drawn around its own middle, in a box of 26. */
  readonly icon: string;
}

const hub = { x: 180, y: 170 };
const radius = 50;
const places: readonly Place[] = [
  {
    part: 'sun',
    label: 'Sun',
    x: 180,
    y: 54,
    icon: 'M0-5a5 5 0 1 0 0 10a5 5 0 1 0 0-10M0-11v2.5M0 8.5v2.5M-11 0h2.5M8.5 0h2.5M-7.8-7.8l1.8 1.8M6 6l1.8 1.8M-7.8 7.8l1.8-1.8M6-6l1.8-1.8',
  },
  {
    part: 'grid',
    label: 'Grid',
    x: 54,
    y: 170,
    icon: 'M-7 11L0-11L7 11M-9-5H9M-11 0H11M-5 5L3.5 0M5 5L-3.5 0',
  },
  { part: 'battery', label: 'Battery', x: 306, y: 170, icon: 'M-11-6.5H8V6.5H-11ZM11-3V3M0-4.5l-4 5h4l-3 4' },
  { part: 'house', label: 'House', x: 180, y: 286, icon: 'M-12 0L0-11L12 0M-8.5-3V10H8.5V-3M-3 10V3H3V10' },
];

/** The live picture of the home's power: who gives, who takes, and how much. */
export function createFlowPicture(
  parent: Element,
  nameOf: (device: string) => string,
): (flow: PowerFlow) => void {
  const title = makeSvg('title', { id: 'flow-title' }, 'Power flow');
  const svg = makeSvg('svg', {
    viewBox: '0 0 360 340',
    class: 'flow',
    role: 'img',
    'aria-labelledby': 'flow-title',
  });
  const notes = makeElement('p', { class: 'flow-notes' });
  const parts = places.map((place) => createPart(place));
  svg.append(title, ...parts.map(({ spoke }) => spoke), makeSvg('circle', { class: 'hub', r: '6' }));
  svg.lastElementChild?.setAttribute('transform', `translate(${hub.x} ${hub.y})`);
  svg.append(...parts.map(({ node }) => node));
  parent.replaceChildren(svg, notes);
  return (flow) => {
    for (const { part, show } of parts) show(flow[part], flow.soc);
    setText(title, describeFlow(flow));
    setText(notes, flowDoubts(flow, nameOf));
  };
}

interface Part {
  readonly part: FlowPart;
  readonly node: SVGGElement;
  readonly spoke: SVGGElement;
  readonly show: (measure: Measure | undefined, soc: Measure | undefined) => void;
}

function createPart({ part, label, x, y, icon }: Place): Part {
  const line = `M${x} ${y}L${hub.x} ${hub.y}`;
  const power = makeSvg('text', { class: 'power' });
  const under = [makeSvg('text', { class: 'under' }), makeSvg('text', { class: 'under' })];
  const node = makeSvg(
    'g',
    { class: `node ${part}`, transform: `translate(${x} ${y})`, 'data-part': part },
    makeSvg('title', {}, label),
    makeSvg('circle', { r: String(radius) }),
    makeSvg('path', { d: icon, transform: 'translate(0 -24)', class: 'icon' }),
    power,
    ...under,
  );
  const arrow = makeSvg('path', { d: 'M-6-7.5L7 0L-6 7.5Z', class: 'arrow' });
  const spoke = makeSvg(
    'g',
    { class: `spoke ${part}` },
    makeSvg('path', { d: line, class: 'rail' }),
    makeSvg('path', { d: line, class: 'stream' }),
    arrow,
  );
  const show = (measure: Measure | undefined, soc: Measure | undefined): void => {
    for (const group of [node, spoke]) setAttribute(group, 'data-mark', measure?.mark ?? 'absent');
    if (measure === undefined) return;
    // The house is what the others flow into.
    const inwardW = (part === 'house' ? -1 : 1) * (measure.value ?? 0);
    setText(power, formatPower(wayWord(part, measure) === '' ? measure.value : sizeOf(measure.value)));
    const lines = linesUnder(part, measure, soc);
    setAttribute(power, 'y', String(12 - 5 * lines.length));
    under.forEach((text, index) => {
      setText(text, lines[index] ?? '');
      setAttribute(text, 'y', String(28 - 5 * lines.length + 14 * index));
    });
    showStream(spoke, inwardW);
    setAttribute(arrow, 'transform', arrowPlace({ x, y }, inwardW));
  };
  return { part, node, spoke, show };
}

function sizeOf(value: number | null): number | null {
  return value === null ? null : Math.abs(value);
}

function showStream(spoke: SVGGElement, inwardW: number): void {
  const isMoving = Math.abs(inwardW) >= stillW;
  setAttribute(spoke, 'data-way', isMoving ? (inwardW > 0 ? 'in' : 'out') : 'still');
  const rootKw = Math.sqrt(Math.abs(inwardW) / 1000);
  spoke.style.setProperty('--width', `${(3 + Math.min(4, 1.6 * rootKw)).toFixed(1)}px`);
  // A new pace starts the animation over, so it changes in steps only.
  spoke.style.setProperty('--pace', `${(Math.max(2, Math.round(8 / (0.6 + rootKw))) / 4).toFixed(2)}s`);
}

/** On the line, clear of the circle, pointing where the power goes. */
function arrowPlace(from: { readonly x: number; readonly y: number }, inwardW: number): string {
  const angle = (Math.atan2(hub.y - from.y, hub.x - from.x) * 180) / Math.PI + (inwardW < 0 ? 180 : 0);
  const share = 0.72;
  const x = from.x + (hub.x - from.x) * share;
  const y = from.y + (hub.y - from.y) * share;
  return `translate(${x} ${y}) rotate(${angle})`;
}
