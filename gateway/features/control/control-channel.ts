import { describeControl } from '../../core/control.ts';
import { monotonicMs, type MonotonicMs } from '../../core/clock.ts';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { OneAtATime } from '../../engine/one-at-a-time.ts';
import {
  readBefore,
  restoresWhatWas,
  writeSetPoint,
  type ControlDefinition,
  type WordsBefore,
} from '../../io/drivers/index.ts';
import { admitClaim } from './admit-claim.ts';
import {
  effectiveClaim,
  liveClaims,
  ranksBelow,
  type Claim,
  type Source,
  type WantedSetPoint,
} from './claims.ts';
import { countedWrites, findControl, nameOf, type KnownControl } from './control-session.ts';
import type { OpenIntent } from './intent-journal.ts';
import { takeControlTurn, type ControlTurn, type LaneTurn } from './lane-turn.ts';
import { PendingRevert, type ChannelParts } from './pending-revert.ts';
import { checkBudget, checkInterval, heldBy, refusal, writesOf } from './set-point-rules.ts';
import type { WriteBudgets } from './write-budgets.ts';

export interface ControlChannelParts extends ChannelParts {
  readonly budgets: WriteBudgets;
  /** Throws `control_refused` when the mode of the device allows no set points now, `stopping` at the end. */
  checkAllowed(): void;
  /** Something may be due at another time than before. */
  changed(): void;
}

type Priority = ControlTurn['priority'];

/** A write that was not confirmed at once may still take effect within this: the device is looked at once more. */
const settleMs = 5_000;

/**
 * One control of one device: who wants what of it, what the device was told, and how it is put back. One thing
 * happens at a time; only what has not begun is called off when a lease ends meanwhile.
 */
export class ControlChannel {
  readonly #parts: ControlChannelParts;
  /** The device and the control, for people. */
  readonly #subject: string;
  readonly #order = new OneAtATime();
  #claims: readonly Claim[] = [];
  /** All that the journal has open, the one that the device follows last. */
  #open: readonly OpenIntent[] = [];
  #active: OpenIntent | undefined;
  #revert: PendingRevert | undefined;
  #turn: LaneTurn | undefined;
  #isTending = false;
  /** When the device was last given another set point. */
  #changedMs = -Infinity;
  #doubtUntilMs = monotonicMs(-Infinity);
  #alarm: string | undefined;

  constructor(parts: ControlChannelParts) {
    this.#parts = parts;
    this.#subject = nameOf(parts.address);
  }

  get address(): ChannelParts['address'] {
    return this.#parts.address;
  }

  get nowMs(): MonotonicMs {
    return this.#parts.ports.clock.monotonic();
  }

  get revert(): PendingRevert | undefined {
    return this.#revert;
  }

  get claims(): readonly Claim[] {
    return this.#claims;
  }

  /** What the device was told and has confirmed. */
  get setPoint(): number | undefined {
    return this.#active?.value ?? undefined;
  }

  /** Why the latest set point failed; undefined when it did not. */
  get alarm(): string | undefined {
    return this.#alarm;
  }

