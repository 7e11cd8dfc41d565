import fc from 'fast-check';
import t from 'tap';
import { createEventParser } from '../../../../gateway/faces/web/page/event-parser.ts';

const text =
  'event: readings\ndata: {"a":1}\n\n: heartbeat\n\nevent: device\r\ndata: one\r\ndata: two\r\n\r\nid: 7\n\ndata:bare\n\n';
const events = [
  { name: 'readings', data: '{"a":1}' },
  { name: 'device', data: 'one\ntwo' },
  { name: 'message', data: 'bare' },
];

t.test('events come with name and data, comments and unknown fields do not', (t) => {
  t.same(createEventParser()(text), events);
  t.end();
});

t.test('it does not matter where the stream is cut', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 8 }), (cuts) => {
      const parse = createEventParser();
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const found = places.slice(1).flatMap((end, index) => parse(text.slice(places[index], end)));
      return JSON.stringify(found) === JSON.stringify(events);
    }),
  );
  t.end();
});

t.test('an event that is not complete yet is kept', (t) => {
  const parse = createEventParser();
  t.same(parse('data: half'), []);
  t.same(parse(' and half\n\n'), [{ name: 'message', data: 'half and half' }]);
  t.end();
});
