import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import type * as serialport from 'serialport';
import { describeError, GatewayError } from '../core/errors.ts';
import type { Connection, ConnectionListener } from '../core/network.ts';
import type { OpenLineOptions, SerialLines } from '../core/serial-lines.ts';

type SerialPackage = Pick<typeof serialport, 'SerialPort'>;

const aliases = '/dev/serial/by-id';

/**
 * The machine's serial lines. The native package is loaded when the first one is opened: 7 MB that most homes
 * do not need, and an optional dependency.
 */
export function createRealSerialLines(
  loadPackage: () => Promise<SerialPackage> = async () => await import('serialport'),
): SerialLines {
  const closings = new Map<string, Promise<void>>();
  return {
    open: async (options) => {
      const { SerialPort } = await loadSerialPackage(options.path, loadPackage);
      // A line that is being closed is locked until it is.
      await closings.get(options.path);
      return await openLine(SerialPort, options, (closed) => {
        const closing = closed.finally(() => {
          if (closings.get(options.path) === closing) closings.delete(options.path);
        });
        closings.set(options.path, closing);
      });
    },
  };
}

async function loadSerialPackage(
  path: string,
  loadPackage: () => Promise<SerialPackage>,
): Promise<SerialPackage> {
  try {
    return await loadPackage();
  } catch (cause) {
    throw unavailable(path, 'support for serial lines is not installed', {
      hint: 'run npm ci without --omit=optional',
      cause,
    });
  }
}

async function openLine(
  Port: SerialPackage['SerialPort'],
  { path, baudRate, parity, stopBits, listener, signal }: OpenLineOptions,
  onClosing: (closed: Promise<void>) => void,
): Promise<Connection> {
  const port = new Port({ path, baudRate, parity, stopBits, dataBits: 8, lock: true, autoOpen: false });
  const failure = await new Promise<Error | null | undefined>((resolve) => {
    port.open(resolve);
  });
  if (failure !== null && failure !== undefined) throw await explain(path, failure);
  const connection = connectionOf(port, listener, onClosing);
  if (!signal.aborted) return connection;
  connection.close();
  throw unavailable(path, 'it was not opened in time', { cause: signal.reason });
}

function connectionOf(
  port: serialport.SerialPort,
  listener: ConnectionListener,
  onClosing: (closed: Promise<void>) => void,
): Connection {
  const { path } = port;
  let isOpen = true;
  const end = (reason: Error | undefined): void => {
    if (!isOpen) return;
    isOpen = false;
    listener.onClose(reason);
  };
  const close = (): void => {
    if (port.isOpen && !port.closing) onClosing(closePort(port));
  };
  port.on('data', (bytes: Buffer) => {
    if (isOpen) listener.onData(bytes);
  });
  port.on('error', (cause: Error) => {
    end(lost(path, cause));
    close();
  });
  port.on('close', (cause: Error | null | undefined) => end(lost(path, cause ?? undefined)));
  return {
    write: (bytes) => {
      if (isOpen) port.write(Buffer.from(bytes));
    },
    close: () => {
      end(undefined);
      close();
    },
  };
}

/** An adapter that was pulled out fails to close; there is nothing left to close then. */
async function closePort(port: serialport.SerialPort): Promise<void> {
  await new Promise<void>((resolve) => {
    port.close(() => resolve());
  });
}

/** The package only has words for what went wrong; the system is asked again. */
async function explain(path: string, cause: Error): Promise<GatewayError> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return unavailable(path, 'there is no such serial line', { hint: await presentLines(), cause });
    }
    if (code === 'EACCES' || code === 'EPERM') {
      const hint = "add the gateway's user to the group dialout, and hand the device to its container";
      return unavailable(path, 'no permission to open it', { hint, cause });
    }
  }
  if (/lock|busy|temporarily unavailable/i.test(cause.message)) {
    return unavailable(path, 'another program has it open', {
      hint: 'stop the other program; a serial line has one master',
      cause,
    });
  }
  return unavailable(path, describeError(cause), { hint: 'check that it is a serial adapter', cause });
}

async function presentLines(): Promise<string> {
  const names = await readdir(aliases).catch(() => []);
  if (names.length === 0) return 'no adapter is plugged in; check its cable';
  return `plugged in are ${names.map((name) => `${aliases}/${name}`).join(', ')}`;
}

function lost(path: string, cause: Error | undefined): GatewayError {
  const message = `the serial line ${path} is gone`;
  return new GatewayError('connection_closed', message, { hint: "check the adapter's cable", cause });
}

function unavailable(path: string, what: string, detail: { hint?: string; cause?: unknown }): GatewayError {
  return new GatewayError('serial_unavailable', `${path}: ${what}`, { ...detail, facts: { path } });
}
