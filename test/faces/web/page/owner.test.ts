import t from 'tap';
import type { LiveValue } from '../../../../gateway/faces/web/page/api-types.ts';
import { markOf } from '../../../../gateway/faces/web/page/freshness.ts';
import { isActive, ownerOfSource, rootOf } from '../../../../gateway/faces/web/page/owner.ts';
import { nowMs, source } from './known-home.ts';

const aged = (quantity: string, ageMs: number): LiveValue => ({
  device: 'p1',
  quantity,
  atMs: nowMs - ageMs,
  value: 1,
  quality: 'good',
  stored: true,
});

t.test('a value is old after three periods, one that is told late by hours after that', (t) => {
  const meter = ownerOfSource(source('p1', { periodMs: 10_000 }));
  t.equal(markOf(aged('grid_power_w', 32_000), meter, nowMs), 'good');
  t.equal(markOf(aged('grid_power_w', 33_000), meter, nowMs), 'stale');
  t.equal(markOf(aged('gas_m3', 3_600_000), meter, nowMs), 'good', 'a gas meter tells its hour');
  t.equal(markOf(aged('gas_m3', 3 * 3_600_000), meter, nowMs), 'stale');
  const weather = ownerOfSource(source('weather', { periodMs: 600_000 }));
  t.equal(markOf(aged('outdoor_temperature_c', 3_600_000), weather, nowMs), 'good');
  t.equal(markOf(aged('outdoor_temperature_c', 3 * 3_600_000), weather, nowMs), 'stale');
  t.end();
});

t.test('nothing of a source that is down, or that nobody knows, is new', (t) => {
  for (const [state, mark] of [
    ['down', 'stale'],
    ['failing', 'good'],
    ['up', 'good'],
  ] as const) {
    t.equal(markOf(aged('grid_power_w', 0), ownerOfSource(source('p1', { state })), nowMs), mark, state);
  }
  t.equal(markOf(aged('grid_power_w', 0), undefined, nowMs), 'stale');
  t.end();
});

t.test('what is switched off or cannot be read is no part of the home', (t) => {
  const states = ['unseen', 'up', 'failing', 'down', 'disabled', 'skipped', 'quarantined'] as const;
  t.same(
    states.filter((state) => isActive({ state })),
    ['unseen', 'up', 'failing', 'down'],
  );
  t.equal(rootOf('p1/gas-4730'), 'p1');
  t.equal(rootOf('p1'), 'p1');
  t.end();
});
