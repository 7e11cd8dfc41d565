import type { Clock } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import { silentLogger, type Logger } from '../../core/logger.ts';
import type { RegisterRange, RegisterTransport } from '../transports/transport.ts';
import { createPollDecoder, type PollBlock, type PollDecoder } from './decode-poll.ts';
import {
  exceptionOf,
  isRefusal,
  readIdentity,
  readSerialNumber,
  type DeviceIdentity,
} from './device-identity.ts';
import type { DecodedValue, DriverDefinition, RegisterMap } from './driver.ts';
import {
  learnedKey,
  nothingLearned,
  parseLearned,
  type Learned,
  type LearnedAddresses,
} from './learned-addresses.ts';
import { LinkCost } from './link-cost.ts';
import { planOptionsOf, spansOf, type PlannedRange } from './plan-ranges.ts';
import { describePlan, type PlanReport } from './plan-report.ts';
import { extraRequestsMax, ReadPlan, type RequestOutcome } from './read-plan.ts';
import type { WordOrder } from './register-map.ts';
import { timedReader, unitReader, type UnitReader } from './timed-reader.ts';

export interface PollResult {
  /** One for each quantity the device has, in the map's order; `missing` when its block failed this time. */
  readonly values: readonly DecodedValue[];
  readonly failedRanges: readonly { readonly range: RegisterRange; readonly error: GatewayError }[];
  /** Requests that were made. */
  readonly requests: number;
}

export interface PollOptions {
  /** To measure what requests cost. Without it the plan is that for what the driver says they cost. */
  readonly clock?: Clock;
  /** Of this device, where its settings differ from the map's. */
  readonly wordOrder?: WordOrder;
  /** Without it what is learned is lost with the poll. */
  readonly learned?: LearnedAddresses;
  readonly logger?: Logger;
  /** The plan, what it costs, or what the device offers has changed. */
  readonly onPlanChanged?: () => void;
}

/** Of a device that has yet to say what it offers: what the latency bound counts with until it is told better. */
const undiscoveredRequests = 6;

/**
 * One device, as it is asked. Requests go out one after the other; callers hold its lane.
 *
 * Errors: the transport's when the connection or the device is in trouble, without asking on. An exception that the
 * device itself answers with is no trouble: it costs what was asked for.
 */
export function createRegisterPoll(
  driver: DriverDefinition,
  transport: RegisterTransport,
  unit: number,
  options: PollOptions = {},
): RegisterPoll {
  const { limits } = driver;
  const cost = new LinkCost({
    ...planOptionsOf(driver).cost,
    answerMsMax: limits.responseMsMax + limits.requestGapMs,
  });
  const { clock } = options;
  const read =
    clock === undefined
      ? unitReader(transport, unit)
      : timedReader(transport, unit, { clock, cost, requestGapMs: limits.requestGapMs });
  return new RegisterPoll(driver, { read, cost }, options);
}

export class RegisterPoll {
  readonly #driver: DriverDefinition;
  readonly #options: PollOptions;
  readonly #logger: Logger;
  readonly #read: UnitReader;
  readonly #cost: LinkCost;
  #map: RegisterMap;
  #plan: ReadPlan;
  #decode: PollDecoder;
  #revisionSeen: number;
  /** What is remembered under this key is known; undefined when the device has not said who it is. */
  #key: string | undefined;
  #saved = JSON.stringify(nothingLearned);

  constructor(
    driver: DriverDefinition,
    link: { readonly read: UnitReader; readonly cost: LinkCost },
    options: PollOptions,
  ) {
    this.#driver = driver;
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#read = link.read;
    this.#cost = link.cost;
    this.#map = this.#asConfigured(driver);
    this.#plan = this.#planFor(this.#map, nothingLearned, undefined);
    this.#decode = createPollDecoder(this.#map);
    this.#revisionSeen = this.#plan.revision;
  }

  /** What the device offers; of one that describes itself nothing until `identify`. */
  get map(): RegisterMap {
    return this.#map;
  }

  /** Requests of one poll, at most: for the latency bound. Only `allowRequests` changes it. */
  get requestCountMax(): number {
    return this.#plan.requestCountMax;
  }

  /** What `requestCountMax` must be to read everything in each poll; more than it is: blocks are read in turns. */
  get requestCountWanted(): number {
    return this.#plan.requestCountWanted;
  }

  /** False while it is being found out what the device refuses: each further poll tells more. */
  get isSettled(): boolean {
    return this.#plan.isSettled;
  }

  allowRequests(requestCountMax: number): void {
    this.#plan.allowRequests(requestCountMax);
    this.#follow();
  }

  /** Longest poll, as slow as the recent answers; undefined until enough was measured. */
  measuredPollMs(): number | undefined {
    return this.#cost.isMeasured ? this.worstCaseMs() : undefined;
  }

  /** Longest poll, as slow as the driver says until enough was measured. Connecting and `identify` come on top. */
  worstCaseMs(): number {
    const counts = this.#plan.describe().map(({ range }) => range.count);
    counts.sort((a, b) => b - a);
    let sumMs = 0;
    for (let request = 0; request < this.requestCountMax; request += 1) {
      sumMs += this.#cost.answerMsMax(counts[request] ?? counts[0] ?? 1);
    }
    return sumMs;
  }

