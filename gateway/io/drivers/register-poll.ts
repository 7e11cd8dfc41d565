import { GatewayError } from '../../core/errors.ts';
import type { RegisterRange, RegisterTransport } from '../transports/transport.ts';
import { decodeField, decodeText } from './decode.ts';
import { createPollDecoder, type PollBlock } from './decode-poll.ts';
import type { DecodedValue, DriverDefinition } from './driver.ts';
import type { PlannedRange } from './plan-ranges.ts';
import { ReadPlan, type PlanLine, type RequestOutcome } from './read-plan.ts';
import { registerCountOf } from './register-map.ts';

export interface PollResult {
  /** One for each quantity the device has, in the driver's order; `missing` when its block failed this time. */
  readonly values: readonly DecodedValue[];
  readonly failedRanges: readonly { readonly range: RegisterRange; readonly error: GatewayError }[];
  /** Requests that were made. */
  readonly requests: number;
}

/** One device, as it is asked. Requests go out one after the other; callers hold its lane. */
export interface RegisterPoll {
  /** Requests of one poll, at most, for ever: for the latency bound. */
  readonly requestCountMax: number;
  /**
   * Reads everything. A refused block (exceptions 1, 2, 3) is missing, and tried in halves later, so that
   * registers this device has not cost no others; other exceptions cost their block this once. Rejects with the
   * transport's error when the connection or the device is in trouble, without asking on; and with the first
   * exception when nothing at all could be read.
   */
  poll(signal: AbortSignal): Promise<PollResult>;
  /** One smallest request: resolves when the device answers, were it with an exception. */
  probe(signal: AbortSignal): Promise<void>;
  /** What identifies the device; empty when it does not say. */
  readSerialNumber(signal: AbortSignal): Promise<string>;
  /** Names of the fields that the device refuses. */
  unsupported(): readonly string[];
  describePlan(): readonly PlanLine[];
}

export function createRegisterPoll(
  driver: DriverDefinition,
  transport: RegisterTransport,
  unit: number,
): RegisterPoll {
  const plan = new ReadPlan(driver);
  const read = (range: RegisterRange, signal: AbortSignal): Promise<Uint16Array> =>
    transport.readRegisters(unit, range, signal);
  let decodersFor = plan.revision;
  let decode = createPollDecoder(driver);
  return {
    requestCountMax: plan.requestCountMax,
    poll: async (signal) => {
      const result = await readBlocks(plan, (range) => read(range, signal));
      if (plan.revision !== decodersFor) {
        decode = createPollDecoder(driver, new Set(plan.unsupported()));
        decodersFor = plan.revision;
      }
      return { ...result, values: decode(result.blocks) };
    },
    probe: async (signal) => {
      try {
        await read(plan.smallest(), signal);
      } catch (error) {
        if (exceptionOf(error) === undefined) throw error;
      }
    },
    readSerialNumber: (signal) => readSerialNumber(driver, (range) => read(range, signal)),
    unsupported: () => plan.unsupported(),
    describePlan: () => plan.describe(),
  };
}

type Read = (range: RegisterRange) => Promise<Uint16Array>;

interface BlockResult {
  readonly blocks: readonly PollBlock[];
  readonly failedRanges: PollResult['failedRanges'];
  readonly requests: number;
}

/** "Illegal function", "illegal data address" and "illegal data value": the same request will be refused again. */
const refusals: readonly number[] = [1, 2, 3];
/** A gateway between us and the device says that the device does not answer. */
const deviceSilent: readonly number[] = [10, 11];

async function readBlocks(plan: ReadPlan, read: Read): Promise<BlockResult> {
  const blocks: PollBlock[] = [];
  const failedRanges: { range: RegisterRange; error: GatewayError }[] = [];
  const outcomes = new Map<PlannedRange, RequestOutcome>();
  for (const planned of plan.next()) {
    const { range } = planned;
    try {
      blocks.push({ range, words: await read(range) });
      outcomes.set(planned, 'read');
    } catch (error) {
      const exception = exceptionOf(error);
      if (exception === undefined || !(error instanceof GatewayError)) throw error;
      failedRanges.push({ range, error });
      outcomes.set(planned, refusals.includes(exception) ? 'refused' : 'failed');
    }
  }
  plan.learn(outcomes);
  const firstFailure = failedRanges[0];
  if (blocks.length === 0 && firstFailure !== undefined) throw firstFailure.error;
  return { blocks, failedRanges, requests: outcomes.size };
}

/** The exception that the device itself answered with; undefined for any other error. */
function exceptionOf(error: unknown): number | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  const exception = error.facts['exception'];
  return typeof exception !== 'number' || deviceSilent.includes(exception) ? undefined : exception;
}

async function readSerialNumber({ serialNumber, wordOrder }: DriverDefinition, read: Read): Promise<string> {
  if (serialNumber === undefined) return '';
  const { table, address } = serialNumber;
  const count = 'count' in serialNumber ? serialNumber.count : registerCountOf(serialNumber.encoding);
  let words: Uint16Array;
  try {
    words = await read({ table, address, count });
  } catch (error) {
    if (refusals.includes(exceptionOf(error) ?? 0)) return '';
    throw error;
  }
  if ('count' in serialNumber) return decodeText(serialNumber, words) ?? '';
  const { value, quality } = decodeField(serialNumber, words, wordOrder);
  return quality === 'good' ? String(value) : '';
}
