import fc from 'fast-check';
import t from 'tap';
import { layOutPicture, type OutlookPicture } from '../../../../gateway/faces/web/page/outlook-picture.ts';
import type { Outlook } from '../../../../gateway/faces/web/page/job-types.ts';
import { hourMs, nowMs, outlookOf, signalOf, time } from './known-job.ts';

const span = { fromMs: nowMs, toMs: nowMs + 10 * hourMs };
const lay = (outlook: Outlook, width = 548): OutlookPicture =>
  layOutPicture({ outlook, span, ...time, size: { width, height: 132 } });

t.test('what is known is a solid step, what is forecast another line that hangs on it', (t) => {
  const { lines, left, right, top, bottom, nowX } = lay(outlookOf({ carbon: signalOf([100, 50, 50, 0]) }));
  t.same({ left, right, top, bottom, nowX }, { left: 40, right: 540, top: 10, bottom: 110, nowX: 40 });
  t.same(lines, [
    { tone: 'carbon', basis: 'known', path: 'M40 10V10H90' },
    { tone: 'carbon', basis: 'forecast', path: 'M90 10V60H140V60H190V110H240' },
  ]);
  t.end();
});

t.test('where nothing is known there is no line', (t) => {
  const { lines } = lay(outlookOf({ carbon: signalOf([undefined, 100, undefined, 100]) }));
  t.same(
    lines.map(({ path }) => path),
    ['M90 10V10H140', 'M190 10V10H240'],
  );
  t.same(lay(outlookOf()), { ...lay(outlookOf()), lines: [], red: [], carbonTicks: [], priceTicks: [] });
  t.end();
});

t.test('what lies outside of the picture is cut off', (t) => {
  const carbon = signalOf([100, 100]);
  const early = { ...outlookOf({ carbon }), price: signalOf([1]) };
  const { lines } = layOutPicture({
    outlook: early,
    span: { fromMs: nowMs + hourMs / 2, toMs: nowMs + hourMs * 1.5 },
    ...time,
    size: { width: 580, height: 132 },
  });
  t.same(
    lines.map(({ path }) => path),
    ['M40 10V10H290', 'M290 10V10H540', 'M40 10V10H290'],
  );
  t.end();
});

t.test('prices have an axis of their own in cents, which may go below zero', (t) => {
  const { priceTicks, carbonTicks, right } = lay(outlookOf({ price: signalOf([-50_000, 200_000]) }), 580);
  t.equal(right, 540);
  t.same(carbonTicks, []);
  t.same(
    priceTicks.map(({ text }) => text),
    ['−10', '0', '10', '20'],
  );
  t.end();
});

t.test('red days are areas, other days are not', (t) => {
  const { red } = lay(outlookOf({ red: signalOf([0, 1, 1, 0, 1]) }));
  t.same(red, [
    { x: 90, width: 50 },
    { x: 140, width: 50 },
    { x: 240, width: 50 },
  ]);
  t.end();
});

t.test('no line leaves the picture, whatever the values and the width', (t) => {
  const value = fc.option(fc.double({ min: -1e7, max: 1e7, noNaN: true }), { nil: undefined });
  const signal = fc.array(value, { maxLength: 30 }).map((values) => signalOf(values));
  fc.assert(
    fc.property(signal, signal, fc.integer({ min: 0, max: 2_000 }), (carbon, price, width) => {
      const { lines, left, right, top, bottom } = lay(outlookOf({ carbon, price }), width);
      return lines.every(({ path }) => {
        const xs = [...path.matchAll(/[MH](-?[\d.]+)/g)].map(([, x]) => Number(x));
        const ys = [...path.matchAll(/(?:V| )(-?[\d.]+)/g)].map(([, y]) => Number(y));
        const isInside = (all: number[], low: number, high: number): boolean =>
          all.every((at) => at >= low - 0.1 && at <= high + 0.1);
        return isInside(xs, left, right) && isInside(ys, top, bottom) && !/NaN|Infinity|e/.test(path);
      });
    }),
  );
  t.pass('held');
  t.end();
});
