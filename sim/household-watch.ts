import type { Gateway } from '../gateway/app.ts';
import type { LiveValue } from '../gateway/core/live-feed.ts';
import type { TaskEvent } from '../gateway/engine/scheduler.ts';
import { CadenceWatch } from './cadence-watch.ts';
import { DeliveryWatch } from './delivery-watch.ts';
import type { Violation } from './invariants.ts';
import { LoginWatch } from './login-watch.ts';
import { RequestWatch } from './request-watch.ts';
import { ReturnWatch } from './return-watch.ts';
import { isTroubled, type ServiceFault } from './service-fault.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { HttpExchange } from './simulated-http.ts';
import type { VirtualReceiver } from './virtual-receiver.ts';
import type { VirtualServices, VirtualSource, VirtualSourceId } from './virtual-services.ts';

export interface HouseholdWatchParts {
  readonly clock: SimulatedClock;
  readonly services: VirtualServices;
  readonly receivers: readonly VirtualReceiver[];
  /** By id. */
  readonly devices: Readonly<Record<string, { readonly periodMs: number }>>;
  readonly isClockFaulty: boolean;
  readonly faultsOf: (source: VirtualSourceId, host: string) => readonly ServiceFault[];
  report(violation: Violation): void;
}

const hourMs = 3_600_000;
/** What a service asked for, or is left alone for, after its trouble is over. */
const convalescenceMs = 3 * hourMs;
/** RTE's tokens are renewed a minute before their end. */
const rteLifeMs = 2 * hourMs - 61_000;
/** Below, a day of it is more than its provider allows. */
const frugalMs = 5 * 60_000;

/** What the others say of ten minutes, an hour or a day is no news until that is over. */
const hasNewsAlways: ReadonlySet<VirtualSourceId> = new Set(['p1', 'plug', 'heating']);

/** All that must hold of sources and sinks, whatever happens to them. */
export class HouseholdWatch {
  readonly requests: RequestWatch;
  readonly cadence: CadenceWatch;
  readonly silence: SilenceWatch;
  readonly deliveries: DeliveryWatch;
  readonly returns: ReturnWatch;
  readonly #parts: HouseholdWatchParts;
  readonly #logins: readonly LoginWatch[];
  #underWay: HttpExchange[] = [];

  constructor(parts: HouseholdWatchParts) {
    this.#parts = parts;
    const { clock, receivers, isClockFaulty } = parts;
    const { sources, evohome, tempo } = parts.services;
    const reporter = (rule: Violation['rule']) => (message: string) =>
      parts.report({ atMs: clock.truth(), rule, message });
    const faultsAt = (host: string): readonly ServiceFault[] => this.#faultsOfHost(host);
    this.requests = new RequestWatch(sources, reporter('pace'));
    this.silence = new SilenceWatch({
      sources,
      isClockFaulty,
      faultsOf: faultsAt,
      report: reporter('silence'),
    });
    this.deliveries = new DeliveryWatch({ clock, receivers, isClockFaulty, report: reporter('delivery') });
    const talkative = sources.filter(({ id }) => !isClockFaulty && hasNewsAlways.has(id));
    const periodsMs = new Map(talkative.map(({ id, config }) => [id as string, config.periodMs]));
    this.returns = new ReturnWatch({ periodsMs, report: reporter('delivery') });
    this.cadence = new CadenceWatch({
      periodsMs: this.#periods(),
      isWell: (task, fromMs, toMs) => this.#isWell(task, fromMs, toMs),
      isClockFaulty,
      report: reporter('cadence'),
    });
    const evohomeRule = { host: 'tccna.resideo.com', lifeMs: Infinity };
    // Whether its token has ended is seen by the wall clock; the other's is renewed without a log-in.
    const rteRule = { host: 'digital.iservices.rte-france.com', lifeMs: isClockFaulty ? 0 : rteLifeMs };
    this.#logins = [
      new LoginWatch(
        { ...evohomeRule, name: 'evohome', logins: () => evohome.tokens.logins },
        reporter('login'),
      ),
      new LoginWatch({ ...rteRule, name: 'rte', logins: () => tempo.logins }, reporter('login')),
    ];
  }

  get checks(): number {
    const watches = [this.requests, this.cadence, this.silence, this.deliveries, this.returns];
    return watches.reduce((sum, { checks }) => sum + checks, 0);
  }

  restarted(): void {
    for (const exchange of this.#underWay) exchange.isUnheard ||= exchange.endMs === undefined;
    this.#underWay = [];
    const nowMs = this.#parts.clock.truth();
    this.requests.restarted();
    this.cadence.restarted();
    this.silence.restarted(nowMs);
    this.returns.restarted();
    this.deliveries.restarted(nowMs);
  }

  see(event: TaskEvent): void {
    this.cadence.see(event, this.#parts.clock.truth());
    if (event.kind === 'start' && event.task.startsWith('source:'))
      this.requests.runs(event.task.slice('source:'.length));
  }

  asked(exchange: HttpExchange): void {
    this.#underWay = [...this.#underWay.filter(({ endMs }) => endMs === undefined), exchange];
    this.requests.hear(exchange);
    for (const logins of this.#logins) logins.hear(exchange);
  }

  heard(values: readonly LiveValue[]): void {
    const nowMs = this.#parts.clock.truth();
    this.silence.hear(values, nowMs);
    for (const { device } of values) this.returns.heard(sourceOf(device), nowMs);
  }

  /** Readings of that device or source were stored. */
  stored(device: string): void {
    this.returns.stored(sourceOf(device), this.#parts.clock.truth());
  }

  /** Every few minutes. */
  look(gateway: Gateway): void {
    const nowMs = this.#parts.clock.truth();
    this.cadence.look(nowMs);
    this.silence.look(gateway, nowMs);
    this.deliveries.look();
    this.returns.look(nowMs);
    const isQuiet = this.#underWay.every(({ endMs }) => endMs !== undefined);
    for (const logins of isQuiet ? this.#logins : []) logins.look(nowMs);
    for (const { task, kind, overdueMs } of gateway.scheduler.livenessBreaches())
      this.#parts.report({ atMs: nowMs, rule: 'liveness', message: `${task} is ${kind} by ${overdueMs} ms` });
  }

  #periods(): ReadonlyMap<string, number> {
    const { services, devices } = this.#parts;
    return new Map([
      ...services.sources.map(({ id, config }) => [`source:${id}`, config.periodMs] as const),
      ...Object.entries(devices).map(([id, { periodMs }]) => [`harvest:${id}`, periodMs] as const),
    ]);
  }

  /** A device has no faults here. */
  #isWell(task: string, fromMs: number, toMs: number): boolean {
    const source = this.#parts.services.sources.find(({ id }) => task === `source:${id}`);
    if (source === undefined) return true;
    if (source.pace.requestsPerDay !== undefined && source.config.periodMs < frugalMs) return false;
    return !isTroubled(this.#faultsOf(source), fromMs - convalescenceMs, toMs);
  }

  #faultsOf({ id, hosts }: VirtualSource): readonly ServiceFault[] {
    return hosts.flatMap((host) => this.#parts.faultsOf(id, host));
  }

  #faultsOfHost(host: string): readonly ServiceFault[] {
    const source = this.#parts.services.sources.find(({ hosts }) => hosts.includes(host));
    return source === undefined ? [] : this.#parts.faultsOf(source.id, host);
  }
}

/** Of a part, the source. */
function sourceOf(device: string): string {
  return device.split('/')[0] ?? device;
}
