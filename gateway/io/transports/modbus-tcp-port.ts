import assert from 'node:assert';
import { EventEmitter } from 'node:events';
import { GatewayError } from '../../core/errors.ts';
import type { Connection, ConnectionListener, Network } from '../../core/network.ts';
import { crc16 } from './crc16.ts';
import { MbapReader } from './mbap-reader.ts';

/** What a port tells its owner. */
export interface PortListener {
  onLateAnswer(): void;
  /** The connection is gone, and not by the owner's `close`: `frame_invalid` or `connection_closed`. */
  onLost(error: GatewayError): void;
}

export interface PortAddress {
  readonly host: string;
  readonly port: number;
  /** For people. */
  readonly name: string;
}

/** One connection, from the moment it is asked for. */
interface Link {
  connection: Connection | undefined;
  /** Why it was lost. */
  error: GatewayError | undefined;
}

const crcBytes = 2;
const mbapBytes = 6;

/**
 * A port for modbus-serial, which speaks RTU frames to it: they go out as Modbus TCP, and only an answer
 * that `MbapReader` accepts comes back. modbus-serial always sees transaction 1, so it keeps one
 * transaction whatever happens; the ids on the wire are the port's own.
 */
export class ModbusTcpPort extends EventEmitter {
  /** Read and set by modbus-serial. */
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  readonly #network: Network;
  readonly #address: PortAddress;
  readonly #listener: PortListener;
  readonly #reader: MbapReader;
  #link: Link | undefined;
  #transactionId = 0;

  constructor(network: Network, address: PortAddress, listener: PortListener) {
    super();
    this.#network = network;
    this.#address = address;
    this.#listener = listener;
    this.#reader = new MbapReader({
      onAnswer: (unitAndPdu) => this.emit('data', withCrc(unitAndPdu)),
      onLateAnswer: () => {
        listener.onLateAnswer();
      },
      onInvalid: (reason) => {
        const message = `${address.name} broke the Modbus TCP protocol: ${reason}`;
        this.#lose(this.#link, new GatewayError('frame_invalid', message));
      },
    });
  }

  get isOpen(): boolean {
    return this.#link?.connection !== undefined;
  }

  /** An incomplete frame is there although nothing was asked. */
  get hasStrayBytes(): boolean {
    return this.isOpen && this.#reader.bufferedBytes > 0;
  }

  /** For modbus-serial, which registers its listeners then. Connecting is `connect`'s work. */
  open(callback: (error?: Error) => void): void {
    callback();
  }

  /** Errors: those of the network, `connection_closed`, `frame_invalid`. */
  async connect(signal: AbortSignal): Promise<void> {
    assert(this.#link === undefined, 'the port is closed');
    const link: Link = { connection: undefined, error: undefined };
    this.#link = link;
    this.#reader.reset();
    let connection: Connection;
    try {
      connection = await this.#network.connectTcp({
        ...this.#address,
        signal,
        listener: this.#listenTo(link),
      });
    } catch (error) {
      if (this.#link === link) this.#link = undefined;
      throw error;
    }
    if (this.#link !== link) {
      connection.close();
      throw link.error ?? this.#closedError(undefined);
    }
    link.connection = connection;
  }

  /** Takes one RTU read request of modbus-serial: unit, function, address, count, CRC. */
  write(rtuFrame: Uint8Array): void {
    const connection = this.#link?.connection;
    assert(connection !== undefined, 'the port is open');
    this.#transactionId = (this.#transactionId + 1) & 0xffff;
    const length = rtuFrame.length - crcBytes;
    const frame = Buffer.allocUnsafe(mbapBytes + length);
    frame.writeUInt16BE(this.#transactionId, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(length, 4);
    frame.set(rtuFrame.subarray(0, length), mbapBytes);
    this.#reader.expect({
      transactionId: this.#transactionId,
      unit: frame.readUInt8(6),
      functionCode: frame.readUInt8(7),
      count: frame.readUInt16BE(10),
    });
    connection.write(frame);
  }

  /** At once; the owner is not told. */
  close(callback?: () => void): void {
    const connection = this.#link?.connection;
    this.#link = undefined;
    this.#reader.reset();
    connection?.close();
    callback?.();
  }

  #listenTo(link: Link): ConnectionListener {
    return {
      onData: (bytes) => {
        if (this.#link === link) this.#reader.push(bytes);
      },
      onClose: (reason) => {
        this.#lose(link, this.#closedError(reason));
      },
    };
  }

  #lose(link: Link | undefined, error: GatewayError): void {
    if (link === undefined || this.#link !== link) return;
    this.#link = undefined;
    link.error = error;
    link.connection?.close();
    this.#listener.onLost(error);
  }

  #closedError(cause: Error | undefined): GatewayError {
    return new GatewayError('connection_closed', `${this.#address.name} closed the connection`, { cause });
  }
}

/** A copy with the CRC that modbus-serial wants to see. */
function withCrc(unitAndPdu: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(unitAndPdu.length + crcBytes);
  frame.set(unitAndPdu);
  frame.writeUInt16LE(crc16(unitAndPdu, unitAndPdu.length), unitAndPdu.length);
  return frame;
}
