import { gzipSync } from 'node:zlib';
import { GatewayError } from '../../core/errors.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';
import { judgeInfluxAnswer, type InfluxVerdict } from './influx-answer.ts';
import { readingLines, snapshotLines, type InfluxLine, type SnapshotField } from './influx-lines.ts';
import { influxAddress, influxServer, type InfluxServer, type InfluxVersion } from './influx-server.ts';
import type { RefusedRow, SinkBatch, SinkDefinition, SinkPorts } from './sink.ts';
import { writeByHalves, type PartOutcome } from './write-by-halves.ts';

const options = {
  url: {
    type: 'text',
    description: 'Address of the server, such as http://192.168.1.20:8086.',
    pattern: '^https?://[^/?#@\\s]+(/[^?#@\\s]*)?$',
    max: 500,
  },
  version: {
    type: 'choice',
    description:
      'Its interface: 1 for InfluxDB 1.x, VictoriaMetrics or QuestDB, 2 for 2.x and its cloud, 3 for 3.x.',
    values: ['1', '2', '3'],
    default: '2',
  },
  database: {
    type: 'text',
    description: 'The database; the bucket, in version 2.',
    min: 1,
    max: 200,
  },
  organisation: {
    type: 'text',
    description: 'The organisation that the bucket belongs to; of version 2 only.',
    isOptional: true,
    max: 200,
  },
  retentionPolicy: {
    type: 'text',
    description: 'The retention policy to write to, of version 1 only; the database’s default unless said.',
    isOptional: true,
    max: 200,
  },
  user: { type: 'text', description: 'The user, of version 1 only.', isOptional: true, max: 200 },
  password: {
    type: 'text',
    description: 'The user’s password, of version 1 only.',
    isOptional: true,
    isSecret: true,
    max: 500,
  },
  token: {
    type: 'text',
    description: 'A token that may write to the database, of versions 2 and 3.',
    isOptional: true,
    isSecret: true,
    max: 1000,
  },
  createDatabase: {
    type: 'boolean',
    description: 'Whether a database that is not there is made.',
    default: false,
  },
  isCompressed: { type: 'boolean', description: 'Whether it is sent compressed.', default: false },
  layout: {
    type: 'choice',
    description:
      'readings: a measurement for each quantity; snapshot: one point a second with the fields of snapshotFields.',
    values: ['readings', 'snapshot'],
    default: 'readings',
  },
  snapshotFields: {
    type: 'texts',
    description: 'What the snapshot holds, each as device/quantity=field, such as probes/water_c=eau.',
    pattern: '^[^/]+/.+=[^=]+$',
    default: [],
  },
  snapshotHost: { type: 'text', description: 'The snapshot’s tag host.', default: 'raspberry', max: 200 },
  snapshotRegion: { type: 'text', description: 'The snapshot’s tag region.', default: 'chaudiere', max: 200 },
} as const satisfies OptionFields;

/** Points with the same measurement, tags and time replace each other: what comes twice is there once. */
export const influx: SinkDefinition = {
  id: 'influx',
  title: 'InfluxDB 1, 2 and 3, and whatever takes its line protocol',
  source: 'docs.influxdata.com: line protocol; /write (1.x), /api/v2/write, /api/v3/write_lp',
  options,
  rowsMax: 1_000,
  timeoutMs: 30_000,
  open: async (values, ports) => {
    const version = String(values['version'] ?? '2') as InfluxVersion;
    checkOptions(version, values);
    const writer = new InfluxWriter(influxServer(version, influxAddress(values)), values, ports);
    return await Promise.resolve({
      write: async (batch, signal) => await writer.write(batch, signal),
      close: () => Promise.resolve(),
    });
  },
};

class InfluxWriter {
  readonly #server: InfluxServer;
  readonly #ports: SinkPorts;
  readonly #toLines: (batch: SinkBatch) => readonly InfluxLine[];
  readonly #isCompressed: boolean;
  readonly #mayCreate: boolean;

  constructor(server: InfluxServer, values: OptionValues, ports: SinkPorts) {
    this.#server = server;
    this.#ports = ports;
    this.#isCompressed = values['isCompressed'] === true;
    this.#mayCreate = values['createDatabase'] === true;
    const fields = snapshotFields(values);
    const tags = { host: String(values['snapshotHost']), region: String(values['snapshotRegion']) };
    this.#toLines =
      values['layout'] === 'snapshot'
        ? (batch) => snapshotLines(batch, fields, tags)
        : (batch) => readingLines(batch, ports.site.name);
  }

