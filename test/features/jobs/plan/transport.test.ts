import fc from 'fast-check';
import t from 'tap';
import '../../../property-seed.ts';
import { solveTransport, type Transport } from '../../../../gateway/features/jobs/plan/transport.ts';

t.test('no other way to bring all to where there is room costs less', (t) => {
  let [solved, full] = [0, 0];
  fc.assert(
    fc.property(transports(), (transport) => {
      const amounts = solve(transport);
      const least = leastOf(transport);
      if (least === undefined) full += 1;
      if (amounts === undefined || least === undefined) return amounts === least;
      solved += 1;
      t.ok(keepsBounds(transport, amounts), `within all bounds: ${amounts.join(' ')}`);
      const cost = amounts.reduce((sum, amount, at) => sum + priceOf(amount, transport.rates[at]), 0);
      return Math.abs(cost - least) < 1e-9;
    }),
    { numRuns: 300 },
  );
  t.ok(solved > 100 && full > 10, `${solved} solved, ${full} without room`);
  t.end();
});

function solve(transport: Transport): Float64Array | undefined {
  const steps = solveTransport(transport);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Every way there is, unit by unit. */
function leastOf({ needs, rooms, shares, rates }: Transport): number | undefined {
  const mostOf = (column: number, left: number, room: readonly number[]): number =>
    Math.min(left, room[column] ?? 0, shares[column] ?? 0);
  const place = (at: number, left: number, room: readonly number[]): number | undefined => {
    const [row, column] = [Math.floor(at / rooms.length), at % rooms.length];
    if (row === needs.length) return 0;
    const most = mostOf(column, left, room);
    let least: number | undefined;
    for (let amount = 0; amount <= most; amount += 1) {
      const price = priceOf(amount, rates[at]);
      const isRowDone = column === rooms.length - 1;
      if (price === Infinity || (isRowDone && amount < left)) continue;
      const nextRoom = room.map((each, index) => (index === column ? each - amount : each));
      const rest = place(at + 1, isRowDone ? (needs[row + 1] ?? 0) : left - amount, nextRoom);
      if (rest !== undefined && (least === undefined || rest + price < least)) least = rest + price;
    }
    return least;
  };
  return place(0, needs[0] ?? 0, [...rooms]);
}

function priceOf(amount: number, rate = Infinity): number {
  return amount === 0 ? 0 : amount * rate;
}

function keepsBounds({ needs, rooms, shares }: Transport, amounts: Float64Array): boolean {
  const at = (row: number, column: number): number => amounts[row * rooms.length + column] ?? Number.NaN;
  const [rows, columns] = [[...needs.keys()], [...rooms.keys()]];
  const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);
  return (
    rows.every((row) => sum(columns.map((column) => at(row, column))) === needs[row]) &&
    columns.every((column) => sum(rows.map((row) => at(row, column))) <= (rooms[column] ?? 0)) &&
    rows.every((row) =>
      columns.every((column) => at(row, column) >= 0 && at(row, column) <= (shares[column] ?? 0)),
    )
  );
}

function transports(): fc.Arbitrary<Transport> {
  const rate = fc.option(fc.integer({ min: -3, max: 9 }), { nil: Infinity, freq: 8 });
  const column = fc.record({
    share: fc.integer({ min: 1, max: 2 }),
    places: fc.integer({ min: 1, max: 2 }),
    rates: fc.tuple(rate, rate, rate),
  });
  return fc
    .record({
      needs: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 1, max: 3 }))),
      columns: fc.array(column, { minLength: 2, maxLength: 4 }),
    })
    .map(({ needs, columns }) => ({
      needs: Float64Array.from(needs),
      shares: Float64Array.from(columns, ({ share }) => share),
      rooms: Float64Array.from(columns, ({ share, places }) => share * places),
      rates: Float64Array.from(
        [0, 1, 2].flatMap((row) => columns.map(({ rates }) => rates[row] ?? Infinity)),
      ),
    }));
}
