import assert from 'node:assert';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { RegisterAccess } from '../transports/transport.ts';
import {
  registersOf,
  type ControlDefinition,
  type ControlWrite,
  type RegisterValue,
  type RevertValue,
  type SetValue,
  type WordsBefore,
  type WritableRegister,
} from './control-definition.ts';
import {
  checkSetPoint,
  encodeBlock,
  encodeTimer,
  encodeWords,
  encodeWrite,
  type EncodedWrite,
} from './control-writes.ts';
import { decodeField } from './decode.ts';
import { extentOf, registerCountOf, type RegisterField, type WordOrder } from './register-map.ts';

/** A device while its lane is held, and what its keeper wants to know. */
export interface ControlSession {
  readonly registers: RegisterAccess;
  readonly wordOrder: WordOrder;
  readonly signal: AbortSignal;
  /** Resolves after `ms`; rejects when the signal fires before. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Called before each write request, retries included: to count it, or to refuse it by throwing. */
  beforeWrite(): void | Promise<void>;
}

/** First and last tries of one write. */
const triesMax = 3;
/** A device that is slow to show what it has taken is read once more after this. */
const applyMs = 300;
/** SunSpec Device Information Model Specification V1.2, section 4.2.8: exponents reach from −10 to 10. */
const exponentMax = 10;

/**
 * Sets the control and reads back each register: returns when the device holds all of it. What it holds
 * already is not written again, but for a revert timer and what starts it. Before its first write it has read all
 * that it will write, so that a device that does not answer is left as it was.
 * Errors: `control_refused` (nothing was written), `control_unconfirmed` (it holds something else), those of
 * the transport.
 */
export async function writeSetPoint(
  control: ControlDefinition,
  setPoint: { readonly value: number; readonly leaseMs: number },
  session: ControlSession,
): Promise<void> {
  checkSetPoint(control, setPoint.value, await ratedMaxOf(control, session));
  const timer = await encodeRevertTimer(control, setPoint.leaseMs, session);
  const how = { setPoint: setPoint.value, before: undefined };
  const writes = await encodeAll(control.set, how, session);
  const held = await readAll(writes, session);
  if (timer !== undefined) await writeVerified(timer, session);
  for (const [index, encoded] of writes.entries()) {
    const startsTimer = timer !== undefined && index === writes.length - 1;
    if (!startsTimer && encoded.isHeldIn(held[index] ?? new Uint16Array())) continue;
    await writeVerified(encoded, session);
  }
}

/**
 * What a revert puts back as it was. To be asked before the first set point. Errors: those of the transport.
 */
export async function readBefore(
  control: ControlDefinition,
  { registers, signal }: ControlSession,
): Promise<WordsBefore> {
  const before: Record<number, readonly number[]> = {};
  for (const { address, encoding } of registersAsBefore(control)) {
    const count = registerCountOf(encoding);
    before[address] = [...(await registers.readRegisters({ table: 'holding', address, count }, signal))];
  }
  return before;
}

/** Whether its revert needs the answer of `readBefore`. */
export function restoresWhatWas(control: ControlDefinition): boolean {
  return registersAsBefore(control).length > 0;
}

function registersAsBefore({ revert }: ControlDefinition): readonly WritableRegister[] {
  return revert
    .flatMap((write) => registersOf(write))
    .filter(({ value }) => value === 'as_before')
    .map(({ register }) => register);
}

/**
 * Gives the device back to itself, and reads back each register. `onlyDifferences` leaves alone what is as it
 * should be: for a second look. `before`: the answer of `readBefore`. Errors: as for a set point.
 */
export async function writeRevert(
  control: ControlDefinition,
  how: { readonly onlyDifferences: boolean; readonly before: WordsBefore | undefined },
  session: ControlSession,
): Promise<void> {
  const writes = await encodeAll(control.revert, { setPoint: undefined, before: how.before }, session);
  const held = how.onlyDifferences ? await readAll(writes, session) : [];
  for (const [index, encoded] of writes.entries()) {
    const words = held[index];
    if (words === undefined || !encoded.isHeldIn(words)) await writeVerified(encoded, session);
  }
}

/** Where the device does not say, or says what cannot be, only the definition's own limit holds. */
async function ratedMaxOf({ ratedMax }: ControlDefinition, session: ControlSession): Promise<number> {
  if (ratedMax === undefined) return Infinity;
  const { address, count } = extentOf(ratedMax);
  const words = await session.registers.readRegisters(
    { table: ratedMax.table, address, count },
    session.signal,
  );
  const { value, quality } = decodeField(ratedMax satisfies RegisterField, words, session.wordOrder);
  return quality === 'good' ? value : Infinity;
}