  async write(batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> {
    const lines = this.#toLines(batch);
    const refused = await writeByHalves(0, lines.length, async (from, to) =>
      this.#outcome(await this.#send(lines.slice(from, to), signal), lines, from, to),
    );
    return refused.flatMap(({ index, reason }) =>
      (lines[index]?.rows ?? []).map((row) => ({ index: row, reason })),
    );
  }

  async #send(lines: readonly InfluxLine[], signal: AbortSignal): Promise<InfluxVerdict> {
    const verdict = await this.#post(lines, signal);
    if (verdict.kind !== 'database_missing' || !this.#mayCreate) return verdict;
    const isMade = await this.#server.createDatabase(this.#ports.http, signal);
    return isMade ? await this.#post(lines, signal) : verdict;
  }

  async #post(lines: readonly InfluxLine[], signal: AbortSignal): Promise<InfluxVerdict> {
    const { http, clock } = this.#ports;
    const text = lines.map((line) => line.text).join('\n');
    const body = this.#isCompressed ? gzipSync(text) : text;
    const answer = await http.request(this.#server.write(body, this.#isCompressed), signal);
    return judgeInfluxAnswer(answer, { ...this.#server, nowMs: clock.wall() });
  }

  #outcome(verdict: InfluxVerdict, lines: readonly InfluxLine[], from: number, to: number): PartOutcome {
    switch (verdict.kind) {
      case 'taken':
        return { refused: [] };
      case 'too_large':
        return { reason: `too large for the server: ${verdict.reason}` };
      case 'refused':
        return refusedLines(verdict, lines, from, to);
      case 'database_missing':
        throw databaseMissing(this.#server, verdict.reason, this.#mayCreate);
    }
  }
}

/**
 * Which lines were refused, where the answer tells: by their numbers (3.x); all of them; a conflict, by its measurement;
 * what is older than the retention, the oldest. Otherwise they are found by halves.
 */
function refusedLines(
  { reason, dropped, lines: byLine }: InfluxVerdict & { readonly kind: 'refused' },
  lines: readonly InfluxLine[],
  from: number,
  to: number,
): PartOutcome {
  if (byLine !== undefined && [...byLine.keys()].every((line) => line >= 0 && from + line < to))
    return { refused: [...byLine].map(([line, why]) => ({ index: from + line, reason: why })) };
  const places = Array.from({ length: to - from }, (_, index) => from + index);
  const suspects = suspectPlaces(reason, dropped, places, lines);
  if (dropped === undefined || suspects.length !== dropped) return { reason };
  return { refused: suspects.map((index) => ({ index, reason })) };
}

function suspectPlaces(
  reason: string,
  dropped: number | undefined,
  places: readonly number[],
  lines: readonly InfluxLine[],
): readonly number[] {
  if (dropped === places.length) return places;
  const measurement = /field type conflict: .* on measurement \\?"(.+?)\\?" is type/.exec(reason)?.[1];
  if (measurement !== undefined) return places.filter((place) => lines[place]?.measurement === measurement);
  if (!/retention policy/.test(reason)) return [];
  const atMs = (place: number): number => lines[place]?.atMs ?? 0;
  return places.toSorted((left, right) => atMs(left) - atMs(right)).slice(0, dropped);
}

function databaseMissing(server: InfluxServer, reason: string, mayCreate: boolean): GatewayError {
  const make = mayCreate ? 'we may not make it: do it there' : 'make it there, or set createDatabase';
  return new GatewayError('sink_refused', `${server.where} is not there: ${reason}`, {
    hint: `check ${server.database}; ${make}`,
    facts: { status: 404 },
  });
}

function snapshotFields(values: OptionValues): readonly SnapshotField[] {
  const texts = values['snapshotFields'];
  if (!Array.isArray(texts)) return [];
  return texts.flatMap((text) => {
    const parts = /^([^/]+)\/(.+)=([^=]+)$/.exec(String(text));
    const [, device = '', quantity = '', field = ''] = parts ?? [];
    return parts === null ? [] : [{ device, quantity, field }];
  });
}

function checkOptions(version: InfluxVersion, values: OptionValues): void {
  const has = (name: string): boolean => values[name] !== undefined && values[name] !== '';
  if (version === '2' && !has('organisation'))
    throw missing('organisation', 'InfluxDB 2 writes to a bucket of an organisation');
  if (version === '2' && !has('token')) throw missing('token', 'InfluxDB 2 lets nobody in without one');
  if (values['layout'] === 'snapshot' && snapshotFields(values).length === 0)
    throw missing('snapshotFields', 'a snapshot needs to know its fields, such as probes/water_c=eau');
}

function missing(option: string, why: string): GatewayError {
  return new GatewayError('config_invalid', `the sink influx has no ${option}`, {
    hint: `${why}: set ${option}`,
    facts: { option },
  });
}
