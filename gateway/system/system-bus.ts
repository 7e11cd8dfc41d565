import type { EventEmitter } from 'node:events';
import { monotonicMs, type Alarm, type Cancel, type Clock } from '../core/clock.ts';
import { describeError, GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { BusProperties } from './bus-values.ts';
import { propertiesOf, variantValue } from './bus-values.ts';

/** One question to a service on the bus. */
export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
  /** `limits.busAnswerMsMax` unless said. */
  readonly answerMsMax?: number;
}

export interface BusSignal {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
}

/**
 * A service refused, or the bus does not work. `errorName` is the name of the D-Bus error, such as
 * `org.freedesktop.DBus.Error.ServiceUnknown`; empty where there was no answer.
 */
export class BusError extends GatewayError {
  readonly errorName: string;

  constructor(errorName: string, message: string, detail: { hint?: string; cause?: unknown } = {}) {
    super('service_failed', message, detail);
    this.errorName = errorName;
  }
}

/** What we use of the package, whose own types leave that out. */
interface BusPackage {
  readonly createClient: (options: object) => PackageBus;
}

interface PackageBus {
  readonly connection: EventEmitter & { readonly stream: PackageStream };
  readonly signals: EventEmitter;
  mangle(path: string, interfaceName: string, member: string): string;
  invoke(message: object, callback: (error: PackageError | null, ...body: unknown[]) => void): void;
}

interface PackageStream {
  emit(event: string, ...words: unknown[]): boolean;
  destroy(error?: unknown): void;
}

interface PackageError {
  readonly name?: string;
  readonly message?: unknown;
}

export interface SystemBusPorts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  /** `unix:path=/run/dbus/system_bus_socket`. */
  readonly address: string;
  readonly loadPackage?: () => Promise<unknown>;
}

interface OpenBus {
  readonly bus: PackageBus;
  /** Why the connection was lost; undefined while it is there. */
  lostBy: BusError | undefined;
  /** What is to be refused when it is lost: whatever waits for an answer, and for its end. */
  readonly waiting: Set<(error: BusError) => void>;
  /** Ends it: what waits is refused with why. */
  readonly lose: (why: unknown) => void;
}

/** As a service that takes too long is told by the bus itself. */
const noReply = 'org.freedesktop.DBus.Error.NoReply';
const busName = 'org.freedesktop.DBus';
const dbus = { destination: busName, path: '/org/freedesktop/DBus', interface: busName };

/**
 * The bus of the machine. It is connected to when it is first asked, and anew by the first question after it was lost.
 * Each question has a time limit. Errors of every call: `BusError`; a signal's reason where one is given.
 */
export class SystemBus {
  readonly #ports: SystemBusPorts;
  #opening: Promise<OpenBus> | undefined;
  #isClosed = false;

  constructor(ports: SystemBusPorts) {
    this.#ports = ports;
  }

  /** What the service answers. */
  async call({ answerMsMax, ...question }: BusCall): Promise<readonly unknown[]> {
    const open = await this.#open();
    return await this.#ask(open, question, answerMsMax ?? limits.busAnswerMsMax);
  }

  async property(
    object: Pick<BusCall, 'destination' | 'path' | 'interface'>,
    name: string,
  ): Promise<unknown> {
    const body = [object.interface, name];
    const [value] = await this.call({ ...propertyCall(object), member: 'Get', signature: 'ss', body });
    return variantValue(value);
  }

  async properties(object: Pick<BusCall, 'destination' | 'path' | 'interface'>): Promise<BusProperties> {
    const body = [object.interface];
    const [rows] = await this.call({ ...propertyCall(object), member: 'GetAll', signature: 's', body });
    return propertiesOf(rows);
  }

  /** Calls back with the body of each such signal until it is cancelled, or the connection is lost. */
  async listen(
    { sender, path, interface: name, member }: BusSignal,
    listener: (body: readonly unknown[]) => void,
  ): Promise<Cancel> {
    const open = await this.#open();
    const rule = `type='signal',sender='${sender}',path='${path}',interface='${name}',member='${member}'`;
    const match = { ...dbus, signature: 's', body: [rule] };
    await this.#ask(open, { ...match, member: 'AddMatch' }, limits.busAnswerMsMax);
    const { bus } = open;
    const event = bus.mangle(path, name, member);
    const own = (body: readonly unknown[] | undefined): void => listener(body ?? []);
    bus.signals.on(event, own);
    return () => {
      bus.signals.off(event, own);
      if (open.lostBy !== undefined) return;
      this.#ask(open, { ...match, member: 'RemoveMatch' }, limits.busAnswerMsMax).catch(() => undefined);
    };
  }

