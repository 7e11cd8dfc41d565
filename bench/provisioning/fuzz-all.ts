import { join } from 'node:path';
import { ancestorUuids } from '../../ble/ancestor/ancestor-uuids.ts';
import { createAncestorService } from '../../ble/ancestor/ancestor-service.ts';
import { GatewayLink } from '../../ble/gateway-link/gateway-link.ts';
import { improvUuids } from '../../ble/improv/improv-protocol.ts';
import { createImprovService } from '../../ble/improv/improv-service.ts';
import { setupInbox } from '../../ble/protocol/uuids.ts';
import { realClock } from '../../ble/real-clock.ts';
import { createSetupService } from '../../ble/setup/setup-service.ts';
import { touch } from './bench-gateway.ts';
import type { Chain } from './chain.ts';
import { runFuzz, type FuzzFigures, type FuzzTarget } from './fuzz-run.ts';
import { ancestorSamples, improvSamples, inboxSamples } from './fuzz-samples.ts';
import { attTarget, serviceTarget, socketTarget } from './fuzz-targets.ts';
import { provisionUnder } from './link-losses.ts';
import { radioAddress } from './replays.ts';

export interface FuzzedWay extends FuzzFigures {
  readonly way: string;
  /** Whether somebody could set the gateway up right after. */
  readonly isProvisionable: boolean;
  readonly tookMs: number;
}

/** What waits is answered, and the session of a socket that nobody holds any more has ended. */
const settleMs = 1_500;

/** Every way in is tried with so many packets, and the gateway set up after each. */
export async function fuzzAllWays(
  chain: Chain,
  directory: string,
  options: { readonly packets: number; readonly seed: number },
): Promise<readonly FuzzedWay[]> {
  const socket = join(directory, 'provision.sock');
  const outcomes: FuzzedWay[] = [];
  for (const [way, open] of Object.entries(ways)) {
    const startedMs = performance.now();
    await touch(chain.gateway.owner);
    const { target, close } = await open(chain, socket);
    const figures = await runFuzz(target, options.packets, options.seed);
    close();
    const tookMs = performance.now() - startedMs;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const { isProvisioned } = await provisionUnder(chain, {});
    outcomes.push({ ...figures, way, tookMs, isProvisionable: isProvisioned });
  }
  return outcomes;
}

type OpenWay = (
  chain: Chain,
  socket: string,
) => Promise<{ readonly target: FuzzTarget; readonly close: () => void }>;

const log = { say: () => undefined };

const ways: Readonly<Record<string, OpenWay>> = {
  att: (chain) => {
    const controller = chain.air.controller(2);
    if (controller === undefined) throw new Error('there is no adapter 2');
    const target = attTarget(controller, radioAddress);
    return Promise.resolve({ target, close: () => target.close() });
  },
  inbox: async (_chain, socket) => {
    const ask = await linkTo(socket);
    const own = createSetupService({ ask, clock: realClock, log });
    return asOpen(serviceTarget(own.service, [setupInbox], inboxSamples), own, ask);
  },
  improv: async (_chain, socket) => {
    const ask = await linkTo(socket);
    const own = createImprovService({ ask, clock: realClock, hardware: 'bench' });
    return asOpen(serviceTarget(own.service, [improvUuids.command], improvSamples), own, ask);
  },
  ancestor: async (_chain, socket) => {
    const ask = await linkTo(socket);
    const own = createAncestorService({ ask, clock: realClock });
    const { request, connectWifi, removeWifi, addGateway } = ancestorUuids;
    const target = serviceTarget(
      own.service,
      [request, connectWifi, removeWifi, addGateway],
      ancestorSamples,
    );
    return asOpen(target, own, ask);
  },
  socket: (_chain, socket) => {
    const target = socketTarget(socket);
    return Promise.resolve({ target, close: () => target.close() });
  },
};

/** A radio of its own, whose gateway has said who it is. */
async function linkTo(socket: string): Promise<GatewayLink> {
  const ask = new GatewayLink({ path: socket, clock: realClock, log });
  ask.start();
  while (ask.door === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  return ask;
}

function asOpen(
  target: FuzzTarget,
  service: { close(): void },
  ask: GatewayLink,
): Awaited<ReturnType<OpenWay>> {
  return {
    target,
    close: () => {
      service.close();
      ask.close();
    },
  };
}
