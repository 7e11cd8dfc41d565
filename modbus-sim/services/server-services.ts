import { SeededRandom } from '../random.ts';
import type { ServiceSettings } from './home-services.ts';
import { MagicPacketListener } from './magic-packet-listener.ts';
import { NutService } from './nut-service.ts';
import { PowerSupply } from './power-supply.ts';
import { ProxmoxMachine } from './proxmox-machine.ts';
import { ProxmoxService } from './proxmox-service.ts';
import type { SharedServer } from './shared-server.ts';

export interface ServerServicesOptions {
  readonly server: SharedServer;
  readonly seed: number;
  readonly startMs: number;
  readonly nowMs: () => number;
  readonly host: string;
  /** Of the first, the others following; 0: any free ones. */
  readonly portBase: number;
  /** Encrypts its API by what it has signed itself; PEM. */
  readonly tls?: { readonly key: string; readonly certificate: string };
}

export interface RunningServer {
  readonly supply: PowerSupply;
  /**
   * What a gateway has to be told, by the kind of switch (`proxmox`, but how its certificate is judged, and `wake-on-lan`)
   * and of source (`nut`).
   */
  readonly settings: Readonly<Record<'proxmox' | 'wake-on-lan' | 'nut', ServiceSettings>>;
  /** Once a second: its API is there while it serves. */
  beat(): Promise<void>;
  close(): Promise<void>;
}

/** Of a range that is nobody's: RFC 7042, 2.1.2. */
const mac = '02:00:5e:00:53:01';
const supplyName = 'eaton';

/**
 * What stands around a server besides its plug: its API, the card that waits for a magic packet, and its power supply.
 * Throws what node:net says when a port cannot be had.
 */
export async function startServerServices(options: ServerServicesOptions): Promise<RunningServer> {
  const { server, host, portBase, seed, nowMs, startMs, tls } = options;
  const portOf = (index: number): number => (portBase === 0 ? 0 : portBase + index);
  const supply = new PowerSupply({ startMs, loadW: (atMs) => server.drawnW(atMs) });
  const secret = new SeededRandom(seed)
    .fork('secret of proxmox')
    .uint32()
    .toString(16)
    .padStart(8, '0')
    .repeat(4);
  const token = { id: 'egw@pve!switch', secret };
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(closers.map(async (closeOne) => await closeOne()));
  };
  try {
    const service = new ProxmoxService({ server, token });
    const api = await ProxmoxMachine.start({
      service,
      server,
      nowMs,
      host,
      port: portOf(0),
      ...(tls && { tls }),
    });
    closers.push(async () => await api.close());
    const variables = () => supply.variables(nowMs());
    const upsd = await NutService.start({ supplies: { [supplyName]: variables }, host, port: portOf(1) });
    closers.push(async () => await upsd.close());
    const card = await MagicPacketListener.start({
      mac,
      port: portOf(2),
      onPacket: () => server.wake(nowMs()),
    });
    closers.push(async () => await card.close());
    const wake = { mac, broadcast: host, port: card.port };
    const settings = {
      proxmox: { url: api.url, node: 'pve', tokenId: token.id, tokenSecret: token.secret, ...wake },
      'wake-on-lan': wake,
      nut: { host, port: upsd.port, ups: supplyName },
    };
    return { supply, settings, beat: async () => await api.follow(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
