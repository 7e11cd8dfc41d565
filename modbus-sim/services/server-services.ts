import { SeededRandom } from '../random.ts';
import type { ServiceSettings } from './home-services.ts';
import { MagicPacketListener } from './magic-packet-listener.ts';
import { NutService } from './nut-service.ts';
import { PowerSupply } from './power-supply.ts';
import { ProxmoxMachine } from './proxmox-machine.ts';
import { ProxmoxService } from './proxmox-service.ts';
import { ServiceServer } from './service-server.ts';
import { SharedServer, type SharedServerOptions } from './shared-server.ts';
import { TasmotaService } from './tasmota-service.ts';

export interface ServerServicesOptions extends SharedServerOptions {
  readonly seed: number;
  readonly nowMs: () => number;
  readonly host: string;
  /** Of the first, the others following; 0: any free ones. */
  readonly portBase: number;
  /** Of its API, which is encrypted by what it has signed itself; PEM. */
  readonly tls: { readonly key: string; readonly certificate: string };
  /** What the counter of its plug showed at the start. */
  readonly totalWh?: number;
}

export interface RunningServer {
  readonly server: SharedServer;
  readonly supply: PowerSupply;
  /** What a gateway has to be told: of the switches `proxmox` (without how it judges the certificate), `tasmota-relay` and `wake-on-lan`, of the sources `tasmota` and `nut`. */
  readonly settings: Readonly<
    Record<'proxmox' | 'tasmota-relay' | 'wake-on-lan' | 'tasmota' | 'nut', ServiceSettings>
  >;
  /** Once a second: its API is there while it serves. */
  beat(): Promise<void>;
  close(): Promise<void>;
}

/** Of a range that is nobody's: RFC 7042, 2.1.2. */
const mac = '02:00:5e:00:53:01';
const supplyName = 'eaton';

/**
 * A server that friends share, and all that stands around it: its API, the card that waits for a magic packet, the plug it
 * hangs on and its power supply. Throws what node:net says when a port cannot be had.
 */
export async function startServerServices(options: ServerServicesOptions): Promise<RunningServer> {
  const { host, portBase, seed, nowMs, startMs, tls } = options;
  const portOf = (index: number): number => (portBase === 0 ? 0 : portBase + index);
  const secretOf = (name: string): string =>
    new SeededRandom(seed).fork(`secret of ${name}`).uint32().toString(16).padStart(8, '0').repeat(4);
  const server = new SharedServer(options);
  const supply = new PowerSupply({ startMs, loadW: (atMs) => server.drawnW(atMs) });
  const token = { id: 'egw@pve!switch', secret: secretOf('proxmox') };
  const plug = new TasmotaService({
    startMs,
    powerW: (atMs) => [server.drawnW(atMs)],
    totalWh: options.totalWh ?? 1_234_567,
    onSwitch: (isOn, atMs) => server.power(isOn, atMs),
  });
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(closers.map(async (closeOne) => await closeOne()));
  };
  try {
    const service = new ProxmoxService({ server, token });
    const api = await ProxmoxMachine.start({ service, server, nowMs, host, tls, port: portOf(0) });
    closers.push(async () => await api.close());
    const plugServer = await ServiceServer.start({ service: plug, nowMs, host, port: portOf(1), seed });
    closers.push(async () => await plugServer.close());
    const variables = () => supply.variables(nowMs());
    const upsd = await NutService.start({ supplies: { [supplyName]: variables }, host, port: portOf(2) });
    closers.push(async () => await upsd.close());
    const card = await MagicPacketListener.start({
      mac,
      port: portOf(3),
      onPacket: () => server.wake(nowMs()),
    });
    closers.push(async () => await card.close());
    const wake = { mac, broadcast: host, port: card.port };
    const settings = {
      proxmox: { url: api.url, node: 'pve', tokenId: token.id, tokenSecret: token.secret, ...wake },
      'tasmota-relay': { url: plugServer.url },
      'wake-on-lan': wake,
      tasmota: { url: plugServer.url },
      nut: { host, port: upsd.port, ups: supplyName },
    };
    return { server, supply, settings, beat: async () => await api.follow(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
