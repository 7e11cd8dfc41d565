import { ok, type AncestorRoute } from './ancestor-route.ts';

interface Sink {
  readonly kind: string;
  readonly title: string;
  readonly state: string;
  readonly written: number;
  readonly refused: number;
}

const show: AncestorRoute = {
  method: 'GET',
  path: '/api/mqtt_status',
  scope: 'read',
  summary: 'How sending to an MQTT broker goes; of several brokers the first',
  returns: {
    connected: 'boolean',
    device_serial: 'string - hex',
    wallet_address: 'string - the owner; null while there is none',
    broker: 'string - what it is sent to',
    publish_count: 'number - readings that the broker has had',
    publish_errors: 'number - readings that it would not take',
    success_rate: 'number - percent of both; null before the first',
    topic_publish_counts: 'object - always empty: topics are not counted',
  },
  answer: async ({ run }) => {
    const { sinks } = (await run('sink.list')) as { readonly sinks: readonly Sink[] };
    const sink = sinks.find(({ kind }) => kind.includes('mqtt'));
    if (sink === undefined)
      return { status: 503, body: { error: 'MQTT service not initialized', connected: false } };
    const { serial, owner } = (await run('identity.show')) as {
      readonly serial: string;
      readonly owner: string | null;
    };
    const all = sink.written + sink.refused;
    return ok({
      connected: sink.state === 'up',
      device_serial: serial,
      wallet_address: owner,
      broker: sink.title,
      publish_count: sink.written,
      publish_errors: sink.refused,
      success_rate: all === 0 ? null : Math.round((sink.written / all) * 10_000) / 100,
      topic_publish_counts: {},
    });
  },
};

export const mqttRoutes: readonly AncestorRoute[] = [show];
