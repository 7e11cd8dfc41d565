import t from 'tap';
import { readPriceFile } from '../../../../gateway/features/grid/tempo/read-price-file.ts';

const heading =
  'DATE_DEBUT;DATE_FIN;P_SOUSCRITE;PART_FIXE_TTC;PART_VARIABLE_HCBleu_TTC;PART_VARIABLE_HPBleu_TTC;PART_VARIABLE_HCBlanc_TTC;PART_VARIABLE_HPBlanc_TTC;PART_VARIABLE_HCRouge_TTC;PART_VARIABLE_HPRouge_TTC';

function csv(...rows: readonly string[]): string {
  return `\uFEFF${[heading, ...rows].join('\r\n')}\r\n`;
}

function json(from: string, to: string | null, redPeak: unknown = 0.706): object {
  const [blue, white] = [
    { PART_VARIABLE_HCBleu_TTC: 0.1325, PART_VARIABLE_HPBleu_TTC: 0.1612 },
    { PART_VARIABLE_HCBlanc_TTC: 0.1499, PART_VARIABLE_HPBlanc_TTC: 0.1871 },
  ];
  const red = { PART_VARIABLE_HCRouge_TTC: 0.1575, PART_VARIABLE_HPRouge_TTC: redPeak };
  return { __id: 1, DATE_DEBUT: from, DATE_FIN: to, P_SOUSCRITE: 6, ...blue, ...white, ...red };
}

t.test('the table of data.gouv.fr as CSV, of one subscribed power', (t) => {
  const text = csv(
    '01/08/2025;31/01/2026;6;180,1;0,1232;0,1494;0,1391;0,173;0,146;0,6468',
    '01/08/2025;31/01/2026;9;220,1;0,9;0,9;0,9;0,9;0,9;0,9',
    '01/02/2026;;6;187,08;0,1325;0,1612;0,1499;0,1871;0,1575;0,706',
  );
  const { rows, refused, otherPowers, isSwapped } = readPriceFile(text, 6);
  t.same([refused, otherPowers, isSwapped], [[], 1, false]);
  t.same(rows, [
    {
      validFrom: '2025-08-01',
      validTo: '2026-01-31',
      source: 'data.gouv.fr',
      prices: {
        blue: { peak: 149_400, 'off-peak': 123_200 },
        white: { peak: 173_000, 'off-peak': 139_100 },
        red: { peak: 646_800, 'off-peak': 146_000 },
      },
    },
    {
      validFrom: '2026-02-01',
      validTo: null,
      source: 'data.gouv.fr',
      prices: {
        blue: { peak: 161_200, 'off-peak': 132_500 },
        white: { peak: 187_100, 'off-peak': 149_900 },
        red: { peak: 706_000, 'off-peak': 157_500 },
      },
    },
  ]);
  t.equal(readPriceFile(text, 9).rows.length, 1);
  t.throws(() => readPriceFile(text, 12), { code: 'input_invalid', message: /12 kVA/, hint: /6, 9/ });
  t.end();
});

t.test('a row whose cells do not fit the heading is none, and quotes keep separators in', (t) => {
  const euros = '0.1325,0.1612,0.1499,0.1871,0.1575,0.706';
  const text = [
    heading.replaceAll(';', ','),
    `2026-02-01,2026-07-31,6,"187,08",${euros}`,
    `2026-08-01,,6,187,08,${euros}`,
    `2026-09-01,,6,"187,${euros}`,
    `2026-10-01,,6,"18""7",${euros},,`,
  ].join('\n');
  const { rows, refused } = readPriceFile(text, 6);
  t.same(
    rows.map(({ validFrom, prices }) => [validFrom, prices.blue.peak, prices.red['off-peak']]),
    [
      ['2026-02-01', 161_200, 157_500],
      ['2026-10-01', 161_200, 157_500],
    ],
  );
  t.same(refused, [
    { where: 'row 2', why: 'it has 11 cells, and the heading 10' },
    { where: 'row 3', why: 'it has 1 cells, and the heading 10' },
  ]);
  t.end();
});

