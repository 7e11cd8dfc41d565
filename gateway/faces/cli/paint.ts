import { styleText } from 'node:util';
import type { Environment, OutputStream } from './cli-run.ts';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'blue';

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style | undefined, text: string) => string;

/** Colours only for a terminal, and not when NO_COLOR is set (no-color.org). */
export function createPaint(stream: OutputStream, environment: Environment): Paint {
  const isColoured = stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '';
  return (style, text) =>
    isColoured && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
}

const styles: Readonly<Record<string, Style>> = {
  up: 'green',
  ok: 'green',
  good: 'green',
  running: 'green',
  done: 'green',
  normal: 'green',
  online: 'green',
  unseen: 'yellow',
  suspect: 'yellow',
  estimated: 'yellow',
  degraded: 'yellow',
  connecting: 'yellow',
  offline: 'yellow',
  down: 'red',
  failing: 'red',
  failed: 'red',
  missed: 'red',
  missing: 'red',
  sensor_error: 'red',
  quarantined: 'red',
};

/** How a state or a quality looks. */
export function styleOf(word: string): Style | undefined {
  return Object.hasOwn(styles, word) ? styles[word] : undefined;
}
