import { OneAtATime } from '../../../engine/one-at-a-time.ts';
import { nextState } from '../../../engine/state-machine.ts';
import type { NewServerOrder, StoredServerOrder } from '../../../storage/server-calls.ts';
import {
  isOpenState,
  orderMachine,
  orderStep,
  type OrderBounds,
  type OrderInput,
  type OrderTime,
  type SeenServer,
} from './order-machine.ts';
import { reasonWords, type OrderReason } from './order-reason.ts';
import type { ServerSight } from './server-sight.ts';
import type { ServerSwitch, SwitchingPorts } from './switching-ports.ts';
import { refusedHere, whatBecameOf, type SwitchOutcome } from './switch-outcome.ts';

/** An order that is to be given. */
export type GivenOrder = Pick<NewServerOrder, 'wanted' | 'cause' | 'by'> & { readonly reason: OrderReason };

/** The last command, while the server may still be on its way to follow it. */
interface Command {
  readonly wanted: 'on' | 'off';
  readonly sentMs: number;
  readonly tries: number;
  /** Steady. */
  readonly sentSteadyMs: number;
}

type Progress = Pick<StoredServerOrder, 'state' | 'tries' | 'sentMs' | 'problem'>;

const minuteMs = 60_000;
const lookMs = 15_000;
const idleLookMs = 60_000;
/** After a command that was not taken. */
const retryMs = [15_000, 30_000, 60_000, 120_000, 300_000] as const;
const knownOrders = 100;

/**
 * Carries out the newest order to the server. An order is on disk before anything is sent, and `sending` is before each
 * command: what a crash leaves there is looked at before it is sent again, so that the server gets one command for each
 * order that it obeys. What cannot be written down is not sent.
 */
export class OrderDesk {
  readonly #ports: SwitchingPorts;
  readonly #sight: ServerSight;
  #known: readonly StoredServerOrder[] = [];
  #loading: Promise<void> | undefined;
  #current: StoredServerOrder | undefined;
  #command: Command | undefined;
  #isInFlight = false;
  readonly #startedMs: number;
  #decidedSteadyMs = 0;
  /** What the disk does not know yet of the newest order. */
  #isUnsaved = false;
  readonly #giving = new OneAtATime();
  #notTaken = 0;
  #retryAtMs = 0;
  #storeProblem: string | undefined;
  #urgent: GivenOrder | undefined;
  #hasPolicySpoken = false;

  constructor(ports: SwitchingPorts, sight: ServerSight) {
    this.#ports = ports;
    this.#sight = sight;
    this.#startedMs = ports.clock.monotonic();
  }

  /** The newest order; undefined before they were read, and where there is none. */
  get current(): StoredServerOrder | undefined {
    return this.#current;
  }

  /** What keeps orders from being written down, and with that from being carried out. */
  get storeProblem(): string | undefined {
    return this.#storeProblem;
  }

  /** An order of the UPS that could not be written down: the battery does not wait for the disk. */
  get urgent(): GivenOrder | undefined {
    return this.#urgent;
  }

  /** The policy has looked at what is open: before that, its orders of an earlier life may be those of another day. */
  policyHasSpoken(): void {
    this.#hasPolicySpoken = true;
  }

  /** Newest first; those that were not to be sent count only where none are. */
  known(): readonly StoredServerOrder[] {
    const { dryRun } = this.#ports.settings;
    return this.#known.filter(({ state }) => dryRun || state !== 'dry');
  }

  /** Reads what an earlier life has left; once. Errors: those of the store. */
  async load(): Promise<void> {
    this.#loading ??= this.#load();
    try {
      await this.#loading;
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }

  async #load(): Promise<void> {
    const query = { rowsMax: knownOrders };
    const orders = await this.#stored(async () => await this.#ports.store.call('listServerOrders', query));
    this.#known = orders;
    const [newest] = orders;
    if (newest === undefined) return;
    this.#current = newest;
    this.#decidedSteadyMs = this.#steadyOf(newest.decidedMs);
    if (isOpenState(newest.state)) this.#command = this.#commandLeft(newest, orders);
    // Whether that command has left nobody knows.
    if (newest.state === 'sending') this.#note(newest, 'unclear');
  }

