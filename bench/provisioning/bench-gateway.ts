import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseLabel, type SetupLabel } from '../../ble/client/setup-label.ts';
import { createGateway, type Gateway, type GatewayParts } from '../../gateway/app.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { seededRandom } from '../../gateway/core/random.ts';
import { createGatewayClient, type GatewayClient } from '../../gateway/faces/cli/gateway-client.ts';
import { SetupCode } from '../../gateway/features/provisioning/setup-code.ts';
import { openMachineSigner } from '../../gateway/machine-signer.ts';
import { openInProcessDatabase } from '../../gateway/storage/index.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { realDisk } from '../../gateway/system/real-disk.ts';
import { createRealMachineClock } from '../../gateway/system/real-machine-clock.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { usualAnswerTimes } from '../../sim/simulated-wire.ts';
import { SimulatedWireless, type SimulatedNetwork } from '../../sim/simulated-wireless.ts';
import { virtualConfig } from '../../sim/virtual-config.ts';
import { virtualParts } from '../../sim/virtual-parts.ts';
import { virtualWires } from '../../sim/virtual-site.ts';

const zone = 'Europe/Paris';
const stepMsDefault = 5;

/** What is around the gateway of the bench. */
const benchNetworks: readonly SimulatedNetwork[] = [
  { ssid: 'Home', password: 'the right password', signalPct: 80 },
  { ssid: 'Cellar', password: 'another password', signalPct: 40, treatment: 'no-dhcp' },
  { ssid: 'Gone', password: 'a third password', signalPct: 30, treatment: 'vanishes' },
  { ssid: 'Café', security: 'open', signalPct: 20, treatment: 'captive-portal' },
];

export interface BenchGatewayOptions {
  /** Of each step of joining a network. */
  readonly stepMs?: number;
  /** Whether Improv and the ancestor's service are switched on, too. */
  readonly offersAll?: boolean;
}

/** A gateway with its real parts, its database, key and code on disk; the networks around it are simulated. */
export class BenchGateway {
  readonly wireless: SimulatedWireless;
  /** As on the machine itself. */
  readonly owner: GatewayClient;
  readonly #gateway: Gateway;

  private constructor(gateway: Gateway, wireless: SimulatedWireless, owner: GatewayClient) {
    this.#gateway = gateway;
    this.wireless = wireless;
    this.owner = owner;
  }

  static async start(
    directory: string,
    { stepMs = stepMsDefault, offersAll = true }: BenchGatewayOptions = {},
  ): Promise<BenchGateway> {
    const alarm = createRealAlarm(realClock);
    const config: GatewayParts['config'] = {
      ...virtualConfig([], zone),
      features: { provisioning: { improv: offersAll, ancestor: offersAll } },
    };
    const wireless = new SimulatedWireless({ clock: realClock, alarm, networks: benchNetworks, stepMs });
    const nowMs = realClock.wall();
    const gateway = await createGateway({
      ...virtualParts(new SimulatedClock(nowMs), {
        config,
        random: seededRandom(1),
        ...noWires,
        database: await openInProcessDatabase({ directory, zone, nowMs, ballastBytesMax: 0 }),
        bootId: randomUUID(),
        disk: realDisk,
        signer: await openMachineSigner(config, directory, { clock: realClock, alarm, logger: silentLogger }),
      }),
      dataDirectory: directory,
      clock: createRealMachineClock(realClock),
      alarm,
      wireless,
      setupCode: new SetupCode({ disk: realDisk, path: join(directory, 'setup-code.json') }),
    });
    await gateway.start();
    await gateway.listenLocal(join(directory, 'egw.sock'));
    await gateway.listenNearby();
    return new BenchGateway(gateway, wireless, ownerOf(directory));
  }

  async stop(): Promise<void> {
    await this.#gateway.stop();
  }
}

/** Whoever is on the machine of the gateway with this directory, also in another process. */
export function ownerOf(directory: string): GatewayClient {
  return createGatewayClient({ url: undefined, token: undefined }, { EGW_DATA_DIR: directory });
}

/** What is on its label. */
export async function labelOf(owner: GatewayClient): Promise<SetupLabel> {
  const { text } = (await askOwner(owner, 'GET', '/api/v1/provisioning/label')) as { readonly text: string };
  return parseLabel(text);
}

/** Somebody has touched it. */
export async function touch(owner: GatewayClient): Promise<void> {
  await askOwner(owner, 'POST', '/api/v1/provisioning/door');
}

/** Takes back what people were given, of which there can be only so many; nobody owns the gateway then. */
export async function takeTokensBack(owner: GatewayClient): Promise<void> {
  const { tokens } = (await askOwner(owner, 'GET', '/api/v1/tokens')) as {
    readonly tokens: readonly { readonly id: string }[];
  };
  for (const { id } of tokens) await askOwner(owner, 'DELETE', `/api/v1/tokens/${id}`);
}

/** The answer; throws what was refused. */
async function askOwner(
  owner: GatewayClient,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
): Promise<unknown> {
  const { status, body } = await owner.ask({ method, path, ...(method === 'POST' && { body: {} }) });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** No devices: nothing but setting it up is looked at. */
const noWires = virtualWires([], {
  clock: new SimulatedClock(0),
  random: seededRandom(1),
  answerTimes: usualAnswerTimes,
  distort: (bytes) => bytes,
});
