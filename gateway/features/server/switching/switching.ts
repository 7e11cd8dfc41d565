import type { Derogation, DerogationCall } from '../../../core/derogations.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { StoredServerOrder } from '../../../storage/server-calls.ts';
import {
  decideAfterMains,
  decideByPolicy,
  decideByUps,
  decideAnew,
  decidingMs,
  isHeldByUps,
  policyBefore,
  type Decision,
} from './decider.ts';
import { OrderDesk, type GivenOrder } from './order-desk.ts';
import { derogationFacts, reasonWords } from './order-reason.ts';
import { ServerSight, type ServerSeen } from './server-sight.ts';
import {
  nextPolicyChange,
  policyWish,
  type NextChange,
  type PolicyKnowledge,
  type PolicyWish,
} from './switching-policy.ts';
import type { SwitchingPorts, UnusableSwitch } from './switching-ports.ts';
import { upsFreshMs, upsStep, type UpsReason, type UpsState } from './ups-rule.ts';
import { UpsSight, type SeenUps } from './ups-sight.ts';

/** Carries out orders; hastened when there is a new one. */
export const driveTaskName = 'drive:server';
/** Decides; hastened when a colour or a derogation has changed. */
export const decideTaskName = 'decide:server';

/** Decides when the server is switched on and off, and has it done. */
export class Switching {
  readonly #ports: SwitchingPorts;
  readonly #sight: ServerSight;
  readonly #ups: UpsSight | undefined;
  readonly #knowledge: PolicyKnowledge;
  readonly desk: OrderDesk;
  #upsState: UpsState = { phase: 'mains' };
  #hasLoaded = false;
  /** The policy was heard in this life. */
  #hasWished = false;

  constructor(ports: SwitchingPorts) {
    const { settings, knowledge, derogations } = ports;
    this.#ports = ports;
    this.#sight = new ServerSight(ports);
    this.#ups = settings.ups === undefined ? undefined : new UpsSight(settings.ups, ports);
    this.#knowledge = {
      colourOf: (day) => knowledge.colourOf(day),
      redProbability: (day) => knowledge.redProbability(day),
      covering: (range) => derogations?.covering(range) ?? [],
    };
    this.desk = new OrderDesk(ports, this.#sight);
    const again = (): void => ports.hasten(decideTaskName);
    knowledge.onNews(again);
    derogations?.onChange(again);
  }

  get ports(): SwitchingPorts {
    return this.#ports;
  }

  get knowledge(): PolicyKnowledge {
    return this.#knowledge;
  }

  seen(): ServerSeen {
    return this.#sight.seen();
  }

  /** undefined: none is configured, or it has said nothing yet. */
  upsSaid(): SeenUps | undefined {
    return this.#ups?.last();
  }

  get upsState(): UpsState {
    return this.#upsState;
  }

  /** Whether the UPS has said something within the last minute. */
  isUpsHeard(): boolean {
    const said = this.upsSaid();
    return said !== undefined && this.#ports.clock.monotonic() - said.heardMs <= upsFreshMs;
  }