  /** The last command, where the server may not have followed it yet. */
  #commandLeft(newest: StoredServerOrder, orders: readonly StoredServerOrder[]): Command | undefined {
    const last = orders.find(({ sentMs }) => sentMs !== null);
    if (last === undefined || last.sentMs === null) return undefined;
    const isUnderway = last === newest ? last.state !== 'waiting' : last.state === 'superseded';
    const { wanted, sentMs, tries } = last;
    return isUnderway ? { wanted, sentMs, tries, sentSteadyMs: this.#steadyOf(sentMs) } : undefined;
  }

  /**
   * Takes an order instead of the one that is open. One that wants the same takes over the command that is under way.
   * Errors: those of the store; nothing is sent then.
   */
  async give(given: GivenOrder): Promise<StoredServerOrder> {
    return await this.#giving.run(async () => {
      try {
        const order = await this.#give(given);
        this.#urgent = undefined;
        return order;
      } catch (error) {
        if (given.cause === 'ups') this.#urgent = given;
        throw error;
      }
    });
  }

  /** The next step of the newest order. Errors: those of the store. */
  async drive(signal: AbortSignal): Promise<void> {
    if (this.#urgent !== undefined) await this.#tellUnwritten(this.#urgent.wanted, signal);
    await this.load();
    const isBusy = this.#command !== undefined || isOpenOrder(this.#current);
    await this.#sight.look(signal, isBusy ? lookMs : idleLookMs);
    const order = this.#current;
    if (order === undefined || this.#giving.count > 0) return;
    if (this.#isUnsaved) await this.#save(order);
    if (isOpenOrder(order) && order === this.#current) await this.#step(order, signal);
  }

  async #step(order: StoredServerOrder, signal: AbortSignal): Promise<void> {
    if (order.cause === 'policy' && !this.#hasPolicySpoken) return;
    const seen = this.#sight.seen();
    const step = orderStep(order, seen, this.#time(order), this.#boundsOf(order.wanted));
    if (this.#command?.wanted === seen.position) this.#command = undefined;
    if (step === 'wait') return;
    if (step === 'send') await this.#send(order, signal);
    else await this.#take(step, step === 'given-up' ? whyGivenUp(order, seen) : order.problem);
  }

  async #give({ reason, ...given }: GivenOrder): Promise<StoredServerOrder> {
    await this.load();
    const { clock, store, settings } = this.#ports;
    const decidedMs = Math.floor(clock.wall());
    const order: NewServerOrder = {
      ...given,
      ...{ decidedMs, reason: JSON.stringify(reason), endedMs: settings.dryRun ? decidedMs : null },
      ...(settings.dryRun ? { ...fresh, state: 'dry' } : this.#progressTo(given.wanted)),
    };
    const id = await this.#stored(async () => await store.call('addServerOrder', order));
    // What became of the command while the order was written down.
    const progress = settings.dryRun ? {} : this.#progressTo(given.wanted);
    const added = { ...order, id, ...progress };
    this.#isUnsaved = added.state !== order.state || added.tries !== order.tries;
    if (added.state === 'waiting' && added.tries === 0) [this.#notTaken, this.#retryAtMs] = [0, 0];
    this.#decidedSteadyMs = clock.monotonic();
    this.#setCurrent(added);
    this.#ports.logger.info(
      { order: id, ...given, reason },
      `the server is to be ${given.wanted}: ${reasonWords(reason)}`,
    );
    return added;
  }

  /** Where a new order for that position begins: where the server is on its way there already, with that command. */
  #progressTo(wanted: 'on' | 'off'): Progress {
    const [order, command] = [this.#current, this.#command];
    if (order?.wanted === wanted && isOpenState(order.state)) {
      const { state, tries, sentMs, problem } = order;
      return { state, tries, sentMs, problem };
    }
    if (command?.wanted !== wanted) return fresh;
    if (this.#leftMs(command) === 0 && this.#urgent?.wanted !== wanted) return fresh;
    const { tries, sentMs } = command;
    return { state: this.#isInFlight ? 'sending' : 'sent', tries, sentMs, problem: null };
  }

  async #send(order: StoredServerOrder, signal: AbortSignal): Promise<void> {
    const { powerSwitch, clock, settings } = this.#ports;
    const { wanted } = order;
    const refused = settings.dryRun ? 'dryRun is set' : refusedHere(powerSwitch, wanted);
    if (powerSwitch === undefined || refused !== undefined) {
      await this.#take('refused', refused ?? null);
      return;
    }
    const sentMs = Math.floor(clock.wall());
    const state = nextState(orderMachine, order.state, 'begin');
    const sending = { ...order, state, tries: order.tries + 1, sentMs, problem: null };
    await this.#writeBefore(sending);
    if (this.#current !== order || this.#giving.count > 0) return;
    this.#setCurrent(sending);
    await this.#took(wanted, await this.#turn(powerSwitch, { wanted, tries: sending.tries, sentMs }, signal));
  }

  /** Errors: those of the store, but not for what the battery does not wait for. */
  async #writeBefore(sending: StoredServerOrder): Promise<void> {
    try {
      await this.#stored(async () => {
        await this.#ports.store.call('updateServerOrder', sending);
      });
    } catch (error) {
      if (sending.cause !== 'ups') throw error;
      this.#isUnsaved = true;
    }
  }

  async #turn(
    powerSwitch: ServerSwitch,
    command: Omit<Command, 'sentSteadyMs'>,
    signal: AbortSignal,
  ): Promise<SwitchOutcome> {
    this.#command = { ...command, sentSteadyMs: this.#ports.clock.monotonic() };
    this.#sight.forgetSaid();
    this.#isInFlight = true;
    const outcome = await whatBecameOf(async () => await powerSwitch.turn(command.wanted, signal));
    this.#isInFlight = false;
    return outcome;
  }

  /** As often as what is written down; the order takes over the command when it can be written. */
  async #tellUnwritten(wanted: 'on' | 'off', signal: AbortSignal): Promise<void> {
    const { powerSwitch, clock, logger } = this.#ports;
    const command = this.#command?.wanted === wanted ? this.#command : undefined;
    if (powerSwitch === undefined || !this.#mayTell(wanted, command)) return;
    const tries = (command?.tries ?? 0) + 1;
    const told = { wanted, tries, sentMs: Math.floor(clock.wall()) };
    const { input, problem } = await this.#turn(powerSwitch, told, signal);
    if (input !== 'taken') logger.warn({ wanted, input, problem }, 'a command to the server failed');
    if (input !== 'not-taken' && input !== 'refused') return;
    this.#command = undefined;
    this.#waitToRetry();
  }

  /** @param command the last one to that position */
  #mayTell(wanted: 'on' | 'off', command: Command | undefined): boolean {
    const { powerSwitch, clock, settings } = this.#ports;
    if (settings.dryRun || refusedHere(powerSwitch, wanted) !== undefined) return false;
    if (this.#sight.seen().position === wanted || this.#retryAtMs > clock.monotonic()) return false;
    return command === undefined || (this.#leftMs(command) === 0 && command.tries < settings.tries);
  }

  #waitToRetry(): void {
    const waitMs = retryMs[Math.min(this.#notTaken, retryMs.length - 1)] ?? 0;
    this.#retryAtMs = this.#ports.clock.monotonic() + waitMs;
    this.#notTaken += 1;
  }

  /** What became of the command: for the order that is open now, where that wants the same. */
  async #took(wanted: 'on' | 'off', { input, problem }: SwitchOutcome): Promise<void> {
    const { logger } = this.#ports;
    if (input !== 'taken') logger.warn({ wanted, input, problem }, 'a command to the server failed');
    if (input === 'not-taken' || input === 'refused') this.#command = undefined;
    const order = this.#current;
    if (order?.wanted !== wanted || !isOpenState(order.state)) return;
    if (input === 'not-taken') this.#waitToRetry();
    await this.#take(input, problem);
  }

  /** Memory first: what is not on disk then comes there with the next step. Errors: those of the store. */
  async #take(input: OrderInput, problem: string | null): Promise<void> {
    const order = this.#current;
    if (order === undefined) return;
    const taken = this.#note(order, input, problem);
    if (this.#giving.count === 0) await this.#save(taken);
  }

  #note(
    order: StoredServerOrder,
    input: OrderInput,
    problem: string | null = order.problem,
  ): StoredServerOrder {
    const state = nextState(orderMachine, order.state, input);
    const endedMs = isOpenState(state) ? null : Math.floor(this.#ports.clock.wall());
    const tries = input === 'not-taken' ? order.tries - 1 : order.tries;
    const noted = { ...order, state, tries, endedMs, problem };
    this.#isUnsaved = true;
    if (state === 'done' || state === 'failed' || input === 'overdue') this.#command = undefined;
    this.#setCurrent(noted);
    if (state === 'failed')
      this.#ports.logger.error({ order: order.id, problem }, 'the server did not follow');
    return noted;
  }

  async #save(order: StoredServerOrder): Promise<void> {
    await this.#stored(async () => {
      await this.#ports.store.call('updateServerOrder', order);
    });
    if (this.#current === order) this.#isUnsaved = false;
  }

  #setCurrent(order: StoredServerOrder): void {
    const [newest, ...others] = this.#known;
    const earlier =
      newest === undefined || newest.id === order.id
        ? others
        : [isOpenState(newest.state) ? { ...newest, state: 'superseded' as const } : newest, ...others];
    this.#known = [order, ...earlier].slice(0, knownOrders);
    this.#current = order;
  }

  async #stored<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await call();
      this.#storeProblem = undefined;
      return answer;
    } catch (error) {
      this.#storeProblem = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  #time(order: StoredServerOrder): OrderTime {
    const nowMs = this.#ports.clock.monotonic();
    const command = this.#command;
    const isOther = command !== undefined && command.wanted !== order.wanted;
    return {
      sinceDecidedMs: nowMs - this.#decidedSteadyMs,
      sinceStartMs: nowMs - this.#startedMs,
      sinceSentMs: nowMs - (command?.wanted === order.wanted ? command.sentSteadyMs : -Infinity),
      retryInMs: Math.max(0, this.#retryAtMs - nowMs),
      otherUnderwayMs: isOther ? this.#leftMs(command) : 0,
    };
  }

  /** So long the server may still follow the command. */
  #leftMs({ wanted, sentSteadyMs }: Command): number {
    return Math.max(0, sentSteadyMs + this.#boundsOf(wanted).followMs - this.#ports.clock.monotonic());
  }

  #boundsOf(wanted: 'on' | 'off'): OrderBounds {
    const { offMinutes, onMinutes, tries } = this.#ports.settings;
    return { followMs: (wanted === 'off' ? offMinutes : onMinutes) * minuteMs, tries };
  }

  /** What the steady clock showed then, by the wall clock of now. */
  #steadyOf(atMs: number): number {
    const { clock } = this.#ports;
    return clock.monotonic() - Math.max(0, clock.wall() - atMs);
  }
}

function isOpenOrder(order: StoredServerOrder | undefined): boolean {
  return order !== undefined && isOpenState(order.state);
}

const fresh: Progress = { state: 'waiting', tries: 0, sentMs: null, problem: null };

function whyGivenUp({ tries, wanted, problem }: StoredServerOrder, { position }: SeenServer): string {
  if (tries === 0) return `nothing could be sent: ${problem ?? 'the switch does not answer'}`;
  const times = tries === 1 ? 'once' : `${tries} times`;
  const seen =
    position === undefined ? `and it cannot be seen whether it is ${wanted}` : `and it is ${position} still`;
  return `it was told ${times} to be ${wanted}, ${seen}${problem === null ? '' : ` (${problem})`}`;
}
