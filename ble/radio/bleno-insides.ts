import type { Bleno } from '@stoprocent/bleno';

/** The HCI host of bleno 0.12.4 (lib/hci-socket/hci.js). */
export interface BlenoHci {
  /** Whether the adapter is taken as a whole: the environment has HCI_CHANNEL_USER. */
  _userChannel: unknown;
  _socket: BlenoSocket;
  /** Packets that are on their way to the controller, by link; a link that is not there has none. */
  readonly _handleAclsInProgress: Readonly<Record<number, number>>;
  _aclOutQueue: readonly { readonly handle: number }[];
  /** A packet in parts that is not whole yet, by link. */
  readonly _handleBuffers: Record<number, { readonly length: number; readonly data: Uint8Array } | undefined>;
  onSocketData(data: Buffer): void;
  onSocketError(error: Error): void;
  processLeConnComplete(status: number, data: Buffer): void;
  setAdvertisingParameters(): void;
  setAdvertisingData(data: Buffer): void;
  setScanResponseData(data: Buffer): void;
  disconnect(handle: number): void;
  readBdAddr(): void;
  pollIsDevUp(): void;
}

export interface BlenoSocket {
  write(data: Buffer): void;
  setFilter(filter: Buffer): void;
  isDevUp(): boolean;
}

/** What comes of a link (lib/hci-socket/acl-stream.js), with what listens for pairing (smp.js). */
export interface BlenoStream {
  readonly _smp: { readonly onAclStreamDataBinded: (...given: never) => void };
  removeListener(event: 'data', listener: (...given: never) => void): void;
}

/** Its ATT server (lib/hci-socket/gatt.js). */
export interface BlenoGatt {
  readonly _connections: ReadonlyMap<number, { readonly mtu: number }>;
  registerAclStream(stream: BlenoStream, handle: number): void;
  handleRequest(request: Buffer, handle: number): void;
  errorResponse(opcode: number, attribute: number, status: number): Buffer;
  send(data: Buffer, handle: number): void;
}

/** What joins them (lib/hci-socket/bindings.js). */
export interface BlenoBindings {
  readonly _hci: BlenoHci;
  readonly _gatt: BlenoGatt;
  readonly _gap: { restartAdvertising(): void };
  readonly _connections: ReadonlyMap<number, unknown>;
  _advertising: boolean;
  _state: string | null;
  emit(event: string, argument: unknown): boolean;
  onStateChange(state: string): void;
  onSigInt(): void;
  onExit(): void;
  stop(): void;
  onDisconnComplete(handle: number, reason: number): void;
}

/** What bleno does not offer by its public names, of the one exact version that package.json has. */
export function insidesOf(bleno: Bleno): BlenoBindings {
  return (bleno as unknown as { readonly _bindings: BlenoBindings })._bindings;
}