  /** At the next of these times `tend` has something to do. */
  get dueMs(): number {
    const endsMs = this.#claims.map(({ untilMs }) => untilMs);
    return Math.min(...endsMs, this.#revert?.dueMs ?? Infinity);
  }

  /** What an earlier start left open: the device is put back before it is told anything else. */
  adopt(intents: readonly OpenIntent[]): void {
    this.#open = intents;
    this.#doubt();
    this.#beginRevert('the gateway was started');
  }

  /**
   * Returns when the device holds what applies from now on: for limits that may be a stricter claim's value.
   * The same value again renews the lease. Errors: `control_refused`, `control_unconfirmed` (the device is put
   * back), `deadline_exceeded`, those of the store and of the transport (nothing was written).
   */
  async set(wanted: WantedSetPoint): Promise<Claim> {
    if (this.#order.count >= limits.controlCallsMax) {
      throw new GatewayError('queue_full', `too many set points wait for ${this.#subject}`);
    }
    return await this.#run(async () => {
      const { known, claims, effective } = this.#admit(wanted);
      await this.#follow(known, claims, 'control');
      return effective;
    });
  }

  /** Throws what `set` would now refuse it for, and does nothing. */
  check(wanted: WantedSetPoint): void {
    this.#admit(wanted);
  }

  /** Gives up the claims of this source and of those behind it. True when the device is back, or follows others. */
  async release(source: Source): Promise<boolean> {
    return await this.#run(async () => {
      const kept = this.#claims.filter((claim) => ranksBelow(source, claim.source));
      const [holder] = kept;
      if (holder !== undefined && kept.length === this.#claims.length)
        throw heldBy(this.#subject, holder, this.nowMs);
      this.#alarm = undefined;
      if (kept.length === this.#claims.length) return await this.#attemptRevert();
      await this.#keepOnly(kept, 'it was released');
      return this.#revert === undefined;
    });
  }

  /** Ends all claims and puts the device back. True when it is. */
  async end(why: string): Promise<boolean> {
    this.#turn?.callOff(new GatewayError('stopping', `${this.#subject} was given up: ${why}`));
    return await this.#run(async () => {
      if (this.#open.length > 0 && this.#revert === undefined) this.#beginRevert(why);
      return await this.#attemptRevert();
    });
  }

  /** Puts the device back though nobody asked it for anything. True when it is. */
  async putBack(principal: string): Promise<boolean> {
    return await this.#run(async () => {
      if (this.#revert === undefined) {
        const { journal, address } = this.#parts;
        const intent = { address, value: null, source: 'mode', principal, leaseMs: 0, before: undefined };
        this.#open = [...this.#open, await journal.open(intent, 0)];
        this.#beginRevert('of its mode');
      }
      return await this.#attemptRevert();
    });
  }

  /** Ends leases that are over, and tries to put the device back when that is due. */
  async tend(): Promise<void> {
    const nowMs = this.nowMs;
    if (this.dueMs > nowMs) return;
    if (this.#claims.some(({ untilMs }) => untilMs <= nowMs)) {
      this.#turn?.callOff(
        new GatewayError('control_refused', `the lease of ${this.#subject} ended meanwhile`),
      );
    }
    if (this.#isTending) return;
    this.#isTending = true;
    try {
      await this.#run(async () => {
        const live = liveClaims(this.#claims, this.nowMs);
        if (live.length < this.#claims.length) await this.#keepOnly(live, 'its lease ended');
        if ((this.#revert?.dueMs ?? Infinity) <= this.nowMs) await this.#attemptRevert();
      });
    } finally {
      this.#isTending = false;
    }
  }

  /** The device answers again after an outage. */
  deviceAnswers(): void {
    this.#revert?.hurry();
    this.#parts.changed();
  }

  #admit({ source, principal, value, leaseMs, askedMs }: WantedSetPoint): {
    readonly known: KnownControl;
    readonly claims: readonly Claim[];
    readonly effective: Claim;
  } {
    const { devices } = this.#parts;
    const known = findControl(devices, this.address);
    const { definition } = known;
    this.#parts.checkAllowed();
    const claim = { source, principal, value, untilMs: monotonicMs(askedMs + leaseMs) };
    const admission = {
      subject: this.#subject,
      definition,
      deviceState: devices.stateOf(this.address.device),
      revert: this.#revert,
      claims: this.#claims,
      nowMs: this.nowMs,
    };
    const claims = admitClaim(admission, claim, leaseMs);
    const effective = effectiveClaim(claims) ?? claim;
    this.#checkChange(definition, effective.value);
    return { known, claims, effective };
  }

  /** Another set point than the present one must not come too soon, nor use up the year's writes. */
  #checkChange(definition: ControlDefinition, value: number): void {
    const isChange = value !== this.setPoint;
    if (isChange) checkInterval(this.#subject, definition, this.nowMs - this.#changedMs);
    if (isChange || definition.revertTimer !== undefined) this.#checkBudget(definition, writesOf(definition));
  }

  #checkBudget(definition: ControlDefinition, writes: number): void {
    const { budgets, address } = this.#parts;
    checkBudget(this.#subject, definition, { used: budgets.used(address.device, address.control), writes });
  }

  /** Some claims are gone: the device follows the others, or is put back. */
  async #keepOnly(claims: readonly Claim[], why: string): Promise<void> {
    let cause = why;
    if (claims.length > 0) {
      try {
        await this.#follow(findControl(this.#parts.devices, this.address), claims, 'safety');
        return;
      } catch (error) {
        cause = `${why}, and what then applied could not be set: ${describeError(error)}`;
      }
    }
    if (this.#revert !== undefined || this.#open.length === 0) return;
    this.#beginRevert(cause);
    await this.#attemptRevert();
  }

  /** Makes the device hold what the claims come to; or throws, and leaves it as it was or has it put back. */
  async #follow(known: KnownControl, claims: readonly Claim[], priority: Priority): Promise<void> {
    const claim = effectiveClaim(claims);
    if (claim === undefined) return;
    const isRenewal = claim.value === this.setPoint;
    const intent = isRenewal ? this.#active : await this.#openIntent(known, claim, priority);
    if (intent === undefined) return;
    const inAdvance = isRenewal ? 0 : writesOf(known.definition);
    const course = { priority, inAdvance, isTouched: false };
    try {
      await this.#write(known, claim, course);
      course.isTouched = true;
      await this.#confirm(intent);
    } catch (error) {
      throw course.isTouched ? await this.#fail(known, intent, error) : await this.#withdraw(intent, error);
    } finally {
      if (course.isTouched && !isRenewal) this.#changedMs = this.nowMs;
    }
    this.#claims = claims;
    this.#alarm = undefined;
  }

  async #openIntent(known: KnownControl, claim: Claim, priority: Priority): Promise<OpenIntent> {
    const { address, journal } = this.#parts;
    const [first] = this.#open;
    const before = first === undefined ? await this.#readBefore(known, priority) : first.before;
    const leaseMs = claim.untilMs - this.nowMs;
    const intent = await journal.open({ ...claim, address, leaseMs, before }, writesOf(known.definition));
    this.#open = [...this.#open, intent];
    return intent;
  }

  async #readBefore(known: KnownControl, priority: Priority): Promise<WordsBefore | undefined> {
    if (!restoresWhatWas(known.definition)) return undefined;
    let before: WordsBefore | undefined;
    await this.#takeTurn(known, {
      priority,
      beforeWrite: () => Promise.reject(new GatewayError('internal_error', 'reading writes nothing')),
      work: async (session) => {
        before = await readBefore(known.definition, session);
      },
    });
    return before;
  }

  async #write(
    known: KnownControl,
    claim: Claim,
    course: { readonly priority: Priority; readonly inAdvance: number; isTouched: boolean },
  ): Promise<void> {
    const count = countedWrites(course.inAdvance, async () => {
      this.#doubt();
      this.#checkBudget(known.definition, 1);
      await this.#parts.journal.charge({ ...this.address, writes: 1 });
    });
    await this.#takeTurn(known, {
      priority: course.priority,
      beforeWrite: async () => {
        if (!course.isTouched) this.#checkStillWanted(claim);
        await count();
        course.isTouched = true;
      },
      work: async (session) => {
        const leaseMs = claim.untilMs - this.nowMs;
        await writeSetPoint(known.definition, { value: claim.value, leaseMs }, session);
      },
    });
  }

  async #takeTurn(known: KnownControl, how: ControlTurn): Promise<void> {
    this.#turn = takeControlTurn(this.#parts.ports, { address: this.address, known }, how);
    await this.#turn.done;
  }

  /** Time has passed since the claim was admitted. */
  #checkStillWanted(claim: Claim): void {
    this.#parts.checkAllowed();
    if (claim.untilMs > this.nowMs) return;
    throw refusal(this.#subject, 'the lease ended before its turn came', 'nothing was written; try again');
  }

  async #confirm(intent: OpenIntent): Promise<void> {
    const former = this.#open.filter((other) => other !== intent);
    if (intent.state === 'applied' && former.length === 0) return;
    await this.#parts.journal.move([
      [[intent], 'confirmed'],
      [former, 'superseded'],
    ]);
    this.#open = [intent];
    this.#active = intent;
  }

  /** Nothing was written: all is as before. The error for the caller. */
  async #withdraw(intent: OpenIntent, error: unknown): Promise<unknown> {
    if (intent === this.#active) return error;
    await this.#note(async () => {
      await this.#parts.journal.move([[[intent], 'withdrawn']]);
      this.#open = this.#open.filter((other) => other !== intent);
    });
    return error;
  }

  /** Something was written, and the device does not hold what it should. The error for the caller. */
  async #fail({ definition }: KnownControl, intent: OpenIntent, cause: unknown): Promise<GatewayError> {
    const reason = describeError(cause);
    const { unit } = describeControl(definition.name);
    const message = `${this.#subject} did not become ${intent.value ?? '?'} ${unit}: ${reason}`;
    this.#alarm = message;
    this.#parts.ports.logger.error(
      { ...this.address, code: errorCodeOf(cause) ?? 'internal_error' },
      message,
    );
    await this.#note(async () => await this.#parts.journal.move([[[intent], 'unconfirmed']]));
    this.#doubt();
    this.#beginRevert('a set point was not confirmed');
    const isBack = await this.#attemptRevert();
    const hint = isBack ? 'it was put back' : 'it is being put back; see egw device controls';
    return new GatewayError('control_unconfirmed', message, { hint, cause });
  }

  /** What the journal does not hear now it hears with the next revert, or with the one after a restart. */
  async #note(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#parts.ports.logger.warn({ ...this.address, code: error.code }, `not noted: ${error.message}`);
    }
  }

  #doubt(): void {
    this.#doubtUntilMs = monotonicMs(this.nowMs + settleMs);
  }

  #beginRevert(why: string): void {
    this.#claims = [];
    this.#active = undefined;
    this.#revert = new PendingRevert(this.#parts, this.#open, { why, doubtUntilMs: this.#doubtUntilMs });
  }

  /** True when the device is back, or nothing was to be put back. */
  async #attemptRevert(): Promise<boolean> {
    if (this.#revert === undefined) return true;
    if (!(await this.#revert.attempt())) return false;
    this.#revert = undefined;
    this.#open = [];
    return true;
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#order.run(work);
    } finally {
      this.#parts.changed();
    }
  }
}
