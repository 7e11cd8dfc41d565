import t from 'tap';
import { rowWriters } from '../../../gateway/features/harvest/export-format.ts';
import { readCsv } from './read-csv.ts';

const { csv, json } = rowWriters;

t.test('column names are written as quantities are', (t) => {
  t.equal(csv.head(['time', 'epochMs', 'endEpochMs']), 'time,epoch_ms,end_epoch_ms\r\n');
  t.equal(json.head(['time']), '');
  t.end();
});

t.test('every text comes back as it was, whatever stands in it', (t) => {
  const texts = [
    '',
    'plain',
    ' spaced ',
    'a,b',
    'a"b"',
    'a\r\nb',
    'pompe à chaleur 🔥',
    '5',
    'x'.repeat(200),
  ];
  const line = csv.row(Object.fromEntries(texts.map((text, index) => [`c${index}`, text])));
  t.same(readCsv(line), [texts]);
  t.end();
});

t.test('a text that a spreadsheet would run is made a text, and a number stays a number', (t) => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
    t.same(readCsv(csv.row({ text })), [[`'${text}`]], JSON.stringify(text));
  }
  t.equal(csv.row({ value: -1.5, small: 1e-7, none: null }), '-1.5,1e-7,\r\n');
  t.end();
});

t.test('a JSON line is one object', (t) => {
  const row = { device: 'a"\n,=1', value: -1e300, none: null };
  t.match(json.row(row), /^[^\n]+\n$/);
  t.same(JSON.parse(json.row(row)), row);
  t.end();
});
