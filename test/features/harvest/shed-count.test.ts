import t from 'tap';
import { ShedCount } from '../../../gateway/features/harvest/shed-count.ts';

t.test('what is shed adds up until it is noted, and what comes meanwhile is noted next', (t) => {
  const shed = new ShedCount();
  t.equal(shed.next(100), undefined);
  shed.add([30, 10], 1, 'wall');
  shed.add([20, 40, 50], 3, 'wall');
  const first = shed.next(100);
  t.same(first, { readings: 5, fromPlace: 1, toPlace: 5, fromMs: 10, toMs: 50, notedMs: 50 });
  shed.add([60], 8, 'wall');
  t.equal(shed.next(100), first, 'the same until it is noted');
  t.equal(shed.total, 6);
  if (first !== undefined) shed.acknowledge(first);
  const second = shed.next(100);
  t.same(second, { readings: 1, fromPlace: 8, toPlace: 8, fromMs: 60, toMs: 60, notedMs: 60 });
  if (first !== undefined) shed.acknowledge(first);
  t.equal(shed.next(100), second, 'what was noted before does not end what is noted now');
  t.end();
});

t.test('times that are not known are none', (t) => {
  const shed = new ShedCount();
  shed.add([1, 2], 1, 'steady');
  t.match(shed.next(100), { readings: 2, fromMs: null, toMs: null, notedMs: 100 });
  t.end();
});
