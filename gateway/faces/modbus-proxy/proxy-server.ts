import { createServer, type Socket } from 'node:net';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import type { LocalNetwork } from '../../core/local-network.ts';
import type { Logger } from '../../core/logger.ts';
import { listenOnTcp, type ListenAddress } from '../rest/listen-tcp.ts';
import {
  exceptionAnswer,
  parseRead,
  ProxyRequests,
  readAnswer,
  type ProxyRequest,
} from './proxy-requests.ts';

export interface ProxyServerParts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly logger: Logger;
  readonly lan: LocalNetwork;
  readonly clientsMax: number;
  /** Errors: `device_unknown`, `rate_limited`, `queue_full`, those of asking a device. */
  read(
    unit: number,
    range: { readonly table: 'holding' | 'input'; readonly address: number; readonly count: number },
  ): Promise<Uint16Array>;
}

export interface ProxyServer {
  /** Errors: `port_in_use`, `config_invalid`. */
  listen(address: ListenAddress): Promise<ListenAddress>;
  close(): Promise<void>;
}

/** A connection that asks nothing for so long is closed. */
const idleMsMax = 60_000;
/** Requests of one connection that wait for their answer. */
const pendingMax = 16;

/** Modbus TCP for other masters, read only. Nothing is open until `listen`. */
export function createProxyServer(parts: ProxyServerParts): ProxyServer {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
    if (sockets.size >= parts.clientsMax || !isNear(address, parts.lan)) {
      parts.logger.warn({ address }, 'a Modbus master was turned away');
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, parts);
  });
  return {
    listen: async (address) => await listenOnTcp(server, address),
    close: async () => {
      if (!server.listening) return;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      server.close(() => resolve(undefined));
      for (const socket of sockets) socket.destroy();
      await promise;
    },
  };
}

/** On this machine, or in a private subnet that it is attached to. */
function isNear(address: string, lan: LocalNetwork): boolean {
  return address === '::1' || /^127\./.test(address) || lan.refuse(address) === undefined;
}

function serve(socket: Socket, parts: ProxyServerParts): void {
  const requests = new ProxyRequests();
  let pending = 0;
  let stopIdle: Cancel = () => undefined;
  const restartIdle = (): void => {
    stopIdle();
    stopIdle = parts.alarm.at(monotonicMs(parts.clock.monotonic() + idleMsMax), () => socket.destroy());
  };
  const reply = async (request: ProxyRequest): Promise<void> => {
    pending += 1;
    const bytes = pending > pendingMax ? exceptionAnswer(request, busy) : await answerTo(request, parts);
    pending -= 1;
    if (!socket.destroyed) socket.write(bytes);
  };
  restartIdle();
  socket.on('error', () => undefined);
  socket.once('close', () => stopIdle());
  socket.on('data', (chunk: Uint8Array) => {
    restartIdle();
    for (const request of requests.push(chunk)) void reply(request);
    // A master that does not read its answers is not served any further.
    if (requests.isBroken || socket.writableLength > unsentBytesMax) socket.destroy();
  });
}

const busy = 6;
const targetSilent = 11;
const unsentBytesMax = 65_536;

async function answerTo(request: ProxyRequest, parts: ProxyServerParts): Promise<Uint8Array> {
  const range = parseRead(request.pdu);
  if ('exception' in range) return exceptionAnswer(request, range.exception);
  try {
    return readAnswer(request, await parts.read(request.unit, range));
  } catch (error) {
    return exceptionAnswer(request, exceptionFor(error));
  }
}

/** The device's own exception is passed on; what keeps us from asking is busy, all else a silent target. */
function exceptionFor(error: unknown): number {
  if (!(error instanceof GatewayError)) return 4;
  const exception = error.facts['exception'];
  if (typeof exception === 'number') return exception;
  const isBusy = ['rate_limited', 'queue_full', 'deadline_exceeded', 'device_busy'].includes(error.code);
  return isBusy ? busy : targetSilent;
}
