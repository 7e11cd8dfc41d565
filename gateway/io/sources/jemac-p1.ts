import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { BaseUrl } from '../base-url.ts';
import { dsmrAnswer } from './dsmr-answer.ts';
import { DsmrStream } from './dsmr-stream.ts';
import type { DsmrTelegram } from './dsmr-telegram.ts';
import { listAt, objectAt, readFields, type FieldRow } from './fields.ts';
import { FrozenWatch } from './frozen-watch.ts';
import { getJson } from './http-answers.ts';
import { textOption } from './option-values.ts';
import type { SourceAnswer, SourceDefinition, SourcePorts, SourceReader } from './source.ts';

const options = {
  host: {
    type: 'text',
    description: 'Name or address of the reader, with a port after a colon where it is not 80.',
    min: 1,
    max: 300,
  },
} as const satisfies OptionFields;

/** What the reader says of itself; its own names would not tell them from the meter's. */
const ownFields: readonly FieldRow[] = [{ path: 'rssi', quantity: 'wifi_signal_dbm', min: -200, max: 0 }];

export const jemacP1: SourceDefinition = {
  id: 'jemac-p1',
  title: 'Jemac P1 reader',
  source: 'srcfl/srcful-gateway, P1Jemac: GET /telegram.json',
  options,
  pace: { periodMs: 10_000, periodMsMin: 1_000, timeoutMs: 10_000 },
  lane: (values) => baseOf(values).host,
  open: (values, ports) => new JemacReader(baseOf(values), ports),
};

function baseOf(values: OptionValues): BaseUrl {
  const host = textOption(values, 'host');
  return new BaseUrl('host', /^https?:\/\//.test(host) ? host : `http://${host}`);
}

class JemacReader implements SourceReader {
  readonly #url: string;
  readonly #ports: SourcePorts;
  readonly #frozen = new FrozenWatch();

  constructor(base: BaseUrl, ports: SourcePorts) {
    this.#url = base.to('/telegram.json');
    this.#ports = ports;
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const { http, clock, zone } = this.#ports;
    const request = { url: this.#url, reach: 'home', addressOption: 'host', nowMs: clock.wall() } as const;
    const answer = objectAt(await getJson(http, request, signal), '');
    const telegram = telegramOf(rowsOf(answer));
    this.#frozen.check(telegram.objects.get('0-0:1.0.0')?.groups[0], clock.monotonic());
    const meter = dsmrAnswer(telegram, { zone, nowMs: clock.wall() });
    const own = readFields('rssi' in answer ? ownFields : [], answer, { without: ['data'] });
    return { values: [...meter.values, ...own.values], texts: [...meter.texts, ...own.texts] };
  }
}

function rowsOf(answer: Readonly<Record<string, unknown>>): readonly string[] {
  const rows = listAt(answer, 'data');
  const wrong = rows.findIndex((row) => typeof row !== 'string');
  if (wrong !== -1) throw invalid('a row that is no text', `data[${wrong}]`);
  return (rows as readonly string[]).map((row) => row.trimEnd());
}

/** The reader gives the rows without their ends, and without the empty one that the checksum counts in. */
function telegramOf(rows: readonly string[]): DsmrTelegram {
  const [header = '', ...rest] = rows.filter((row) => row !== '');
  if (header === '' || header === '/')
    throw new GatewayError('source_unavailable', 'the reader has no telegram of a meter', {
      hint: 'check the cable in the P1 port of the meter',
      facts: { where: 'data' },
    });
  const text = [header, '', ...rest, ''].join('\r\n');
  const stream = new DsmrStream();
  const [telegram] = stream.push(Buffer.from(text, 'latin1'));
  if (telegram === undefined) throw invalid('a telegram whose checksum is wrong', 'data');
  return telegram;
}

function invalid(what: string, where: string): GatewayError {
  return new GatewayError('answer_invalid', `the answer has ${what} at ${where}`, {
    hint: 'check that host is a P1 reader; if it repeats, check its cable',
    facts: { where },
  });
}
