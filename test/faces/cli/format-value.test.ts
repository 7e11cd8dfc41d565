import t from 'tap';
import { formatDuration, formatInstant, formatValue } from '../../../gateway/faces/cli/format-value.ts';

t.test('durations are short and keep what matters', (t) => {
  const table = [
    [0, '0 ms'],
    [850, '850 ms'],
    [12_345, '12.3 s'],
    [119_900, '119.9 s'],
    [303_000, '5 m 03 s'],
    [7_500_000, '2 h 05 m'],
    [273_600_000, '3 d 04 h'],
    [-1_500, '-1.5 s'],
  ] as const;
  for (const [durationMs, text] of table) t.equal(formatDuration(durationMs), text);
  t.end();
});

t.test('an instant is local ISO without milliseconds, and the same instant again', (t) => {
  for (const atMs of [0, 1_767_225_599_999, 1_774_746_000_000]) {
    t.match(formatInstant(atMs), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
    t.equal(Date.parse(formatInstant(atMs)), Math.floor(atMs / 1000) * 1000);
  }
  t.equal(formatInstant(1e20), '-');
  t.end();
});

t.test('values carry their units, none is a dash, and nothing moves the cursor', (t) => {
  t.equal(formatValue(null), '-');
  t.equal(formatValue(0, {}, 'W'), '0 W');
  t.equal(formatValue(1.23456, {}, 'kWh'), '1.235 kWh');
  t.equal(formatValue(0.1234, { meaning: 'ratio' }), '12.3 %');
  t.equal(formatValue(999, { meaning: 'bytes' }), '999 B');
  t.equal(formatValue(1_234_567, { meaning: 'bytes' }), '1.2 MB');
  t.equal(formatValue(['read', 'control']), 'read, control');
  t.equal(formatValue([]), 'none');
  t.equal(formatValue(''), '-');
  t.equal(formatValue(true), 'yes');
  t.notMatch(formatValue('a\u001b[31mb\u009bc\r\n'), /\p{Cc}/u);
  t.end();
});
