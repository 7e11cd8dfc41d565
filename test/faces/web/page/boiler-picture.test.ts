import t from 'tap';
import { layOutBoiler, type BoilerPicture } from '../../../../gateway/faces/web/page/boiler-picture.ts';
import type { BoilerMinute } from '../../../../gateway/faces/web/page/boiler-minute.ts';
import { hourMs, minuteAfter, minuteMs, nowMs } from './known-boiler.ts';

const span = { fromMs: nowMs, toMs: nowMs + hourMs };
/** 10 pixels a minute. */
const size = { width: 692, height: 246 };
const lay = (minutes: readonly BoilerMinute[], failureC = 56): BoilerPicture =>
  layOutBoiler({ minutes, span, failureC, nowMs: nowMs + 30 * minuteMs, zone: 'Europe/Paris', size });

t.test('the water stands between 55 and 70 °C unless it was colder or hotter', (t) => {
  const texts = ({ waterTicks }: BoilerPicture): string => waterTicks.map(({ text }) => text).join(' ');
  t.equal(texts(lay([minuteAfter(0)])), '55 60 65 70');
  t.equal(texts(lay([minuteAfter(0, 'stop', { waterC: 52.4 })])), '50 55 60 65 70');
  t.match(texts(lay([minuteAfter(0, 'stop', { waterC: -3 })])), /^−20 .* 80$/);
  t.equal(texts(lay([], 45)), '45 50 55 60 65 70', 'the failure temperature is in view');
  t.same(lay([minuteAfter(0)]).flueTicks, [], 'no axis without a flue');
  t.match(lay([minuteAfter(0, 'combustion', { flueC: 131 })]).flueTicks.at(-1), { text: '140' });
  t.end();
});

t.test('curves go through the middle of their minutes, and a gap is a gap', (t) => {
  const { water, flue, left, bottom, top } = lay([
    minuteAfter(0, 'combustion', { waterC: 55 }),
    minuteAfter(1, 'combustion', { waterC: 70 }),
    minuteAfter(2, 'undefined', { waterC: null }),
    minuteAfter(3, 'combustion', { waterC: 55 }),
  ]);
  t.same({ left, top, bottom }, { left: 46, top: 26, bottom: 226 });
  t.equal(water, 'M51 226L51 226L61 26M81 226L81 226');
  t.equal(flue, '');
  t.end();
});

t.test('phases are bands over their time, motors strips of those that are measured, and now a line', (t) => {
  const isOn = { igniter: true, primaryFan: null, secondaryFan: null, auger: false };
  const { bands, motors, nowX, failureY, bottom, top } = lay([
    minuteAfter(-1, 'hold'),
    minuteAfter(0, 'ignition', { isOn }),
    minuteAfter(1, 'ignition', { isOn }),
    minuteAfter(2, 'stop'),
  ]);
  t.same(bands, [
    { x: 46, width: 20, phase: 'ignition' },
    { x: 66, width: 10, phase: 'stop' },
  ]);
  t.match(motors, [
    { motor: 'igniter', on: [{ x: 46, width: 20 }] },
    { motor: 'auger', on: [] },
  ]);
  t.equal(nowX, 346);
  t.ok(failureY < bottom && failureY > top + (bottom - top) * 0.9, 'just above 55 °C');
  t.end();
});

t.test('where a pointer stands is an instant of the span, whatever it points at', (t) => {
  const { instantAt, xOf } = lay([]);
  t.equal(instantAt(xOf(nowMs + 12 * minuteMs)), nowMs + 12 * minuteMs);
  t.equal(instantAt(-500), span.fromMs);
  t.equal(instantAt(9_999), span.toMs - 1);
  t.same(
    lay([]).times.map(({ text }) => text),
    ['12:00', '12:10', '12:20', '12:30', '12:40', '12:50'],
  );
  t.end();
});