  /** What the policy wants now; undefined: it has no say, or the time is not known. */
  wish(): PolicyWish | undefined {
    if (!this.#canTell()) return undefined;
    return policyWish(this.#decidingMs(), this.#knowledge, this.#ports.settings);
  }

  nextChange(): NextChange | undefined {
    if (!this.#canTell()) return undefined;
    return nextPolicyChange(this.#decidingMs(), this.#knowledge, this.#ports.settings);
  }

  /** Looks at the UPS and at the policy, and gives the order that follows. Errors: those of the store; the next run tries again. */
  async decide(): Promise<void> {
    if (this.#ports.powerSwitch === undefined) return;
    await this.desk.load();
    this.#beginUps();
    await this.#writeUrgent();
    const { state, shutDown, isReleased } = this.#stepUps();
    // On in the peak hours of a red day would be worse than off for longer.
    if (isReleased === true && !this.#canSpeak()) return;
    if (shutDown !== undefined) await this.#shutDown(shutDown, state);
    else {
      const decision = this.#decideByWish(state, isReleased === true);
      if (decision !== undefined) await this.#give(decision);
    }
    // Only now: what could not be written down is to be decided again.
    this.#upsState = state;
    if (!this.#canTell()) return;
    this.desk.policyHasSpoken();
    this.#hasWished ||= state.phase === 'mains';
  }

  /** It is told even if that cannot be written down. Errors: those of the store. */
  async #shutDown(reason: UpsReason, state: UpsState): Promise<void> {
    const decision = decideByUps(reason, this.#upsFacts(), this.desk.known());
    try {
      await this.#give(decision);
    } catch (error) {
      this.#upsState = state;
      this.#ports.hasten(driveTaskName);
      throw error;
    }
  }

  /** Errors: those of the store; before it is written down nothing else is decided. */
  async #writeUrgent(): Promise<void> {
    const { urgent } = this.desk;
    if (urgent !== undefined) await this.#give(urgent);
  }

  /** Somebody wants it on or off. Errors: `control_refused`, those of derogations and of the store. */
  async order(wanted: 'on' | 'off', call: DerogationCall): Promise<StoredServerOrder> {
    this.#assertMay(wanted);
    await this.desk.load();
    const derogation = wanted === 'on' ? await this.#derogate(call) : undefined;
    const policy = this.wish()?.wanted ?? policyBefore(this.desk.known());
    const order = await this.desk.give({
      ...{ wanted, cause: 'person', by: call.principal.id },
      reason: { reason: 'asked', policy, ...(derogation && derogationFacts(derogation)) },
    });
    this.#ports.hasten(driveTaskName);
    return order;
  }

  #assertMay(wanted: 'on' | 'off'): void {
    const { powerSwitch, unusable } = this.#ports;
    if (powerSwitch === undefined) throw unusable === undefined ? noSwitch() : brokenSwitch(unusable);
    if (!powerSwitch.positions.includes(wanted)) throw cannotSwitch(powerSwitch.id, wanted);
    const isHeld = this.#upsState.phase === 'shut' && this.upsSaid()?.isOnBattery === true;
    if (wanted === 'on' && isHeld && this.isUpsHeard()) throw onBattery();
  }

  /** Where the policy wants it off; undefined: it does not, or it is no member who asks. */
  async #derogate(call: DerogationCall): Promise<Derogation | undefined> {
    const { clock, derogations } = this.#ports;
    if (this.wish()?.wanted !== 'off') return undefined;
    return await derogations?.derogateNow(call, Math.floor(clock.wall()));
  }

  #decideByWish(ups: UpsState, isReleased: boolean): Decision | undefined {
    const orders = this.desk.known();
    const wish = this.wish();
    if (isReleased) return decideAfterMains(wish, orders);
    // What a person has ordered since then counts, and so does the policy again.
    if (ups.phase === 'shut' && orders[0]?.cause === 'ups') return undefined;
    if (ups.phase === 'battery' && wish?.wanted === 'on') return undefined;
    const isFirst = wish !== undefined && !this.#hasWished;
    return decideByPolicy(wish, orders) ?? (isFirst ? decideAnew(wish, orders) : undefined);
  }

  /** An earlier life has shut the server down because of the mains, and they were not back for long since. */
  #beginUps(): void {
    if (this.#hasLoaded) return;
    this.#hasLoaded = true;
    if (this.#ups !== undefined && isHeldByUps(this.desk.known()))
      this.#upsState = { phase: 'shut', mainsSinceMs: undefined };
  }

  #stepUps(): ReturnType<typeof upsStep> {
    return upsStep(this.#upsState, this.#ups?.last(), this.#ports.clock.monotonic(), this.#ports.settings);
  }

  #upsFacts(): Parameters<typeof decideByUps>[1] {
    const { runtimeS, chargePercent } = this.upsSaid() ?? {};
    const state = this.#upsState;
    const batteryMs = state.phase === 'battery' ? this.#ports.clock.monotonic() - state.sinceMs : 0;
    return {
      ...(runtimeS !== undefined && { runtimeS }),
      ...(chargePercent !== undefined && { chargePercent }),
      batteryMs,
    };
  }

  async #give(decision: GivenOrder): Promise<void> {
    const order = await this.desk.give(decision);
    const { store, logger, hasten } = this.#ports;
    hasten(driveTaskName);
    const line = {
      atMs: order.decidedMs,
      principal: decision.by,
      action: `server.${decision.wanted}`,
      outcome: 'ok',
      detail: JSON.stringify({ order: order.id, because: reasonWords(decision.reason), ...decision.reason }),
    };
    try {
      await store.call('addAuditLine', line);
    } catch (error) {
      logger.warn({ error }, 'the audit line of an order to the server could not be written');
    }
  }

  /** Whether the policy can be heard, or there is none. */
  #canSpeak(): boolean {
    return this.#ports.settings.policy === 'none' || this.#canTell();
  }

  #canTell(): boolean {
    return this.#ports.isTimeKnown() && this.#ports.isKnowledgeRead();
  }

  #decidingMs(): number {
    const nowMs = Math.floor(this.#ports.clock.wall());
    return decidingMs(nowMs, this.desk.known().find(({ cause }) => cause === 'policy')?.decidedMs);
  }
}

function noSwitch(): GatewayError {
  return new GatewayError('control_refused', 'the server cannot be switched: it has no switch', {
    hint: 'name one of switches as server.switch: docs/server.md',
    facts: { reason: 'no-switch' },
  });
}

function brokenSwitch({ id, reason }: UnusableSwitch): GatewayError {
  return new GatewayError(
    'control_refused',
    `the server cannot be switched: its switch ${id} cannot be used: ${reason}`,
    {
      hint: 'correct it under switches: in the configuration; egw config check says where',
      facts: { reason: 'switch-unusable', switch: id },
    },
  );
}

function cannotSwitch(id: string, wanted: 'on' | 'off'): GatewayError {
  return new GatewayError('control_refused', `the switch ${id} cannot switch the server ${wanted}`, {
    hint: 'choose a kind of switch that can: docs/server.md',
    facts: { reason: 'switch-cannot', switch: id, wanted },
  });
}

function onBattery(): GatewayError {
  return new GatewayError(
    'control_refused',
    'the mains are away: the server was shut down before its UPS is empty',
    {
      hint: 'it comes on by itself when the mains are back for long enough',
      facts: { reason: 'on-battery' },
    },
  );
}
