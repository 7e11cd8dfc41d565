import type { Connection, ConnectionListener, Network } from '../../../gateway/core/network.ts';
import type { SerialLines } from '../../../gateway/core/serial-lines.ts';
import type { Session, TestSlave } from './test-slave.ts';

/** Connections and lines to a slave without a socket: bytes arrive in the next turn. */
export function memoryWires(slave: TestSlave): { readonly network: Network; readonly serial: SerialLines } {
  const connect = async ({ listener }: { readonly listener: ConnectionListener }): Promise<Connection> => {
    await turns(1);
    return openConnection(slave, listener);
  };
  return { network: { connectTcp: connect }, serial: { open: connect } };
}

/** Until what was sent has been heard, and answered, and so on. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

function openConnection(slave: TestSlave, listener: ConnectionListener): Connection {
  slave.connections += 1;
  let isOpen = true;
  const close = (reason: Error | undefined): void => {
    if (!isOpen) return;
    isOpen = false;
    listener.onClose(reason);
  };
  const session: Session = {
    write: (bytes) => {
      const copy = Uint8Array.from(bytes);
      setImmediate(() => {
        if (isOpen) listener.onData(copy);
      });
    },
    close: () => {
      setImmediate(() => close(new Error('the slave is gone')));
    },
  };
  return {
    write: (bytes) => {
      const copy = Buffer.from(bytes);
      setImmediate(() => {
        if (isOpen) slave.receive(copy, session);
      });
    },
    close: () => close(undefined),
  };
}
