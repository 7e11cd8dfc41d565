import type { SaidText } from '../../core/said-text.ts';
import type { Quality } from '../../core/quality.ts';
import { topicLevel } from './mqtt-topics.ts';
import type { SinkBatch, SinkRow } from './sink.ts';
import {
  sparkplugTypes,
  type SparkplugMetric,
  type SparkplugPayload,
  type SparkplugProperties,
} from './sparkplug-payload.ts';

/** A message before it is encoded. */
export interface SparkplugMessage {
  readonly topic: string;
  readonly payload: SparkplugPayload;
}

/** Sparkplug B 3.0, 6.4.17: the property `Quality` knows three: 0 bad, 192 good, 500 stale. */
const qualityNumbers: Readonly<Record<Quality, number>> = {
  good: 192,
  estimated: 192,
  suspect: 0,
  missing: 0,
  sensor_error: 0,
};
export const rebirthMetric = 'Node Control/Rebirth';
/** Of BIRTH and DATA messages, and of sessions: each is counted in one byte. */
const countMax = 256;

/** What is known of a series. */
interface KnownMetric {
  readonly name: string;
  readonly alias: number;
  readonly unit: string | undefined;
  newest: SinkRow | SaidText;
  /** As the host knows it. */
  saidQuality: number;
}

/**
 * What an edge node of Sparkplug B says: the order of its messages, their numbers, births and aliases. It sends
 * nothing itself. Devices are those of the gateway, metrics their quantities.
 */
export class SparkplugNode {
  readonly #group: string;
  readonly #node: string;
  readonly #devices = new Map<string, Map<string, KnownMetric>>();
  readonly #born = new Set<string>();
  #aliases = 0;
  #session = countMax - 1;
  #sequence = 0;

  constructor(group: string, node: string) {
    this.#group = topicLevel(group);
    this.#node = topicLevel(node);
  }

  get commandTopic(): string {
    return this.#topic('NCMD');
  }

  /** A new session: its death, to be said by the broker when we are gone. Before each connecting. */
  beginSession(atMs: number): SparkplugMessage {
    this.#session = (this.#session + 1) % countMax;
    this.#born.clear();
    return this.death(atMs);
  }

  death(atMs: number): SparkplugMessage {
    return {
      topic: this.#topic('NDEATH'),
      payload: { timestamp: atMs, metrics: [this.#sessionMetric(atMs)] },
    };
  }

  /** Of the node, and of all devices that are known: after connecting, and when a host asks for it. */
  births(atMs: number): readonly SparkplugMessage[] {
    this.#sequence = 0;
    this.#born.clear();
    const rebirth = {
      name: rebirthMetric,
      timestamp: atMs,
      datatype: sparkplugTypes.boolean,
      booleanValue: false,
    };
    const node = this.#numbered('NBIRTH', atMs, [this.#sessionMetric(atMs), rebirth]);
    return [node, ...[...this.#devices.keys()].map((device) => this.#birthOf(device, atMs))];
  }

  /** Births of devices that have something new to tell of, then data: one message a device. */
  data({ rows, texts, isLive }: SinkBatch, atMs: number): readonly SparkplugMessage[] {
    const messages: SparkplugMessage[] = [];
    for (const [device, readings] of byDevice([...rows, ...texts])) {
      const isNew = readings.map((reading) => this.#know(reading, isLive)).includes(true);
      if (isNew || !this.#born.has(device)) messages.push(this.#birthOf(device, atMs));
      const metrics = readings.map((reading) => this.#metricOf(reading, isLive));
      messages.push(this.#numbered('DDATA', atMs, metrics, device));
    }
    return messages;
  }

  /** true: it was not known, or is of another kind now. */
  #know(reading: SinkRow | SaidText, isLive: boolean): boolean {
    const { device, quantity } = reading;
    const metrics = this.#devices.get(device) ?? new Map<string, KnownMetric>();
    this.#devices.set(device, metrics);
    const unit = 'text' in reading ? undefined : reading.unit;
    const known = metrics.get(quantity);
    if (known !== undefined && known.unit === unit && 'text' in known.newest === 'text' in reading) {
      if (isLive && reading.atMs >= known.newest.atMs) known.newest = reading;
      return false;
    }
    const alias = known?.alias ?? (this.#aliases += 1);
    metrics.set(quantity, { name: quantity, alias, unit, newest: reading, saidQuality: 192 });
    return true;
  }

  #birthOf(device: string, atMs: number): SparkplugMessage {
    this.#born.add(device);
    const metrics = [...(this.#devices.get(device) ?? new Map<string, KnownMetric>()).values()];
    const born = metrics.map((metric): SparkplugMetric => {
      const { name, alias, unit, newest } = metric;
      metric.saidQuality = qualityOf(newest);
      const datatype = 'text' in newest ? sparkplugTypes.string : sparkplugTypes.double;
      const properties = propertiesOf(metric.saidQuality, unit);
      return { name, alias, timestamp: newest.atMs, datatype, properties, ...valueOf(newest) };
    });
    return this.#numbered('DBIRTH', atMs, born, device);
  }

  #metricOf(reading: SinkRow | SaidText, isLive: boolean): SparkplugMetric {
    const metric = this.#devices.get(reading.device)?.get(reading.quantity);
    const quality = qualityOf(reading);
    const isChanged = metric === undefined || metric.saidQuality !== quality;
    if (metric !== undefined && isLive) metric.saidQuality = quality;
    return {
      alias: metric?.alias ?? 0,
      timestamp: reading.atMs,
      ...(!isLive && { isHistorical: true }),
      ...(isChanged && { properties: propertiesOf(quality) }),
      ...valueOf(reading),
    };
  }

  #sessionMetric(atMs: number): SparkplugMetric {
    return { name: 'bdSeq', timestamp: atMs, datatype: sparkplugTypes.int64, longValue: this.#session };
  }

  #numbered(
    kind: string,
    atMs: number,
    metrics: readonly SparkplugMetric[],
    device?: string,
  ): SparkplugMessage {
    const seq = this.#sequence;
    this.#sequence = (seq + 1) % countMax;
    return { topic: this.#topic(kind, device), payload: { timestamp: atMs, metrics, seq } };
  }

  #topic(kind: string, device?: string): string {
    const topic = `spBv1.0/${this.#group}/${kind}/${this.#node}`;
    return device === undefined ? topic : `${topic}/${topicLevel(device)}`;
  }
}

function byDevice(
  readings: readonly (SinkRow | SaidText)[],
): ReadonlyMap<string, readonly (SinkRow | SaidText)[]> {
  return Map.groupBy(
    readings.toSorted((one, other) => one.atMs - other.atMs),
    ({ device }) => device,
  );
}

function qualityOf(reading: SinkRow | SaidText): number {
  return 'text' in reading ? 192 : qualityNumbers[reading.quality];
}

function valueOf(reading: SinkRow | SaidText): SparkplugMetric {
  if ('text' in reading) return { stringValue: reading.text.toWellFormed() };
  return reading.value === null ? { isNull: true } : { doubleValue: reading.value };
}

function propertiesOf(quality: number, unit?: string): SparkplugProperties {
  const said = { type: sparkplugTypes.int32, intValue: quality };
  if (unit === undefined) return { keys: ['Quality'], values: [said] };
  return { keys: ['Quality', 'engUnit'], values: [said, { type: sparkplugTypes.string, stringValue: unit }] };
}