  /**
   * To be called before the first poll, and after every outage: finds out what the device offers and who it is,
   * plans for what the link costs by now, and takes up what is remembered of its model and firmware.
   */
  async identify(signal: AbortSignal): Promise<DeviceIdentity> {
    const read = (range: RegisterRange): Promise<Uint16Array> => this.#read(range, signal);
    if (this.#driver.discover !== undefined) this.#adopt(await this.#driver.discover(read));
    const identity = await readIdentity(this.#map, read);
    const key = learnedKey({ driver: this.#driver.id, ...identity });
    if (key !== undefined && key !== this.#key) {
      const learned = await this.#remembered(key);
      this.#key = key;
      this.#saved = JSON.stringify(learned);
      this.#plan = this.#planFor(this.#map, learned, this.#plan.requestCountMax);
      this.#changed();
    }
    this.#reconsider();
    return identity;
  }

  /** The part of `identify` that tells whether it is still the same device. */
  async readSerialNumber(signal: AbortSignal): Promise<string> {
    return await readSerialNumber(this.#map, (range) => this.#read(range, signal));
  }

  /**
   * Reads everything. A refused block (exceptions 1, 2, 3) is missing; when it is so again the reason is looked for,
   * so that registers this device has not cost no others. Other exceptions cost their block this once. Rejects with
   * the first exception when nothing at all could be read.
   */
  async poll(signal: AbortSignal): Promise<PollResult> {
    const result = await readBlocks(this.#plan, (range) => this.#read(range, signal));
    if (result.requests === 0) await this.probe(signal);
    this.#follow();
    this.#reconsider();
    const firstFailure = result.failedRanges[0];
    if (result.blocks.length === 0 && firstFailure !== undefined) throw firstFailure.error;
    return { ...result, values: this.#decode(result.blocks) };
  }

  /** One smallest request: resolves when the device answers, were it with an exception. */
  async probe(signal: AbortSignal): Promise<void> {
    try {
      await this.#read(this.#plan.smallest() ?? { table: 'holding', address: 0, count: 1 }, signal);
    } catch (error) {
      if (exceptionOf(error) === undefined) throw error;
    }
  }

  /** Names of the fields that the device refuses. */
  unsupported(): readonly string[] {
    return this.#plan.unsupported();
  }

  describePlan(): PlanReport {
    return describePlan(this.#plan, this.#map, {
      options: planOptionsOf({ limits: this.#driver.limits, forbidden: this.#map.forbidden }),
      cost: this.#cost.fitted(),
    });
  }

  #asConfigured(map: RegisterMap): RegisterMap {
    const { wordOrder } = this.#options;
    return wordOrder === undefined ? map : { ...map, wordOrder };
  }

  #planFor(map: RegisterMap, learned: Learned, requestCountMax: number | undefined): ReadPlan {
    const { limits } = this.#driver;
    const options = { ...planOptionsOf({ limits, forbidden: map.forbidden }), cost: this.#cost.fitted() };
    const isUnknown = map.fields.length === 0 && this.#driver.discover !== undefined;
    const countMax = requestCountMax ?? (isUnknown ? undiscoveredRequests + extraRequestsMax : undefined);
    return new ReadPlan(spansOf(map.fields), options, {
      learned,
      ...(countMax !== undefined && { requestCountMax: countMax }),
    });
  }

  /** What a device says of itself may change with its firmware; how to decode it may even when the registers stay. */
  #adopt(discovered: RegisterMap): void {
    const before = placesOf(this.#map);
    this.#map = this.#asConfigured(discovered);
    if (placesOf(this.#map) !== before) {
      this.#plan = this.#planFor(this.#map, this.#plan.learned(), this.#plan.requestCountMax);
    }
    this.#changed();
  }

  async #remembered(key: string): Promise<Learned> {
    try {
      const stored = await this.#options.learned?.load(key);
      return stored === undefined ? nothingLearned : parseLearned(stored);
    } catch (error) {
      this.#logger.warn({ key, error }, `what devices refuse is learned anew: ${describeError(error)}`);
      return nothingLearned;
    }
  }

  #reconsider(): void {
    if (this.#plan.reconsider(this.#cost.fitted())) this.#follow();
  }

  #follow(): void {
    if (this.#plan.revision === this.#revisionSeen) return;
    this.#changed();
    const learned = this.#plan.learned();
    const text = JSON.stringify(learned);
    if (text === this.#saved) return;
    this.#saved = text;
    const fields = this.#plan.unsupported();
    this.#logger.info({ fields, ...learned }, 'the device refuses registers that its driver knows');
    if (this.#key !== undefined) void this.#save(this.#key, learned);
  }

  #changed(): void {
    this.#revisionSeen = this.#plan.revision;
    this.#decode = createPollDecoder(this.#map, new Set(this.#plan.unsupported()));
    this.#options.onPlanChanged?.();
  }

  /** Nobody waits for it: what cannot be stored is learned again after the next start. */
  async #save(key: string, learned: Learned): Promise<void> {
    try {
      await this.#options.learned?.save(key, learned);
    } catch (error) {
      this.#logger.warn(
        { key, error },
        `what the device refuses could not be stored: ${describeError(error)}`,
      );
    }
  }
}

interface BlockResult {
  readonly blocks: readonly PollBlock[];
  readonly failedRanges: PollResult['failedRanges'];
  readonly requests: number;
}

async function readBlocks(
  plan: ReadPlan,
  read: (range: RegisterRange) => Promise<Uint16Array>,
): Promise<BlockResult> {
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
      outcomes.set(planned, isRefusal(exception) ? 'refused' : 'failed');
    }
  }
  plan.learn(outcomes);
  return { blocks, failedRanges, requests: outcomes.size };
}

/** Where the map's fields stand, as text. */
function placesOf({ fields, forbidden }: RegisterMap): string {
  return JSON.stringify([spansOf(fields), forbidden ?? []]);
}
