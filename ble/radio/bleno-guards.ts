import type { BlenoBindings, BlenoSocket } from './bleno-insides.ts';

export interface GuardListener {
  /** The controller has said something. */
  heard(): void;
  /** A request of a link has come. */
  asked(handle: number): void;
  /** The socket to the controller has failed. */
  failed(error: Error): void;
}

/** Assigned numbers: Bluetooth Core 5.4, Vol 3, Part F, 3.4.1.1 and Vol 4, Part E, 7.8.5. */
const attInvalidPdu = 0x04;
const aclDataPacket = 0x02;
const setAdvertisingParameters = 0x2006;
/** In units of 0.625 ms: 96 to 152 ms. */
const advertisingIntervalMin = 153;
const advertisingIntervalMax = 244;
const allChannels = 0x07;
/** bleno agrees on an MTU of 256 at most: what is longer is no request. */
const requestBytesMax = 1_024;
/** Packets that a link has not taken; a phone that asks and asks without listening has as many at the end. */
const waitingPacketsMax = 1_024;

/**
 * What bleno lacks, for a peripheral that anybody may write to. Found by reading its version 0.12.4: a request that is
 * shorter than its kind throws out of the socket's event, and ends the process; so does an answer to a link that is
 * gone. Parts of a packet are joined without a bound. A connection that did not come about counts as one. What listens for
 * pairing takes the number of a link for that of a channel, and throws on link 6. Its warnings go to the console, and its handler of SIGINT ends the process. Call it before the first listener of `stateChange`.
 */
export function guardBleno(bindings: BlenoBindings, listener: GuardListener): void {
  const { _hci: hci, _gatt: gatt } = bindings;
  const registerAclStream = gatt.registerAclStream.bind(gatt);
  gatt.registerAclStream = (stream, handle) => {
    stream.removeListener('data', stream._smp.onAclStreamDataBinded);
    registerAclStream(stream, handle);
  };
  const handleRequest = gatt.handleRequest.bind(gatt);
  gatt.handleRequest = (request, handle) => {
    listener.asked(handle);
    try {
      handleRequest(request, handle);
    } catch {
      gatt.send(gatt.errorResponse(request[0] ?? 0, 0, attInvalidPdu), handle);
    }
  };
  const onSocketData = hci.onSocketData.bind(hci);
  hci.onSocketData = (data) => {
    listener.heard();
    try {
      onSocketData(data);
    } catch (error) {
      listener.failed(error instanceof Error ? error : new BlenoFault(String(error)));
    }
    if (data[0] === aclDataPacket && data.length >= 5) boundLink(bindings, data.readUInt16LE(1) & 0x0fff);
  };
  const onSocketError = hci.onSocketError.bind(hci);
  hci.onSocketError = (error) => {
    listener.failed(error);
    onSocketError(error);
  };
  const processLeConnComplete = hci.processLeConnComplete.bind(hci);
  hci.processLeConnComplete = (status, data) => {
    if (status === 0) processLeConnComplete(status, data);
    else if (bindings._advertising) bindings._gap.restartAdvertising();
  };
  hci.setAdvertisingParameters = () => hci._socket.write(advertisingParameters());
  guardSocket(hci._socket, (error) => hci.onSocketError(error));
  guardProcess(bindings);
}

/** An HCI command that is like bleno's own, with the interval of its advertisements. */
function advertisingParameters(): Buffer {
  const command = Buffer.alloc(19);
  command.writeUInt8(0x01, 0);
  command.writeUInt16LE(setAdvertisingParameters, 1);
  command.writeUInt8(15, 3);
  command.writeUInt16LE(advertisingIntervalMin, 4);
  command.writeUInt16LE(advertisingIntervalMax, 6);
  command.writeUInt8(allChannels, 17);
  return command;
}

/**
 * Ends a link that sends what nobody can mean, or does not take what it has asked for. An adapter that is shared tells of
 * the links of others, too: those are theirs.
 */
function boundLink({ _hci: hci, _connections: links }: BlenoBindings, handle: number): void {
  const buffer = hci._handleBuffers[handle];
  const isTooLong = (buffer?.data.length ?? 0) > requestBytesMax || (buffer?.length ?? 0) > requestBytesMax;
  if (isTooLong) hci._handleBuffers[handle] = undefined;
  const isFull =
    hci._aclOutQueue.length > waitingPacketsMax &&
    hci._aclOutQueue.filter((packet) => packet.handle === handle).length > waitingPacketsMax;
  if ((isTooLong || isFull) && links.has(handle)) hci.disconnect(handle);
}

/** The native socket throws, also into bleno's timers. */
function guardSocket(socket: BlenoSocket, failed: (error: Error) => void): void {
  const guarded = <Arguments extends readonly unknown[], Result>(
    call: (...given: Arguments) => Result,
    otherwise: Result,
  ): ((...given: Arguments) => Result) => {
    return (...given) => {
      try {
        return call(...given);
      } catch (error) {
        failed(error instanceof Error ? error : new BlenoFault(String(error)));
        return otherwise;
      }
    };
  };
  // Methods of a native class cannot be assigned to.
  Object.defineProperties(socket, {
    write: { value: guarded(socket.write.bind(socket), undefined) },
    setFilter: { value: guarded(socket.setFilter.bind(socket), undefined) },
    isDevUp: { value: guarded(socket.isDevUp.bind(socket), false) },
  });
}

/** How this process ends, and what it says, is its own business. */
function guardProcess(bindings: BlenoBindings): void {
  bindings.onStateChange = (state) => {
    if (bindings._state === state) return;
    bindings._state = state;
    bindings.emit('stateChange', state);
  };
  bindings.onSigInt = () => undefined;
  bindings.onExit = () => undefined;
}

/** What was thrown by bleno and was no Error. */
class BlenoFault extends Error {
  override readonly name = 'BlenoFault';
}

/**
 * Ends bleno for good. Its `stop` leaves a timer that looks after the adapter each second for ever: it looks once more,
 * at a socket that says nothing.
 */
export function endBleno(bindings: BlenoBindings): void {
  const { _hci: hci } = bindings;
  hci.pollIsDevUp = () => undefined;
  try {
    bindings.stop();
  } catch {
    // An adapter that is gone has nothing to stop.
  }
  hci._socket = { write: () => undefined, setFilter: () => undefined, isDevUp: () => false };
}
