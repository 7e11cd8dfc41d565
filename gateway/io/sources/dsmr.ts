import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { usualSerialSettings } from '../../core/serial-lines.ts';
import { dsmrAnswer } from './dsmr-answer.ts';
import { FrozenWatch } from './frozen-watch.ts';
import { P1Line, type P1LineOptions } from './p1-line.ts';
import { withoutParity } from './parity.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader } from './source.ts';

const options = {
  path: {
    type: 'text',
    description: 'Serial line of the P1 cable: /dev/serial/by-id/…. Either this or a host.',
    isOptional: true,
    pattern: '^/dev/[^\\s]+$',
    max: 200,
  },
  baudRate: {
    type: 'choice',
    description: 'Bits a second of the serial line: 115200 for DSMR 4 and 5, 9600 for DSMR 2 and 3.',
    values: ['115200', '9600'],
    default: '115200',
  },
  host: {
    type: 'text',
    description: 'Name or address of a bridge that sends telegrams over TCP: ser2net, Currently One.',
    isOptional: true,
    pattern: '^[A-Za-z0-9._:-]+$',
    max: 253,
  },
  port: { type: 'integer', description: 'TCP port of the bridge.', default: 23, min: 1, max: 65_535 },
} as const satisfies OptionFields;

export const dsmr: SourceDefinition = {
  id: 'dsmr',
  title: 'Smart meter with a P1 port (DSMR, ESMR), by serial cable or telnet bridge',
  source: 'P1 Companion Standard 5.0.2 (Netbeheer Nederland); e-MUCS P1 1.7 (Belgium); DSMR 2.2 and 3.0',
  options,
  pace: { periodMs: 10_000, periodMsMin: 1_000, timeoutMs: 20_000 },
  lane: (values) => placeOf(values),
  open: (values, ports) => {
    checkPlace(values, ports.id);
    return new DsmrReader(lineOf(values, ports), ports);
  },
};

class DsmrReader implements SourceReader {
  readonly #line: P1Line;
  readonly #ports: SourcePorts;
  readonly #frozen = new FrozenWatch();

  constructor(line: P1LineOptions, ports: SourcePorts) {
    this.#line = new P1Line(line);
    this.#ports = ports;
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const { clock, zone } = this.#ports;
    const telegram = await this.#line.next(signal);
    this.#frozen.check(telegram.objects.get('0-0:1.0.0')?.groups[0], clock.monotonic());
    const { values, texts } = dsmrAnswer(telegram, { zone, nowMs: clock.wall() });
    const dropped = { quantity: 'telegrams_dropped_count', value: this.#line.dropped };
    return { values: [...values, dropped], texts };
  }

  close(): void {
    this.#line.close();
  }
}

function lineOf(values: OptionValues, { network, serial, clock }: SourcePorts): P1LineOptions {
  const place = placeOf(values);
  const { path, host } = values;
  if (typeof path !== 'string') {
    const at = { host: String(host), port: Number(values['port']) };
    return {
      place,
      clock,
      open: (listener, signal) => network.connectTcp({ ...at, listener, signal }),
    };
  }
  const baudRate = Number(values['baudRate']);
  const settings = { ...usualSerialSettings, baudRate, path };
  const open: P1LineOptions['open'] = (listener, signal) => serial.open({ ...settings, listener, signal });
  return { place, clock, open, ...(baudRate === 9_600 ? { convert: withoutParity } : {}) };
}

function placeOf({ path, host, port }: OptionValues): string {
  return typeof path === 'string' ? path : `${String(host)}:${String(port)}`;
}

function checkPlace({ path, host }: OptionValues, id: string): void {
  if ((path === undefined) !== (host === undefined)) return;
  throw new GatewayError(
    'config_invalid',
    `the source ${id} has ${path === undefined ? 'no place' : 'two places'}`,
    {
      hint: 'give it either path, for a serial line, or host',
      facts: { source: id },
    },
  );
}