  /** Rejects when the connection of now is lost, and never resolves. */
  async lost(): Promise<never> {
    const open = await this.#open();
    return await untilLost(open);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What waits is refused. Nothing can be asked any more. */
  close(): void {
    this.#isClosed = true;
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.then(({ lose }) => lose('the gateway is stopping')).catch(() => undefined);
  }

  async #open(): Promise<OpenBus> {
    if (this.#isClosed) throw new BusError('', 'the gateway is stopping');
    this.#opening ??= this.#connect();
    const opening = this.#opening;
    try {
      const open = await opening;
      if (open.lostBy === undefined) return open;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
    if (this.#opening === opening) this.#opening = undefined;
    return await this.#open();
  }

  async #connect(): Promise<OpenBus> {
    const { address } = this.#ports;
    const { createClient } = await this.#loadPackage();
    let open: OpenBus;
    const lose = (why: unknown): void => {
      if (open.lostBy !== undefined) return;
      const error = new BusError('', `the bus of the machine is gone: ${describeError(why)}`, { cause: why });
      open.lostBy = error;
      open.bus.connection.stream.destroy();
      for (const refuse of [...open.waiting]) refuse(error);
    };
    try {
      // `direct`: it greets the bus by itself otherwise, and tells nobody when that fails.
      const options = { busAddress: address, direct: true, authMethods: ['EXTERNAL'] };
      open = { bus: createClient(options), lostBy: undefined, waiting: new Set(), lose };
    } catch (cause) {
      throw new BusError('', `${address} is no address of a bus: ${describeError(cause)}`, { cause });
    }
    const { connection } = open.bus;
    guardReading(connection.stream);
    connection.on('error', lose);
    connection.on('end', () => lose('it has ended the connection'));
    const { promise: connected, resolve } = Promise.withResolvers<undefined>();
    connection.once('connect', () => resolve(undefined));
    try {
      await this.#within(limits.busAnswerMsMax, 'the bus of the machine', orLost(open, connected));
      await this.#ask(open, { ...dbus, member: 'Hello' }, limits.busAnswerMsMax);
    } catch (error) {
      lose(error);
      throw error;
    }
    return open;
  }

  async #loadPackage(): Promise<BusPackage> {
    const { loadPackage = async () => await import('@homebridge/dbus-native') } = this.#ports;
    try {
      const loaded = (await loadPackage()) as { readonly default?: BusPackage } & BusPackage;
      return loaded.default ?? loaded;
    } catch (cause) {
      throw new BusError('', 'the package @homebridge/dbus-native is not installed', {
        hint: 'install it beside the gateway: npm install @homebridge/dbus-native',
        cause,
      });
    }
  }

  async #ask(
    open: OpenBus,
    { body, ...question }: Omit<BusCall, 'answerMsMax'>,
    answerMsMax: number,
  ): Promise<readonly unknown[]> {
    // The package would complain on the console.
    if (open.lostBy !== undefined) throw open.lostBy;
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    open.bus.invoke({ ...question, ...(body !== undefined && { body }) }, (error, ...answer) => {
      if (error === null) resolve(answer);
      else
        reject(
          new BusError(
            error.name ?? '',
            typeof error.message === 'string' ? error.message : 'no reason was given',
          ),
        );
    });
    const what = `${question.destination} (${question.member})`;
    return await this.#within(answerMsMax, what, orLost(open, promise));
  }

  async #within<Result>(limitMs: number, what: string, work: Promise<Result>): Promise<Result> {
    const { clock, alarm } = this.#ports;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = alarm.at(monotonicMs(clock.monotonic() + limitMs), () =>
      reject(new BusError(noReply, `${what} did not answer within ${limitMs / 1_000} s`)),
    );
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }
}

/** Never a race with one promise for as long as the connection: it would hold every answer that there was. */
async function orLost<Result>(open: OpenBus, work: Promise<Result>): Promise<Result> {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  open.waiting.add(reject);
  try {
    return await Promise.race([work, lost]);
  } finally {
    open.waiting.delete(reject);
  }
}

async function untilLost({ lostBy, waiting }: OpenBus): Promise<never> {
  if (lostBy !== undefined) throw lostBy;
  const { promise, reject } = Promise.withResolvers<never>();
  waiting.add(reject);
  return await promise;
}

/** What cannot be read ends the connection: the package throws it in the middle of nowhere. */
function guardReading(stream: PackageStream): void {
  const emit = stream.emit.bind(stream);
  stream.emit = (event, ...words) => {
    if (event !== 'readable') return emit(event, ...words);
    try {
      return emit(event, ...words);
    } catch (cause) {
      stream.destroy(cause);
      return true;
    }
  };
}

function propertyCall({
  destination,
  path,
}: Pick<BusCall, 'destination' | 'path'>): Pick<BusCall, 'destination' | 'path' | 'interface'> {
  return { destination, path, interface: 'org.freedesktop.DBus.Properties' };
}
