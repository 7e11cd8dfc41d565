import { GatewayError } from '../../../gateway/core/errors.ts';
import type { PublishCommandPorts } from '../../../gateway/features/publish/publish-commands.ts';
import type { SinkStatus } from '../../../gateway/features/publish/publishing.ts';

/** Where the stub home's readings go; tests change it as they like. */
export class StubSinks implements Pick<PublishCommandPorts['publishing'], 'list' | 'show' | 'retry'> {
  readonly #sinks = new Map<string, SinkStatus>();

  constructor() {
    this.change('files', { name: 'Files', kind: 'csv', title: 'CSV files' });
    this.change('influx', {
      name: 'InfluxDB',
      state: 'down',
      backlogMs: 3_900_000,
      refused: 7,
      reason: 'influx.example does not answer',
      hint: 'check that it is on',
    });
  }

  change(id: string, facts: Partial<SinkStatus>): void {
    this.#sinks.set(id, { ...(this.#sinks.get(id) ?? sinkOf(id)), ...facts });
  }

  list(): readonly SinkStatus[] {
    return [...this.#sinks.values()];
  }

  show(id: string): SinkStatus {
    const sink = this.#sinks.get(id);
    if (sink === undefined) throw new GatewayError('not_found', `there is no sink ${id}`);
    return sink;
  }

  /** Helps. */
  retry(id: string): void {
    this.show(id);
    this.change(id, { state: 'up', backlogMs: 0, reason: null, hint: null });
  }
}

function sinkOf(id: string): SinkStatus {
  return {
    id,
    name: id,
    kind: 'influx',
    title: 'InfluxDB 1.x to 3.x',
    state: 'up',
    written: 123_456,
    refused: 0,
    lost: 0,
    backlogMs: 0,
    writtenMs: Date.now() - 5_000,
    reason: null,
    hint: null,
  };
}
