import { connect, type Socket } from 'node:net';
import type { GattCharacteristic, GattLink, GattService } from '../../ble/radio/radio.ts';
import type { VirtualController } from '../../modbus-sim/radio/virtual-controller.ts';
import type { FuzzTarget } from './fuzz-run.ts';
import { attSamples, socketSamples } from './fuzz-samples.ts';
import { RawCentral } from './raw-central.ts';

/** Writes to the characteristics of a service, with a listener at each that has something to tell. */
export function serviceTarget(
  service: GattService,
  uuids: readonly string[],
  samples: readonly Buffer[],
): FuzzTarget {
  let link = newLink(service);
  const written = uuids.map((uuid) => characteristicOf(service, uuid));
  let turn = 0;
  return {
    samples,
    send: async (bytes) => {
      if (link.isGone) link = newLink(service);
      const { write } = written[turn++ % written.length] ?? {};
      await write?.(link.link, new Uint8Array(bytes.subarray(0, 512)));
    },
  };
}

/** Lines into the gateway's socket, connected again when it hangs up. */
export function socketTarget(path: string): FuzzTarget & { close(): void } {
  let socket: Socket | undefined;
  return {
    samples: socketSamples,
    send: async (bytes) => {
      if (socket === undefined || socket.destroyed) {
        socket = connect(path);
        socket.on('error', () => undefined).resume();
        await eitherOf(socket, 'connect');
      }
      if (!socket.write(bytes)) await eitherOf(socket, 'drain');
    },
    close: () => socket?.destroy(),
  };
}

/** ATT packets over the air, linked again when the link is ended. */
export function attTarget(controller: VirtualController, address: string): FuzzTarget & { close(): void } {
  const central = new RawCentral(controller);
  return {
    samples: attSamples,
    send: async (bytes) => {
      if (!central.isLinked) await central.connect(address);
      central.sendAtt(bytes);
    },
    close: () => central.close(),
  };
}

/** That, or the end of the socket. */
async function eitherOf(socket: Socket, event: 'connect' | 'drain'): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once(event, resolve).once('close', () => resolve());
  });
}

function newLink(service: GattService): { readonly link: GattLink; isGone: boolean } {
  const state = {
    isGone: false,
    link: {
      id: `fuzz-${Math.trunc(performance.now() * 1000)}`,
      notificationBytesMax: 182,
      drop: () => {
        state.isGone = true;
        service.disconnected?.(state.link);
      },
    },
  };
  for (const { subscribed } of service.characteristics) subscribed?.(state.link, () => undefined);
  return state;
}

function characteristicOf({ characteristics }: GattService, uuid: string): GattCharacteristic {
  const found = characteristics.find((one) => one.uuid === uuid);
  if (found === undefined) throw new Error(`there is no characteristic ${uuid}`);
  return found;
}
