// Made by scripts/make-client.mjs from what the commands declare.
interface CostShowInput {
  device: string;
  /** Which energy; what it draws, or imports, unless said */
  flow?: 'grid_import' | 'grid_export' | 'pv' | 'battery_charge' | 'battery_discharge' | 'home' | 'load';
  /** Start: a day, an instant, or so long ago (30d) */
  from?: string;
  /** End: a day, which is in it, or an instant; now unless said */
  to?: string;
  /** What the rows are */
  by?: 'day' | 'month' | 'band' | 'colour' | 'price';
}

interface CostShowOutput {
  device: string;
  flow: 'grid_import' | 'grid_export' | 'pv' | 'battery_charge' | 'battery_discharge' | 'home' | 'load';
  by: 'day' | 'month' | 'band' | 'colour' | 'price';
  fromMs: number;
  toMs: number;
  rows: {
    /** The day, month, band, colour or price */
    what: string;
    /** kWh */
    kwh: number;
    /** Of them, spread evenly over a time in which nothing was read */
    estimatedKwh: number;
    /** Of them, without a price: not in the cost */
    unpricedKwh: number;
    /** Each day is rounded once: by whatever rows, the total is the same */
    microEuros: number;
    /** The same with six decimals */
    euros: string;
  }[];
  total: {
    /** kWh */
    kwh: number;
    /** Of them, spread evenly over a time in which nothing was read */
    estimatedKwh: number;
    /** Of them, without a price: not in the cost */
    unpricedKwh: number;
    /** Each day is rounded once: by whatever rows, the total is the same */
    microEuros: number;
    /** The same with six decimals */
    euros: string;
  };
  /** Why energy is without a price */
  problem: string | null;
}

export interface CostOperations {
  /** What the energy of a device cost, by the tariff that is configured. Needs the scope read. */
  'cost.show': { input: CostShowInput; output: CostShowOutput };
}
