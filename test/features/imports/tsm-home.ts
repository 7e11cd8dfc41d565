import { join } from 'node:path';
import type { Test } from 'tap';
import { serverAccount } from '../../../gateway/core/metered-day.ts';
import { frenchInstantMs } from '../../../gateway/core/tempo-day.ts';
import type { SaidTempoDay } from '../../../gateway/core/tempo-said-day.ts';
import { TsmIntake } from '../../../gateway/features/imports/tsm-intake.ts';
import type { TsmTaken } from '../../../gateway/features/imports/tsm-tally.ts';
import { readTsm } from '../../../gateway/io/imports/tsm/read-tsm.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { pricingId, pricingRows, writeTsm, type TsmRecords } from '../../io/imports/tsm-files.ts';
import { openScratch } from '../../storage/scratch.ts';
import { asStore, scratchDirectory } from '../../storage/upkeep/history.ts';

export const nowMs = frenchInstantMs('2025-03-20', 12);
export const meter = serverAccount;
export const allDays = { first: '2000-01-01', last: '2100-01-01', daysMax: 10_000 };
const season = '2024-2025';
/** More than a number can hold. */
const alice = 123_456_789_012_345_677n;

export interface Home {
  readonly service: DatabaseService;
  readonly path: string;
  /** How often others were told to look again. */
  readonly told: () => number;
  add(
    isDryRun?: boolean,
    file?: string,
  ): Promise<TsmTaken & { readonly refused: readonly { where: string; why: string }[] }>;
}

/** A gateway’s store, and a database of TSM beside it. */
export function homeWith(t: Test, generation: 'seed' | 'code', records: TsmRecords): Home {
  const directory = scratchDirectory(t);
  const path = join(directory, 'database.db');
  writeTsm(path, generation, records);
  const service = openScratch(directory);
  t.teardown(() => service.close());
  const store = asStore(service);
  let told = 0;
  const intake = new TsmIntake({
    clock: new SimulatedClock(nowMs),
    store,
    hearColours: async (said: readonly SaidTempoDay[]) => {
      await store.call(
        'putTempoDays',
        said.map((one) => ({ ...one, before: [] })),
      );
    },
    putPrices: async (prices) => await store.call('putTempoPrices', prices),
    news: () => {
      told += 1;
    },
  });
  const add: Home['add'] = async (isDryRun = false, file = path) => {
    const { refused, remarks, ...given } = readTsm(file);
    const taken = await intake.take(given, isDryRun);
    return { ...taken, refused: [...refused, ...taken.refused], remarks: [...remarks, ...taken.remarks] };
  };
  return { service, path, add, told: () => told };
}

export function everything(service: DatabaseService): unknown {
  return {
    days: service.listTempoDays(allDays),
    prices: service.listTempoPrices(),
    mark: service.getMeterMark(meter),
    metered: service.listMetered({ meter, ...allDays }),
    members: service.listMembers(),
    presences: service.listPresences(),
    derogations: service.listDerogations({ fromMs: 0, toMs: 2 * nowMs, withRemoved: true }),
    statements: service.listStatements(),
  };
}

export const seed: TsmRecords = {
  pricing: pricingRows(season, ['price_hp', 'price_hc']),
  day: [
    {
      date: '2025-03-03',
      id_pricing: pricingId(season, '3'),
      consumption_offpeak: 0.7,
      consumption_fullpeak: 1.5,
    },
    {
      date: '2025-03-04',
      id_pricing: pricingId(season, '1'),
      consumption_offpeak: -1,
      consumption_fullpeak: -1,
    },
    {
      date: '2025-03-05',
      id_pricing: pricingId(season, '1'),
      consumption_offpeak: 0.5,
      consumption_fullpeak: 1,
    },
    {
      date: '2025-03-06',
      id_pricing: pricingId(season, '2'),
      consumption_offpeak: 0,
      consumption_fullpeak: 1.2,
    },
  ],
  lastState: [
    { date: '2025-03-06', time: '06', consumption: 4 },
    { date: '2025-03-06', time: '22', consumption: 5.2 },
  ],
  user: [
    { id: alice, username: 'alice', permission_level: 1, arrival_date: '2024-06-01', leave_date: null },
    { id: 2, username: 'bob', permission_level: 0, arrival_date: '2024-06-01', leave_date: '2025-01-01' },
  ],
  derogation: [{ id: 1, id_user: 2, start_hour: 8, end_hour: 20, date: '2024-12-10' }],
  payment_schedule: [
    { user_id: alice, year: '2024', amount: 12.34, paid: 1 },
    { user_id: 2, year: '2024', amount: 5, paid: 0 },
  ],
};

export const atSix = frenchInstantMs('2025-01-10', 6) / 1_000;
export const code: TsmRecords = {
  pricing: pricingRows(season, ['price_fullpeak', 'price_offpeak']),
  day: [{ date: '2025-01-10', id_pricing: pricingId(season, '1') }],
  consumption: [
    {
      date: '2025-01-10',
      begin_hour: atSix,
      end_hour: atSix + 3_600,
      begin_consumption_power: 100,
      end_consumption_power: 100.1,
    },
    {
      date: '2025-01-10',
      begin_hour: atSix + 3_600,
      end_hour: atSix + 7_200,
      begin_consumption_power: 100.1,
      end_consumption_power: 100.3,
    },
    {
      date: '2025-01-11',
      begin_hour: atSix + 10_800,
      end_hour: atSix + 18 * 3_600,
      begin_consumption_power: 100.4,
      end_consumption_power: 101.9,
    },
    {
      date: '2025-01-10',
      begin_hour: atSix + 20_000,
      end_hour: atSix + 21_000,
      begin_consumption_power: 100,
      end_consumption_power: 200,
    },
    {
      date: '2025-01-12',
      begin_hour: atSix + 90_000,
      end_hour: atSix + 91_000,
      begin_consumption_power: 200,
      end_consumption_power: 100,
    },
    { date: '2025-01-12', begin_hour: 5, end_hour: 5, begin_consumption_power: 1, end_consumption_power: 1 },
  ],
  user: [
    { id: '11', username: 'ann', permission_level: 1 },
    { id: 'nobody', username: 'x', permission_level: 0 },
  ],
  user_presence_status: [
    { id: 1, id_user: '11', arrival_date: '2024-06-01', leave_date: '2024-08-01' },
    { id: 2, id_user: '11', arrival_date: '2024-07-01', leave_date: null },
    { id: 3, id_user: '11', arrival_date: '2024-09-01', leave_date: null },
    { id: 4, id_user: '12', arrival_date: '2024-09-01', leave_date: null },
    { id: 5, id_user: '11', arrival_date: 'soon', leave_date: null },
    { id: 6, id_user: '11', arrival_date: '2099-01-01', leave_date: null },
  ],
  derogation: [
    { date: '2025-01-10', id_user: '11' },
    { date: '2025-02-30', id_user: '11' },
    { date: '2025-01-11', id_user: '12' },
  ],
  payment_schedule: [
    { user_id: '11', period: '2024', amount: 3, paid: '2025-02-01' },
    { user_id: '11', period: '2024-2025', amount: 3, paid: null },
  ],
};
