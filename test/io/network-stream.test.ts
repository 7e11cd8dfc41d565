import { once } from 'node:events';
import t from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import type { ConnectionListener, Network } from '../../gateway/core/network.ts';
import { NetworkStream } from '../../gateway/io/network-stream.ts';

const never = new AbortController().signal;
const place = { host: '192.168.1.5', port: 1883 };

/** The other end of a connection. */
class Wire implements Network {
  readonly written: string[] = [];
  listener: ConnectionListener | undefined;
  closes = 0;

  connectTcp({ listener }: Parameters<Network['connectTcp']>[0]): ReturnType<Network['connectTcp']> {
    this.listener = listener;
    return Promise.resolve({
      write: (bytes) => void this.written.push(Buffer.from(bytes).toString()),
      close: () => {
        this.closes += 1;
        if (this.closes === 1) listener.onClose(undefined);
      },
    });
  }
}

t.test('bytes go both ways', async (t) => {
  const wire = new Wire();
  const stream = await NetworkStream.open(wire, place, never);
  stream.write('ask');
  wire.listener?.onData(Buffer.from('answer'));
  const [bytes] = (await once(stream, 'data')) as [Buffer];
  t.equal(bytes.toString(), 'answer');
  t.same(wire.written, ['ask']);
});

t.test('whoever connects it once more hears that it is connected', async (t) => {
  const stream = await NetworkStream.open(new Wire(), place, never);
  const connected = once(stream.setNoDelay().connect(), 'connect');
  t.same(await connected, []);
});

t.test('what ends it is told, and ends the connection once', async (t) => {
  const wire = new Wire();
  const stream = await NetworkStream.open(wire, place, never);
  const reason = new GatewayError('connection_closed', 'gone');
  const errors: unknown[] = [];
  stream.on('error', (error) => errors.push(error));
  const closed = new Promise((resolve) => stream.once('close', resolve));
  wire.listener?.onClose(reason);
  await closed;
  t.same(errors, [reason]);
  t.ok(stream.destroyed);
});

t.test('ending the stream closes the connection', async (t) => {
  const wire = new Wire();
  const stream = await NetworkStream.open(wire, place, never);
  stream.end('bye');
  await once(stream, 'close');
  t.same(wire.written, ['bye']);
  t.ok(wire.closes > 0);
});

t.test('an address that may not be reached is the error of opening', async (t) => {
  const forbidden = new GatewayError('host_forbidden', 'not there');
  const network: Network = { connectTcp: () => Promise.reject(forbidden) };
  await t.rejects(NetworkStream.open(network, place, never), forbidden);
  const refused = new GatewayError('connection_refused', 'no connection', { hint: 'check Modbus TCP' });
  const deaf: Network = { connectTcp: () => Promise.reject(refused) };
  await t.rejects(NetworkStream.open(deaf, place, never), {
    code: 'connection_refused',
    hint: /server runs/,
  });
});
