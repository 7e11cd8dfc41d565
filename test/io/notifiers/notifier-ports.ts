import type { Test } from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import type { Logger } from '../../../gateway/core/logger.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { NotifierMessage, NotifierPorts } from '../../../gateway/io/notifiers/notifier.ts';
import { createRealHttp } from '../../../gateway/system/real-http.ts';
import { loopbackNetwork } from '../loopback-network.ts';

/** What the clock of all these tests says. */
export const nowMs = 1_763_740_800_000;

/** Ports over the machine's loopback. */
export function notifierPorts(t: Test, parts: Partial<NotifierPorts> = {}): NotifierPorts {
  const client = createRealHttp({
    resolver: { resolve: (host) => Promise.resolve([host === 'localhost' ? '127.0.0.1' : host]) },
    refuseAddress: () => undefined,
  });
  t.teardown(() => client.close());
  const logger: Logger = silentLogger;
  return {
    id: 'people',
    clock: { wall: () => wallMs(nowMs), monotonic: () => monotonicMs(1_000) },
    logger,
    http: client,
    network: loopbackNetwork,
    ...parts,
  };
}

export function messageOf(parts: Partial<NotifierMessage> = {}): NotifierMessage {
  return {
    reference: 'egw-0123456789abcdef-17-3',
    kind: 'alert',
    severity: 'safety',
    rule: 'boiler-fire-out',
    subject: 'boiler',
    language: 'fr',
    title: 'Chaudière : le feu est éteint',
    text: 'Le feu est éteint depuis 06h40.\nEau : 54,8 °C.',
    short: 'Chaudiere: feu eteint depuis 06h40 (54,8 C)',
    link: 'http://egw.local/#/boiler',
    atMs: nowMs - 60_000,
    site: 'Maison',
    ...parts,
  };
}
