import { parseArgs } from 'node:util';
import { deviceKindIds } from './device-kinds.ts';
import { devicesMax } from './device-list.ts';
import { framingIds } from './simulated-line.ts';
import type { FramingId } from './simulated-line.ts';
import { SimulatorError } from './simulator-error.ts';

export interface SimulatorArguments {
  readonly host: string;
  readonly portBase: number;
  readonly seed: number;
  readonly speed: number;
  /** UTC epoch milliseconds; undefined: the present. */
  readonly startMs: number | undefined;
  /** `none`, `random`, `every`, or the path of a fault plan. */
  readonly faults: string;
  /** See device-list.ts. */
  readonly devices: string;
  /** How many devices the list is repeated to; 0: as it is. */
  readonly units: number;
  readonly framing: FramingId;
  /** A serial line for all devices. */
  readonly path: string | undefined;
  readonly baudRate: number | undefined;
  readonly latencyMs: number;
  /** Undefined: as the framing has it. */
  readonly connectionsMax: number | undefined;
  readonly isShared: boolean;
  /** Also what speaks HTTP around the home. */
  readonly hasServices: boolean;
  /** Of an MQTT broker that a plug speaks to. */
  readonly brokerUrl: string | undefined;
  readonly withParent: boolean;
  readonly help: boolean;
}

export const usage = `Usage: node modbus-sim/main.ts [options]
  --devices LIST        kinds between commas, each with settings after colons
                        (sungrow-hybrid,huawei-sun2000,sdm630); kinds: ${deviceKindIds.join(' ')};
                        settings: id= unit= port= framing= path=
  --units N             repeat the list to N devices, all behind one port
  --framing NAME        ${framingIds.join(', ')} (tcp)
  --path TTY            all devices on this serial line, which is in raw mode already
  --baud N              answers take the time of a wire at so many bits a second
  --host ADDRESS        address to listen on (127.0.0.1)
  --port-base PORT      port of the first device, the next ones following; 0: any free ports (0)
  --services            also the home's HTTP devices, the services of the internet that it asks, and
                        the boiler room's probes and clamps, as files
  --broker URL          a Tasmota plug at this MQTT broker: mqtt://127.0.0.1:1883
  --shared              all devices behind one port, as units 1, 2, 3 and on
  --seed N              the same seed and start give the same home (7)
  --speed N             simulated seconds per second (1)
  --start TIME          simulated start, as 2026-06-21T04:00:00Z (now)
  --faults none|random|every|FILE  what goes wrong (none); see modbus-sim/README.md
  --latency MS          how long every answer takes (0)
  --connections N       connections per port (8; 2 on a Solarman logger)
  --with-parent         end when standard input or the IPC channel closes
  --help`;

/** Throws a SimulatorError of one line. */
export function parseArguments(words: readonly string[]): SimulatorArguments {
  const values = parseWords(words);
  return {
    host: values.host,
    // Three ports must fit, and those of the services and of who is told behind them.
    portBase: asNumber('port-base', values['port-base'], { min: 0, max: 65_480, isInteger: true }),
    seed: asNumber('seed', values.seed, { min: 0, max: Number.MAX_SAFE_INTEGER, isInteger: true }),
    speed: asNumber('speed', values.speed, { min: 0.001, max: 100_000, isInteger: false }),
    startMs: values.start === undefined ? undefined : asTimeMs(values.start),
    faults: values.faults,
    latencyMs: asNumber('latency', values.latency, { min: 0, max: 60_000, isInteger: true }),
    ...deviceArguments(values),
    connectionsMax: asOptionalNumber('connections', values.connections, {
      min: 1,
      max: 1000,
      isInteger: true,
    }),
    hasServices: values.services,
    brokerUrl: values.broker,
    isShared: values.shared || values.units !== '0',
    withParent: values['with-parent'],
    help: values.help,
  };
}

function deviceArguments(values: ReturnType<typeof parseWords>) {
  const framing = framingIds.find((id) => id === values.framing);
  if (framing === undefined) {
    throw new SimulatorError(`--framing must be one of ${framingIds.join(', ')}, not "${values.framing}"`);
  }
  return {
    devices: values.devices,
    units: asNumber('units', values.units, { min: 0, max: devicesMax, isInteger: true }),
    framing,
    path: values.path,
    baudRate: asOptionalNumber('baud', values.baud, { min: 300, max: 4_000_000, isInteger: true }),
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
        devices: { type: 'string', default: 'sungrow-hybrid,huawei-sun2000,sdm630' },
        units: { type: 'string', default: '0' },
        framing: { type: 'string', default: 'tcp' },
        path: { type: 'string' },
        baud: { type: 'string' },
        connections: { type: 'string' },
        services: { type: 'boolean', default: false },
        broker: { type: 'string' },
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

function asOptionalNumber(name: string, word: string | undefined, bounds: Bounds): number | undefined {
  return word === undefined ? undefined : asNumber(name, word, bounds);
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
