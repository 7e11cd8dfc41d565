import t from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import type { Network, Reach } from '../../gateway/core/network.ts';
import type { OptionValues } from '../../gateway/core/option-field.ts';
import { influxAddress, influxServer } from '../../gateway/io/sinks/influx-server.ts';
import { mqtt } from '../../gateway/io/sinks/mqtt.ts';
import { postgres } from '../../gateway/io/sinks/postgres.ts';
import type { SinkDefinition } from '../../gateway/io/sinks/sink.ts';
import { serverReach } from '../../gateway/io/server-reach.ts';
import { sinkPorts } from './sinks/sink-ports.ts';

const never = new AbortController().signal;

/** How far a sink wants to reach when it is opened with these options. */
async function reachOf(sink: SinkDefinition, more: OptionValues): Promise<Reach | undefined> {
  const asked: (Reach | undefined)[] = [];
  const network: Network = {
    connectTcp: ({ reach }) => {
      asked.push(reach);
      return Promise.reject(new GatewayError('connection_refused', 'nobody is there'));
    },
  };
  const options = { host: 'server.example', port: 1, database: 'a', user: 'b', tls: 'off', ...more };
  const opening = async (): Promise<unknown> => {
    const opened = await sink.open(options, sinkPorts({ network }), never);
    return await opened.write({ rows: [], texts: [], isLive: true }, never);
  };
  await opening().catch((error: unknown) => {
    if (!(error instanceof GatewayError)) throw error;
  });
  return asked[0];
}

t.test('a server may be anywhere, unless it is told a secret that can be read on the way', (t) => {
  t.equal(serverReach(false, undefined), 'internet');
  t.equal(serverReach(false, ''), 'internet');
  t.equal(serverReach(false, 'x'), 'private');
  t.equal(serverReach(true, 'x'), 'internet');
  t.end();
});

for (const sink of [mqtt, postgres]) {
  t.test(`${sink.id} reaches into the internet, with a password only over verified TLS`, async (t) => {
    t.equal(await reachOf(sink, {}), 'internet');
    t.equal(await reachOf(sink, { password: 'x' }), 'private');
    t.equal(
      await reachOf(sink, { password: 'x', tls: 'accept_any' }),
      'private',
      'whoever pretends to be it',
    );
    t.equal(await reachOf(sink, { password: 'x', tls: 'verify' }), 'internet');
  });
}

t.test('influx reaches into the internet, with a token only over https', (t) => {
  const reach = (url: string, more: OptionValues): Reach =>
    influxServer('2', influxAddress({ url, database: 'a', ...more })).write('', false).reach;
  t.equal(reach('http://server.example', {}), 'internet');
  t.equal(reach('http://server.example', { token: 'x' }), 'private');
  t.equal(reach('https://server.example', { token: 'x' }), 'internet');
  t.end();
});
