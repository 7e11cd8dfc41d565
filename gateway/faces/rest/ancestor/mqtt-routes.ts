import { ok, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';

interface Broker {
  readonly kind: string;
  readonly title: string;
  readonly state: string;
  readonly written: number;
  readonly refused: number;
}

interface Uplink {
  readonly kind: string;
  readonly title: string;
  readonly state: string;
  readonly acknowledged: number;
}

const show: AncestorRoute = {
  method: 'GET',
  path: '/api/mqtt_status',
  scope: 'read',
  summary:
    'How sending to an MQTT broker goes; of several the first: a sink in the earlier form, a sink, an uplink',
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
    const broker = await firstBroker(run);
    if (broker === undefined)
      return { status: 503, body: { error: 'MQTT service not initialized', connected: false } };
    const { serial, owner } = (await run('identity.show')) as {
      readonly serial: string;
      readonly owner: string | null;
    };
    const all = broker.written + broker.refused;
    return ok({
      connected: broker.state === 'up',
      device_serial: serial,
      wallet_address: owner,
      broker: broker.title,
      publish_count: broker.written,
      publish_errors: broker.refused,
      success_rate: all === 0 ? null : Math.round((broker.written / all) * 10_000) / 100,
      topic_publish_counts: {},
    });
  },
};

export const mqttRoutes: readonly AncestorRoute[] = [show];

/** The one in the earlier form before all others, sinks before uplinks. */
async function firstBroker(run: AncestorRequest['run']): Promise<Broker | undefined> {
  const { sinks } = (await run('sink.list')) as { readonly sinks: readonly Broker[] };
  const { uplinks } = (await run('uplink.list')) as { readonly uplinks: readonly Uplink[] };
  const brokers = [
    ...sinks.filter(({ kind }) => kind === 'srcful-mqtt'),
    ...sinks,
    ...uplinks.map((uplink) => ({ ...uplink, written: uplink.acknowledged, refused: 0 })),
  ];
  return brokers.find(({ kind }) => kind.includes('mqtt'));
}