t.test('prices in cents are refused', (t) => {
  const { rows, refused } = readPriceFile(csv('2026-02-01;;6;18,7;13,25;16,12;14,99;18,71;15,75;70,6'), 6);
  t.same([rows, refused.length], [[], 1]);
  t.match(refused[0]?.why, /more than 10 euros/);
  t.end();
});

t.test('its JSON with day and month swapped is put right, and told', (t) => {
  const swapped = { data: [json('2026-01-02', null), json('2025-01-08', '2026-31-01')] };
  const { rows, isSwapped } = readPriceFile(JSON.stringify(swapped), 6);
  t.same(
    rows.map(({ validFrom, validTo }) => [validFrom, validTo]),
    [
      ['2025-08-01', '2026-01-31'],
      ['2026-02-01', null],
    ],
  );
  t.equal(isSwapped, true);
  const right = readPriceFile(
    JSON.stringify([json('2026-02-01', null), json('2025-08-01', '2026-01-31')]),
    6,
  );
  t.same([right.rows.length, right.isSwapped], [2, false]);
  t.end();
});

t.test('a TSM file, with either names of the bands', (t) => {
  const season = (off: string, full: string): object => ({
    '1': { [off]: 0.1296, [full]: 0.1609 },
    '2': { [off]: 0.1486, [full]: 0.1894 },
    '3': { [off]: 0.1568, [full]: 0.7562 },
  });
  const text = JSON.stringify({
    '2023-2024': season('offpeak', 'fullpeak'),
    '2024-2025': season('hc', 'hp'),
  });
  const { rows, refused } = readPriceFile(text, 6);
  t.same(refused, []);
  t.match(rows, [
    { validFrom: '2023-09-01', validTo: '2024-08-31', source: 'power_price.json 2023-2024' },
    {
      validFrom: '2024-09-01',
      validTo: '2025-08-31',
      prices: { red: { peak: 756_200, 'off-peak': 156_800 } },
    },
  ]);
  t.end();
});

t.test('rows that cannot be are named, and the others are taken', (t) => {
  const good = '0,1;0,2;0,3;0,4;0,5;0,6';
  const bad: readonly (readonly [string, RegExp])[] = [
    [`30/02/2024;;6;1;${good}`, /2024-02-30/],
    [`;;6;1;${good}`, /""/],
    [`2024-1-5;;6;1;${good}`, /2024-1-5/],
    [`01/02/2026;31/01/2026;6;1;${good}`, /before it begins/],
    ['01/02/2026;;6;1;-0,1;0,2;0,3;0,4;0,5;0,6', /blue off-peak price: -0,1 is negative/],
    ['01/02/2026;;6;1;0,1;0,2;0,3;0,4;0,5;706', /red peak price: 706 is more than 10 euros/],
    ['01/02/2026;;6;1;0,1;0,2;zero;0,4;0,5;0,6', /white off-peak price: "zero" is no price/],
    ['01/02/2026;;6;1;0,1;0,2;;0,4;0,5;0,6', /white off-peak price: "" is no price/],
    ['01/02/2026;;6;1;0,1;0,2', /it has 6 cells, and the heading 10/],
    ['01/02/2026;;6;1;0,1;0,2;1e2;0,4;0,5;0,6', /no price/],
    [`29/02/2024;;6;1;${good}`, /another row/],
  ];
  const text = csv(`29/02/2024;;6;1;${good}`, ...bad.map(([row]) => row));
  const { rows, refused } = readPriceFile(text, 6);
  t.same(
    rows.map(({ validFrom }) => validFrom),
    ['2024-02-29'],
  );
  t.same(
    refused.map(({ where }) => where),
    bad.map((_row, index) => `row ${index + 2}`),
  );
  for (const [index, [row, why]] of bad.entries()) t.match(refused[index]?.why, why, row);
  t.end();
});

t.test('what is no table of prices is refused as a whole', (t) => {
  for (const text of ['', 'hello', '{}', '[]', '7', '{"data":7}', '{"2024-2025"', 'time;EUR\n1;2'])
    t.throws(() => readPriceFile(text, 6), { code: 'input_invalid' }, text);
  const { rows, refused } = readPriceFile('{"2024-2026":{"1":{}},"summer":{},"2024-2025":7}', 6);
  t.same([rows.length, refused.length], [0, 3]);
  t.end();
});