async function encodeRevertTimer(
  { revertTimer }: ControlDefinition,
  leaseMs: number,
  session: ControlSession,
): Promise<EncodedWrite | undefined> {
  if (revertTimer === undefined) return undefined;
  const seconds = Math.min(revertTimer.maxS, Math.max(1, Math.ceil(leaseMs / 1_000)));
  return encodeTimer(revertTimer.register, seconds, await encodingStateOf(revertTimer.register, session));
}

/** What the values of writes come from. */
interface ValueSource {
  readonly setPoint: number | undefined;
  readonly before: WordsBefore | undefined;
}

/** All before the first write: what cannot be encoded must leave the device as it was. */
async function encodeAll(
  writes: readonly ControlWrite[],
  source: ValueSource,
  session: ControlSession,
): Promise<readonly EncodedWrite[]> {
  const encoded: EncodedWrite[] = [];
  for (const write of writes) {
    const parts: EncodedWrite[] = [];
    for (const part of registersOf(write)) {
      const known = await encodePart(part, source, session);
      if (known !== undefined) parts.push(known);
    }
    if (parts.length === registersOf(write).length) encoded.push(encodeBlock(parts));
  }
  return encoded;
}

/** undefined: it is to be as before, and nobody knows how that was. */
async function encodePart(
  { register, value }: RegisterValue<SetValue | RevertValue>,
  { setPoint, before }: ValueSource,
  session: ControlSession,
): Promise<EncodedWrite | undefined> {
  const state = await encodingStateOf(register, session);
  if (value === 'as_before') {
    const words = before?.[register.address];
    return words && encodeWords(register, Uint16Array.from(words), state);
  }
  if (typeof value === 'number') return encodeWrite(register, value, state);
  assert(setPoint !== undefined, `what reverts register ${register.address} depends on a set point`);
  return encodeWrite(register, value(setPoint), state);
}

async function encodingStateOf(
  { address, scaleRegister }: WritableRegister,
  { registers, wordOrder, signal }: ControlSession,
): Promise<{ wordOrder: WordOrder; exponent: number }> {
  if (scaleRegister === undefined) return { wordOrder, exponent: 0 };
  const [word = NaN] = await registers.readRegisters(
    { table: 'holding', address: scaleRegister, count: 1 },
    signal,
  );
  const exponent = (word << 16) >> 16;
  if (Math.abs(exponent) <= exponentMax) return { wordOrder, exponent };
  throw new GatewayError(
    'control_refused',
    `the device does not say how register ${address} is scaled: its scale register ${scaleRegister} holds ${exponent}`,
    { hint: 'nothing was written; check the firmware of the device, and whether it offers this control' },
  );
}

async function readAll(
  writes: readonly EncodedWrite[],
  { registers, signal }: ControlSession,
): Promise<readonly Uint16Array[]> {
  const held: Uint16Array[] = [];
  for (const { range } of writes) held.push(await registers.readRegisters(range, signal));
  return held;
}

/**
 * A request that failed may have been heard all the same, so what counts is what the device holds; the same
 * value again does no harm. What the device refuses by an exception is not asked twice.
 */
async function writeVerified(encoded: EncodedWrite, session: ControlSession): Promise<void> {
  const { registers, signal } = session;
  let failure: GatewayError | undefined;
  for (let count = 0; count < triesMax; count += 1) {
    await session.beforeWrite();
    failure = await passing(signal, async () => await registers.writeRegisters(encoded.write, signal));
    const unread = await passing(signal, async () => {
      const difference = await differenceAfter(encoded, session);
      if (difference !== undefined) throw unconfirmed(difference);
    });
    if (unread === undefined) return;
    failure ??= unread;
  }
  throw unconfirmed(failure === undefined ? 'it does not answer' : describeError(failure), failure);
}

/** undefined when the device holds what was written. */
async function differenceAfter(encoded: EncodedWrite, session: ControlSession): Promise<string | undefined> {
  const { registers, signal } = session;
  if (encoded.isHeldIn(await registers.readRegisters(encoded.range, signal))) return undefined;
  await session.wait(applyMs, signal);
  const held = await registers.readRegisters(encoded.range, signal);
  return encoded.isHeldIn(held) ? undefined : encoded.differenceTo(held);
}

/** The error, if it may pass by itself; any other is thrown on. */
async function passing(signal: AbortSignal, step: () => Promise<void>): Promise<GatewayError | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof GatewayError) || !error.retryable) throw error;
    return error;
  }
}

function unconfirmed(why: string, cause?: GatewayError): GatewayError {
  if (cause?.code === 'control_unconfirmed') return cause;
  return new GatewayError('control_unconfirmed', why, cause === undefined ? {} : { cause });
}
