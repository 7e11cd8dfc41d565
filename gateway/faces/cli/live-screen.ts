import type { LiveValue } from '../../core/live-feed.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import type { SaidText } from '../../core/said-text.ts';
import type { OutputStream } from './cli-run.ts';
import { formatDuration, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderTable } from './table.ts';

/** xterm(1), control sequences: a screen of its own, no cursor, and what is too wide is cut. */
const takeScreen = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const giveScreenBack = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const toTheTop = '\x1b[H';
const clearLineRest = '\x1b[K';
const clearRest = '\x1b[J';

/** Lines that stand around the rows: the heading, an empty one, and what has happened last. */
const otherLines = 3;

export interface LiveFrame {
  /** By device and quantity. */
  readonly latest: ReadonlyMap<string, LiveValue | SaidText>;
  /** What has happened last; empty when nothing has. */
  readonly state: string;
  /** The gateway's clock, UTC epoch ms. */
  readonly nowMs: number;
}

/** A terminal that is drawn over and over, and is as it was afterwards. */
export interface LiveScreen {
  draw(frame: LiveFrame): void;
  /** May be called twice. */
  leave(): void;
}

export function openLiveScreen(stdout: OutputStream, paint: Paint): LiveScreen {
  stdout.write(takeScreen);
  let isOpen = true;
  return {
    draw: (frame) => {
      if (!isOpen) return;
      const lines = frameText(frame, paint, stdout.rows ?? Infinity).split('\n');
      stdout.write(`${toTheTop}${lines.map((line) => `${line}${clearLineRest}`).join('\n')}${clearRest}`);
    },
    leave: () => {
      if (isOpen) stdout.write(giveScreenBack);
      isOpen = false;
    },
  };
}

const columns = [
  { title: 'device', align: 'left' },
  { title: 'quantity', align: 'left' },
  { title: 'value', align: 'right' },
  { title: 'age', align: 'right' },
  { title: 'quality', align: 'left' },
] as const;

/** As many rows as the terminal has room for; the name of a device stands once. */
function frameText({ latest, state, nowMs }: LiveFrame, paint: Paint, height: number): string {
  const sorted = [...latest].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, said]) => said);
  const shown = sorted.slice(0, Math.max(1, height - otherLines));
  const rows = shown.map((said, index) => cellsOf(said, shown[index - 1]?.device, nowMs));
  const left = sorted.length - shown.length;
  const more = left === 0 ? '' : `${left} more than there is room for. `;
  return `${renderTable(columns, rows, paint)}\n${more}${state}`;
}

function cellsOf(said: LiveValue | SaidText, deviceAbove: string | undefined, nowMs: number): string[] {
  const { device, quantity, atMs } = said;
  const { unit } = quantityDefinition(quantity);
  return [
    device === deviceAbove ? '' : formatValue(device),
    formatValue(quantity),
    'text' in said ? formatValue(said.text) : formatValue(said.value, {}, unit),
    // Two clocks that differ a little make no negative age.
    formatDuration(Math.max(0, nowMs - atMs)),
    'text' in said ? '' : said.quality,
  ];
}
