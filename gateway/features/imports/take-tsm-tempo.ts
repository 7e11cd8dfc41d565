import { frenchInstantMs, type TempoDay } from '../../core/tempo-day.ts';
import type { DatedTempoPrices } from '../../core/tempo-prices.ts';
import { mayHaveColour, type TempoColour } from '../../core/tempo-rules.ts';
import type { SaidTempoDay } from '../../core/tempo-said-day.ts';
import type { StorePort } from '../store-port.ts';
import type { TsmTally } from './tsm-tally.ts';

export interface TsmTempoPorts {
  readonly store: StorePort<'listTempoDays' | 'listTempoPrices'>;
  /** What keeps the colours is told them, and has written them then. Errors: those of the store. */
  hearColours(said: readonly SaidTempoDay[]): Promise<void>;
  /** Errors: those of the store. */
  putPrices(prices: readonly DatedTempoPrices[]): Promise<void>;
}

interface Given {
  readonly colours: readonly { readonly day: TempoDay; readonly colour: TempoColour }[];
  readonly prices: readonly DatedTempoPrices[];
}

const ever = { first: '2000-01-01', last: '9998-12-31' };
const provider = 'tsm';

/** Colours and prices that are not there yet. Errors: those of the store. */
export async function takeTsmTempo(
  ports: TsmTempoPorts,
  { colours, prices }: Given,
  { tally, isDryRun }: { readonly tally: TsmTally; readonly isDryRun: boolean },
): Promise<void> {
  const { store } = ports;
  const known = new Map((await store.call('listTempoDays', ever)).map((said) => [said.day, said]));
  const said = colours.flatMap(({ day, colour }): readonly SaidTempoDay[] => {
    const before = known.get(day);
    if (before === undefined && !mayHaveColour(day, colour))
      tally.refuse(`the colour of ${day}`, `it cannot have been ${colour}, by the rules of the tariff`);
    else if (before === undefined)
      return [{ day, colour, provider, state: 'final', heardMs: frenchInstantMs(day, 0) }];
    else if (before.colour === colour) tally.know();
    else
      tally.refuse(
        `the colour of ${day}`,
        `it is ${before.colour} here, by ${before.provider}, not ${colour}`,
      );
    return [];
  });
  const rows = newPrices(prices, await store.call('listTempoPrices'), tally);
  tally.add('colours', said.length);
  tally.add('prices', rows.length);
  if (isDryRun) return;
  if (said.length > 0) await ports.hearColours(said);
  if (rows.length > 0) await ports.putPrices(rows);
}

function newPrices(
  prices: readonly DatedTempoPrices[],
  stored: readonly DatedTempoPrices[],
  tally: TsmTally,
): readonly DatedTempoPrices[] {
  return prices.filter((row) => {
    const before = stored.find((one) => one.validFrom === row.validFrom);
    const other = stored.find((one) => haveDaysInCommon(one, row));
    if (before !== undefined && JSON.stringify(before.prices) === JSON.stringify(row.prices)) tally.know();
    else if (other !== undefined)
      tally.refuse(`the prices of ${row.validFrom}`, `others are here, from ${other.validFrom} on`);
    else return true;
    return false;
  });
}

function haveDaysInCommon(left: DatedTempoPrices, right: DatedTempoPrices): boolean {
  return endsAfter(left, right.validFrom) && endsAfter(right, left.validFrom);
}

function endsAfter({ validTo }: DatedTempoPrices, day: TempoDay): boolean {
  return validTo === null || validTo >= day;
}
