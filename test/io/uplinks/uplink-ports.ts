import { EventEmitter, once } from 'node:events';
import type { Test } from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { UplinkPorts } from '../../../gateway/io/uplinks/uplink.ts';
import { createRealHttp } from '../../../gateway/system/real-http.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { testIdentity } from './test-identity.ts';

/** What an uplink said, as it comes. */
export interface Heard {
  readonly messages: Readonly<Record<string, unknown>>[];
  /** Returns when so many have come. */
  until(count: number): Promise<void>;
}

/** Ports over the machine's loopback, and what is received. */
export function uplinkPorts(t: Test, parts: Partial<UplinkPorts> = {}): { ports: UplinkPorts; heard: Heard } {
  const client = createRealHttp({
    resolver: { resolve: (host) => Promise.resolve([host === 'localhost' ? '127.0.0.1' : host]) },
    refuseAddress: () => undefined,
  });
  t.teardown(() => client.close());
  const news = new EventEmitter();
  const messages: Readonly<Record<string, unknown>>[] = [];
  const ports: UplinkPorts = {
    id: 'cloud',
    clock: { wall: () => wallMs(60_000), monotonic: () => monotonicMs(1_000) },
    logger: silentLogger,
    http: client,
    network: loopbackNetwork,
    identity: testIdentity(),
    receive: (message) => {
      messages.push(JSON.parse(Buffer.from(message).toString()) as Readonly<Record<string, unknown>>);
      news.emit('message');
    },
    ...parts,
  };
  const until = async (count: number): Promise<void> => {
    while (messages.length < count) await once(news, 'message');
  };
  return { ports, heard: { messages, until } };
}
