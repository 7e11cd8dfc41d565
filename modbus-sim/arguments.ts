import { parseArgs } from 'node:util';
import { SimulatorError } from './simulator-error.ts';

export interface SimulatorArguments {
  readonly host: string;
  readonly portBase: number;
  readonly seed: number;
  readonly speed: number;
  /** UTC epoch milliseconds; undefined: the present. */
  readonly startMs: number | undefined;
  /** `none`, `random`, or the path of a fault plan. */
  readonly faults: string;
  readonly latencyMs: number;
  readonly connectionsMax: number;
  readonly isShared: boolean;
  readonly withParent: boolean;
  readonly help: boolean;
}

export const usage = `Usage: node modbus-sim/main.ts [options]
  --host ADDRESS        address to listen on (127.0.0.1)
  --port-base PORT      port of the first device, the next ones following; 0: any free ports (0)
  --shared              all devices behind one port, as units 1, 2, 3
  --seed N              the same seed and start give the same home (7)
  --speed N             simulated seconds per second (1)
  --start TIME          simulated start, as 2026-06-21T04:00:00Z (now)
  --faults none|random|FILE  what goes wrong (none); see modbus-sim/README.md
  --latency MS          how long every answer takes (0)
  --connections N       connections per port (8)
  --with-parent         end when standard input or the IPC channel closes
  --help`;

/** Throws a SimulatorError of one line. */
export function parseArguments(words: readonly string[]): SimulatorArguments {
  const values = parseWords(words);
  return {
    host: values.host,
    // Three ports must fit.
    portBase: asNumber('port-base', values['port-base'], { min: 0, max: 65_533, isInteger: true }),
    seed: asNumber('seed', values.seed, { min: 0, max: Number.MAX_SAFE_INTEGER, isInteger: true }),
    speed: asNumber('speed', values.speed, { min: 0.001, max: 100_000, isInteger: false }),
    startMs: values.start === undefined ? undefined : asTimeMs(values.start),
    faults: values.faults,
    latencyMs: asNumber('latency', values.latency, { min: 0, max: 60_000, isInteger: true }),
    connectionsMax: asNumber('connections', values.connections, { min: 1, max: 1000, isInteger: true }),
    isShared: values.shared,
    withParent: values['with-parent'],
    help: values.help,
  };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      strict: true,
      allowPositionals: false,
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        'port-base': { type: 'string', default: '0' },
        seed: { type: 'string', default: '7' },
        speed: { type: 'string', default: '1' },
        start: { type: 'string' },
        faults: { type: 'string', default: 'none' },
        latency: { type: 'string', default: '0' },
        connections: { type: 'string', default: '8' },
        shared: { type: 'boolean', default: false },
        'with-parent': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SimulatorError(`${reason.replaceAll('\n', ' ')} (--help lists the options)`);
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly isInteger: boolean;
}

function asNumber(name: string, word: string, { min, max, isInteger }: Bounds): number {
  const value = word.trim() === '' ? Number.NaN : Number(word);
  if (value >= min && value <= max && (!isInteger || Number.isInteger(value))) return value;
  const sort = isInteger ? 'a whole number' : 'a number';
  throw new SimulatorError(`--${name} must be ${sort} from ${min} to ${max}, not "${word}"`);
}

const yearsOk = { fromMs: Date.UTC(1990, 0, 1), untilMs: Date.UTC(2100, 0, 1) };

function asTimeMs(word: string): number {
  const atMs = /^\d{4}-\d\d-\d\d/.test(word) ? Date.parse(word) : Number.NaN;
  if (atMs >= yearsOk.fromMs && atMs < yearsOk.untilMs) return atMs;
  throw new SimulatorError(
    `--start must be a time from 1990 to 2099 such as 2026-06-21T04:00:00Z, not "${word}"`,
  );
}
