import { AirTurns } from './air-turns.ts';
import { createAncestorService } from './ancestor/ancestor-service.ts';
import type { Clock } from './clock.ts';
import type { GatewayDescription } from './gateway-link/ask-gateway.ts';
import type { AskHandshake } from './gateway-link/gateway-link.ts';
import { createImprovService } from './improv/improv-service.ts';
import type { Log } from './log.ts';
import type { NearbyService } from './nearby-service.ts';
import type { Radio } from './radio/radio.ts';
import { createSetupService } from './setup/setup-service.ts';

export interface BluetoothServiceParts {
  readonly radio: Radio;
  readonly ask: AskHandshake;
  readonly clock: Clock;
  readonly log: Log;
  /** What the machine is, for Improv. */
  readonly hardware: string;
}

export interface BluetoothService {
  /** Ends what is under way, and takes itself off the air. The radio and the gateway's connection are left to their owner. */
  close(): Promise<void>;
}

interface Offer {
  readonly service: NearbyService;
  isOn(description: GatewayDescription): boolean;
}

/**
 * The gateway's services over a radio. Nothing is served or advertised before the gateway has said who it is; what
 * it says later is followed.
 */
export function startBluetoothService(parts: BluetoothServiceParts): BluetoothService {
  const { radio, ask, log } = parts;
  const offers: readonly Offer[] = [
    { service: createSetupService(parts), isOn: () => true },
    { service: createImprovService(parts), isOn: ({ improv }) => improv },
    { service: createAncestorService(parts), isOn: ({ ancestor }) => ancestor },
  ];
  const services = offers.map(({ service }) => service);
  const turns = new AirTurns(parts, services);
  let served = '';
  const serve = (): void => {
    const { description } = ask;
    if (description === undefined) return;
    const on = offers.filter((offer) => offer.isOn(description)).map(({ service }) => service.service);
    const now = on.map(({ uuid }) => uuid).join(' ');
    if (now === served) return;
    served = now;
    radio.serve(on).catch((error: unknown) => {
      served = '';
      log.say('error', `the services could not be offered: ${String(error)}`);
    });
  };
  let said = '';
  radio.onState(() => {
    const line = stateLine(radio);
    if (line !== said && line !== '') log.say(radio.state === 'on' ? 'info' : 'warn', line);
    said = line;
    turns.look();
  });
  const stopDoor = ask.onDoor(() => {
    serve();
    turns.look();
  });
  serve();
  turns.look();
  return {
    close: async () => {
      stopDoor();
      turns.close();
      for (const service of services) service.close();
      await radio.advertise(undefined).catch(() => undefined);
    },
  };
}

function stateLine({ state, why }: Radio): string {
  if (state === 'on') return ['the Bluetooth adapter is on', why].filter((part) => part !== '').join('; ');
  return state === 'starting' ? '' : `no setting up by Bluetooth: ${why}; the gateway goes on without it`;
}
