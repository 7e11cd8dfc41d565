// Made by scripts/make-client.mjs from what the commands declare.
interface StatsShowInput {
  /** Tariff days until now; global: since the accounts begin; week: since Monday */
  period?:
    | 'all'
    | 'global'
    | 'year'
    | 'month'
    | 'week'
    | 'yesterday'
    | 'day'
    | 'derogations_year'
    | 'derogations_total';
  /** Id of a member */
  user?: string;
}

interface StatsShowOutput {
  atMs: number;
  user: string | null;
  periods: {
    period: string;
    /** The first tariff day, 06:00 to 06:00 */
    firstDay: string;
    /** The last one, in it */
    lastDay: string;
    server: {
      /** kWh; -1: nothing is known of that time */
      consumption: number;
      /** Euros, of the days whose price is known */
      price: number;
    };
    user: {
      /** kWh; -1: nothing is known of that time */
      consumption: number;
      /** Euros, of the days whose price is known */
      price: number;
      derogation: {
        number_of_derog: number;
        /** kWh; -1: nothing is known of that time */
        consumption: number;
        /** Euros, of the days whose price is known */
        price: number;
      };
    } | null;
    exact: {
      /** mWh */
      mwh: number;
      /** Millionths of a euro */
      microEuros: number;
      /** mWh */
      estimatedMwh: number;
      /** mWh */
      unassignedMwh: number;
      /** Millionths of a euro */
      unassignedMicroEuros: number;
      /** mWh */
      userMwh: number | null;
      /** Millionths of a euro */
      userMicroEuros: number | null;
      /** mWh */
      userDerogationMwh: number | null;
      /** Millionths of a euro */
      userDerogationMicroEuros: number | null;
    };
    /** Of all members that bear any of it, by id; with the unassigned part they add up to it */
    shares: {
      member: string;
      /** mWh */
      mwh: number;
      /** Millionths of a euro */
      microEuros: number;
    }[];
    days: number;
    /** Days of which nothing is known: they cost nothing */
    downDays: number;
    /** Days whose price is not known: the cost is without them */
    unpricedDays: number;
  }[];
}

export interface StatsOperations {
  /** What the server took and cost, and the part of a member. Needs the scope read. */
  'stats.show': { input: StatsShowInput; output: StatsShowOutput };
}
