import type { SourceValue } from '../sources/source.ts';
import type { Cell } from './recorded-table.ts';

/** What a row of chaudiere says, and what of it was left out, as clauses. */
export interface ChaudiereAnswer {
  readonly values: readonly SourceValue[];
  readonly problems: readonly string[];
}

/** Its columns of temperatures in °C: sensors on three sides of the boiler. A fourth, temp3, was never fed. */
const temperatures = { temp0: 'water', temp1: 'flue', temp2: 'enclosure' } as const;
/** Its columns of motors, called watt: mV of the crest of the current's signal, and 0 where the motor is off. */
const motors = { watt0: 'secondaryFan', watt1: 'igniter', watt2: 'primaryFan', watt3: 'auger' } as const;

export const chaudiereColumns: readonly string[] = [...Object.keys(temperatures), ...Object.keys(motors)];

/** What stands for no value, also for a true 0.0 °C. */
const noCelsius = -1;
/** Of a DS18B20 (data sheet, “Description”). */
const [celsiusMin, celsiusMax] = [-55, 125];
/** What a DS18B20 says before it has measured, and from how far away it is not believed: as our own source does. */
const [powerOnCelsius, jumpCelsius] = [85, 10];
/** Of an ADS1115 at its widest range. */
const millivoltsMax = 6_144;

/** Reads rows by time: whether 85 °C is a temperature is told by the one before. */
export class ChaudiereRows {
  readonly #celsius = new Map<string, number>();

  answerOf(cells: ReadonlyMap<string, Cell>): ChaudiereAnswer {
    const values: SourceValue[] = [];
    const problems: string[] = [];
    for (const [column, part] of Object.entries(temperatures)) {
      const value = this.#temperature(column, cells.get(column) ?? null);
      if (typeof value === 'string') problems.push(value);
      else if (value !== undefined) values.push({ part, quantity: 'temperature_c', value });
    }
    for (const [column, part] of Object.entries(motors)) {
      const value = millivolts(column, cells.get(column) ?? null);
      if (typeof value === 'string') problems.push(value);
      else if (value !== undefined) values.push({ part, quantity: 'motor_mv', value });
    }
    return { values, problems };
  }

  #temperature(column: string, cell: Cell): number | string | undefined {
    if (cell === null) return undefined;
    if (typeof cell === 'string') return `its ${column} is no number`;
    if (cell === noCelsius) return `its ${column} is −1, which stood for no value`;
    if (!(cell >= celsiusMin && cell <= celsiusMax)) return `its ${column} cannot be a temperature`;
    const before = this.#celsius.get(column);
    const isNear = before !== undefined && Math.abs(cell - before) <= jumpCelsius;
    if (cell === powerOnCelsius && !isNear)
      return `its ${column} is 85 °C at once, which a sensor says that has not measured`;
    this.#celsius.set(column, cell);
    return cell;
  }
}

/** Means of minutes have fractions; however little one is, the motor was on. */
function millivolts(column: string, cell: Cell): number | string | undefined {
  if (cell === null) return undefined;
  if (typeof cell === 'string') return `its ${column} is no number`;
  if (!(cell >= 0 && cell <= millivoltsMax)) return `its ${column} cannot be of the current's signal`;
  return cell === 0 ? 0 : Math.max(1, Math.round(cell));
}
