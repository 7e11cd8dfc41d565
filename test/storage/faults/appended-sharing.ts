import { tariffBandInterval } from '../../../gateway/core/tariff-band.ts';
import { addDays } from '../../../gateway/core/tempo-day.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { NewServerOrder, StoredServerOrder } from '../../../gateway/storage/server-calls.ts';
import { startMs } from '../scratch.ts';
import { colourOf, intervalOf, mark, member, meter, order, presence, unchanged } from '../sharing.ts';
import type { Fault } from './store-verdict.ts';

const firstDay = '2026-03-10';
const all = { first: firstDay, last: '2100-01-01' };

function dayOf(number: number): string {
  return addDays(firstDay, number - 1);
}

function orderOf(number: number): NewServerOrder {
  return { ...order, wanted: number % 2 === 0 ? 'on' : 'off', decidedMs: startMs + number };
}

/**
 * Days of an appender: each has its colour, what its meter counted, a wish, and an order to the server, which is on its
 * way when the day is said to be there, and done when the next one comes.
 */
export class AppendedSharing {
  readonly #service: DatabaseService;
  readonly #persist: <Result>(work: () => Result) => Result;
  #sent: StoredServerOrder | undefined;

  constructor(service: DatabaseService, persist: <Result>(work: () => Result) => Result) {
    this.#service = service;
    this.#persist = persist;
  }

  /** As a gateway begins. An order that may have gone out is looked for, and not sent again. */
  start(): void {
    const service = this.#service;
    if (this.#persist(() => service.listPresences()).length === 0)
      this.#persist(() =>
        service.putMembers({ ...unchanged, members: [member('1')], presences: [presence('1', firstDay)] }),
      );
    this.#sent = this.#persist(() => service.listServerOrders({ rowsMax: 1 }))[0];
  }

  /** Answers the number of the day whose order is on its way now. */
  step(): number {
    const service = this.#service;
    const before = this.#sent;
    if (before !== undefined)
      this.#persist(() =>
        service.updateServerOrder({ ...before, state: 'done', tries: 1, endedMs: startMs }),
      );
    const number = (before?.id ?? 0) + 1;
    const day = dayOf(number);
    this.#persist(() => service.putTempoDays([colourOf(day, 'red')]));
    const counted = { mwh: number, startTotalMwh: totalOf(number - 1), endTotalMwh: totalOf(number) };
    const intervals = [intervalOf(day, 'peak', { ...counted, kind: 'measured' })];
    const { endMs: atMs } = tariffBandInterval(day, 'peak');
    this.#persist(() =>
      service.putMetered({ meter, mark: { ...mark, atMs, totalMwh: totalOf(number) }, intervals }),
    );
    this.#wish(number);
    const id = this.#persist(() => service.addServerOrder(orderOf(number)));
    const sent = { ...orderOf(number), id, state: 'sending', tries: 1, sentMs: startMs + number } as const;
    this.#persist(() => service.updateServerOrder(sent));
    this.#sent = sent;
    return number;
  }

  /** Unless it is there since a life before. */
  #wish(number: number): void {
    const range = { fromMs: startMs + number, toMs: startMs + number + 1 };
    const known = this.#persist(() => this.#service.listDerogations({ ...range, withRemoved: true }));
    if (known.length > 0) return;
    const wish = { member: '1', startMs: range.fromMs, endMs: range.toMs, createdMs: startMs };
    this.#persist(() => this.#service.addDerogation(wish));
  }
}

/** What is wrong with the days that an appender left, when it was told that so many have an order; and how many have. */
export function judgeSharing(
  service: DatabaseService,
  acknowledged: number,
): { readonly begun: number; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const orders = service.listServerOrders({ rowsMax: 100_000 }).toReversed();
  const begun = orders.filter(({ tries }) => tries > 0).length;
  if (begun < acknowledged) faults.push({ kind: 'lost', what: `orders ${begun + 1} to ${acknowledged}` });
  if (begun > acknowledged + 1) faults.push({ kind: 'wrong', what: `${begun} orders, not ${acknowledged}` });
  for (const [index, found] of orders.entries()) {
    const isNewest = index === orders.length - 1;
    const isInPlace = found.id === index + 1 && found.decidedMs === startMs + found.id;
    if (!isInPlace) faults.push({ kind: 'doubled', what: `order ${found.id} in place ${index + 1}` });
    if (!isNewest && found.state !== 'done') faults.push({ kind: 'wrong', what: JSON.stringify(found) });
  }
  return { begun, faults: [...faults, ...halves(service, orders.length)] };
}

/** What comes before an order is there with it, and the mark with what was counted. */
function halves(service: DatabaseService, orders: number): readonly Fault[] {
  const faults: Fault[] = [];
  const { intervals } = service.listMetered({ meter, ...all, daysMax: 100_000 });
  const counts = {
    colours: service.listTempoDays(all).length,
    counted: intervals.length,
    wishes: service.listDerogations({ fromMs: startMs, toMs: 2 * startMs, withRemoved: true }).length,
  };
  for (const [what, count] of Object.entries(counts))
    if (count < orders || count > orders + 1)
      faults.push({ kind: 'wrong', what: `${count} ${what} of ${orders} orders` });
  const total = service.getMeterMark(meter)?.totalMwh ?? 0;
  if (total !== totalOf(intervals.length))
    faults.push({ kind: 'wrong', what: `a total of ${total} after ${intervals.length} days` });
  return faults;
}

/** Each day takes as many mWh as its number says. */
function totalOf(days: number): number {
  return (days * (days + 1)) / 2;
}
