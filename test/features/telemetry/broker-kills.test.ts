import t from 'tap';
import { mqtt } from '../../../gateway/io/uplinks/mqtt.ts';
import { CloudBackendClient } from '../../io/uplinks/cloud-backend-client.ts';
import { mosquittoMissing, startMosquitto } from '../../io/mqtt/mosquitto.ts';
import { scratchDirectory } from '../../storage/upkeep/history.ts';
import { TelemetryBench } from './telemetry-bench.ts';

const kills = 5;
const pollsMax = 2_000;

/** One turn of the machine, so that what is on its way arrives. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
}

t.test(
  'a broker that dies after it has taken messages loses none of them for the backend',
  { skip: mosquittoMissing },
  async (t) => {
    const first = await startMosquitto(t);
    const { port } = first;
    const bench = new TelemetryBench(scratchDirectory(t), {
      definition: mqtt,
      options: { host: '127.0.0.1', port },
    });
    t.teardown(async () => await bench.close());
    const { backend } = bench;
    const listen = async (): Promise<CloudBackendClient> =>
      await CloudBackendClient.connect({
        backend,
        brokerUrl: `mqtt://127.0.0.1:${port}`,
        nowMs: () => bench.time.wall(),
      });
    let broker = first;
    for (let kill = 0; kill < kills; kill += 1) {
      // Half of the times the backend is not there: what it is sent is with the broker alone, and dies with it.
      const client = kill % 2 === 0 ? await listen() : undefined;
      for (let beat = 0; beat < 10; beat += 1) {
        bench.append();
        await bench.beat();
        await turn();
      }
      await broker.kill();
      client?.vanish();
      bench.append();
      await bench.beat();
      broker = await startMosquitto(t, undefined, {}, port);
    }
    const client = await listen();
    t.teardown(async () => await client.close());
    let polls = 0;
    for (; bench.shelf.readings.length < bench.appended.length && polls < pollsMax; polls += 1) {
      await bench.beat();
      await turn();
    }
    t.same(bench.shelf.readings.toSorted(), bench.appended.toSorted());
    t.same(backend.problems, []);
    t.same(bench.security, []);
  },
);
