import type { DatedTempoPrices } from '../core/tempo-prices.ts';
import type {
  MemberCalls,
  StoredDerogation,
  StoredMember,
  StoredPresence,
  StoredStatement,
} from './member-calls.ts';
import type { MeterMark, NewServerOrder, ServerCalls, StoredServerOrder } from './server-calls.ts';
import type { SharingCalls } from './sharing-calls.ts';
import type { StoresKeeper } from './stores-keeper.ts';
import type { StoredTempoDay, TempoCalls } from './tempo-calls.ts';

type Query<Calls, Name extends keyof Calls> = Calls[Name] extends (given: infer Given) => unknown
  ? Given
  : never;

/** The calls about what the days cost, the server that is shared, and who shares it. */
export class SharingService implements SharingCalls {
  readonly #keeper: StoresKeeper;

  constructor(keeper: StoresKeeper) {
    this.#keeper = keeper;
  }

  putTempoDays(days: readonly StoredTempoDay[]): void {
    this.#keeper.run(({ tempo }) => tempo.putDays(days));
  }

  listTempoDays(range: Query<TempoCalls, 'listTempoDays'>): readonly StoredTempoDay[] {
    return this.#keeper.run(({ tempo }) => tempo.listDays(range));
  }

  putTempoPrices(prices: readonly DatedTempoPrices[]): void {
    this.#keeper.run(({ tempo }) => tempo.putPrices(prices));
  }

  listTempoPrices(): readonly DatedTempoPrices[] {
    return this.#keeper.run(({ tempo }) => tempo.listPrices());
  }

  removeTempoPrices(validFrom: string): boolean {
    return this.#keeper.run(({ tempo }) => tempo.removePrices(validFrom));
  }

  putMetered(of: Query<ServerCalls, 'putMetered'>): void {
    this.#keeper.run(({ meters }) => meters.put(of));
  }

  getMeterMark(meter: string): MeterMark | undefined {
    return this.#keeper.run(({ meters }) => meters.mark(meter));
  }

  listMetered(query: Query<ServerCalls, 'listMetered'>): ReturnType<ServerCalls['listMetered']> {
    return this.#keeper.run(({ meters }) => meters.list(query));
  }

  addServerOrder(order: NewServerOrder): number {
    return this.#keeper.run(({ serverOrders }) => serverOrders.add(order));
  }

  updateServerOrder(order: StoredServerOrder): void {
    this.#keeper.run(({ serverOrders }) => serverOrders.update(order));
  }

  listServerOrders(query: Query<ServerCalls, 'listServerOrders'>): readonly StoredServerOrder[] {
    return this.#keeper.run(({ serverOrders }) => serverOrders.list(query));
  }

  listMembers(): readonly StoredMember[] {
    return this.#keeper.run(({ members }) => members.list());
  }

  putMembers(of: Query<MemberCalls, 'putMembers'>): readonly number[] {
    return this.#keeper.run(({ members }) => members.put(of));
  }

  listPresences(): readonly StoredPresence[] {
    return this.#keeper.run(({ members }) => members.presences());
  }

  addDerogation(derogation: Query<MemberCalls, 'addDerogation'>): number {
    return this.#keeper.run(({ derogations }) => derogations.add(derogation));
  }

  removeDerogation(of: Query<MemberCalls, 'removeDerogation'>): boolean {
    return this.#keeper.run(({ derogations }) => derogations.remove(of));
  }

  listDerogations(query: Query<MemberCalls, 'listDerogations'>): readonly StoredDerogation[] {
    return this.#keeper.run(({ derogations }) => derogations.list(query));
  }

  putStatements(year: number, statements: readonly StoredStatement[]): void {
    this.#keeper.run((stores) => stores.statements.put(year, statements));
  }

  listStatements(year?: number): readonly StoredStatement[] {
    return this.#keeper.run((stores) => stores.statements.list(year));
  }
}
