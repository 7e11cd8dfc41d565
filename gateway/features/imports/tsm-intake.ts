import type { Clock } from '../../core/clock.ts';
import type { StorePort } from '../store-port.ts';
import { takeTsmEnergy, type TsmEnergyPorts } from './take-tsm-energy.ts';
import { takeTsmPeople, type TsmPeople, type TsmPeoplePorts } from './take-tsm-people.ts';
import { takeTsmTempo, type TsmTempoPorts } from './take-tsm-tempo.ts';
import { TsmTally, type TsmTaken } from './tsm-tally.ts';

export interface TsmIntakePorts extends Omit<TsmTempoPorts, 'store'> {
  readonly clock: Clock;
  readonly store: TsmTempoPorts['store'] &
    TsmEnergyPorts['store'] &
    TsmPeoplePorts['store'] &
    StorePort<never>;
  /** Whoever goes by what is stored is to look again. */
  news(): void;
}

type Given = Parameters<typeof takeTsmTempo>[1] & Parameters<typeof takeTsmEnergy>[1] & TsmPeople;

/**
 * Takes what a database of TSM says: what is here already stands, what contradicts it is named, and the same again
 * changes nothing. One import at a time.
 */
export class TsmIntake {
  readonly #ports: TsmIntakePorts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: TsmIntakePorts) {
    this.#ports = ports;
  }

  /** Errors: those of the store; what was taken before is kept, and is known when it is said again. */
  async take(given: Given, isDryRun: boolean): Promise<TsmTaken> {
    const turn = this.#last.then(async () => await this.#take(given, isDryRun));
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async #take(given: Given, isDryRun: boolean): Promise<TsmTaken> {
    const tally = new TsmTally();
    const taking = { tally, isDryRun };
    await takeTsmTempo(this.#ports, given, taking);
    await takeTsmEnergy(this.#ports, given, taking);
    await takeTsmPeople(this.#ports, given, taking);
    if (!isDryRun) this.#ports.news();
    return tally.taken;
  }
}
