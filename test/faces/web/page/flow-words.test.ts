import t from 'tap';
import {
  describeFlow,
  flowDoubts,
  linesUnder,
  wayWord,
} from '../../../../gateway/faces/web/page/flow-words.ts';
import type { Measure, PowerFlow } from '../../../../gateway/faces/web/page/power-flow.ts';

const good = (value: number | null): Measure => ({ value, mark: 'good', doubtful: [] });
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

t.test('the way of the power is a word, and idle below what can be seen', (t) => {
  t.equal(wayWord('grid', good(500)), 'importing');
  t.equal(wayWord('grid', good(-500)), 'exporting');
  t.equal(wayWord('grid', good(-14)), 'idle');
  t.equal(wayWord('battery', good(500)), 'discharging');
  t.equal(wayWord('battery', good(-500)), 'charging');
  t.equal(wayWord('battery', good(null)), '');
  t.equal(wayWord('sun', good(500)), '');
  t.equal(wayWord('house', good(500)), '');
  t.end();
});

t.test('the battery shows its charge, and a dash when it is not known', (t) => {
  t.same(linesUnder('battery', good(-900), good(54.4)).map(plain), ['54 %', 'charging']);
  t.same(linesUnder('battery', good(null), good(null)), ['–']);
  t.same(linesUnder('sun', good(900), good(54)), []);
  t.end();
});

const flow: PowerFlow = {
  sun: { value: 1_000, mark: 'stale', doubtful: ['inv-1'] },
  battery: undefined,
  soc: undefined,
  grid: { value: null, mark: 'missing', doubtful: ['meter'] },
  house: { value: null, mark: 'missing', doubtful: ['inv-1', 'meter'] },
};

t.test('the picture is told in one sentence, unknown as unknown', (t) => {
  t.equal(
    plain(describeFlow(flow)),
    'Power flow: sun 1.00 kW; grid (import positive) unknown; house unknown',
  );
  t.end();
});

t.test('what cannot be trusted is named with its device, and nothing when all is good', (t) => {
  t.equal(
    flowDoubts(flow, (id) => id.toUpperCase()),
    'Sun: the value of INV-1 is old: nothing came in time. Grid: the value of METER is missing',
  );
  t.equal(
    flowDoubts({ ...flow, sun: good(1), grid: good(2) }, (id) => id),
    '',
  );
  t.end();
});
