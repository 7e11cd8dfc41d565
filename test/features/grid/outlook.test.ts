import t from 'tap';
import type { GridForecast } from '../../../gateway/core/grid-forecast.ts';
import type { GridHour } from '../../../gateway/core/grid-hour.ts';
import { signalAt, type PowerSignal, type PowerSignals } from '../../../gateway/core/power-signal.ts';
import { GridHours } from '../../../gateway/features/grid/grid-hours.ts';
import { Outlook, type OutlookPorts } from '../../../gateway/features/grid/outlook.ts';
import { OwnExport } from '../../../gateway/features/grid/own-export.ts';
import type { StorePort } from '../../../gateway/features/store-port.ts';
import { fixed } from '../../../gateway/features/grid/tariffs/fixed.ts';
import { ManualTime } from '../../faces/manual-time.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const clock = new ManualTime();
const nowMs = clock.wall();
const hourOfNowMs = Math.floor(nowMs / hourMs) * hourMs;
const range = { startMs: nowMs - 6 * hourMs, endMs: nowMs + 2 * dayMs };

/** Days up to now, or up to so many hours ago. */
function days(count: number, hoursAgo = 0): readonly GridHour[] {
  return Array.from({ length: count * 24 }, (_, index) => {
    const startMs = hourOfNowMs - (count * 24 - 1 - index + hoursAgo) * hourMs;
    const carbonGramsPerKwh = 40 + new Date(startMs).getUTCHours();
    return {
      ...{ zone: 'FR', startMs, endMs: startMs + hourMs, carbonGramsPerKwh, productionMw: 100 },
      ...{ consumptionMw: 90, isEstimated: false, updatedMs: undefined },
    };
  });
}

interface Given {
  readonly hours?: readonly GridHour[];
  readonly saidMinutesAgo?: number;
  readonly forecast?: GridForecast;
  readonly ports?: Partial<OutlookPorts>;
}

async function read({ hours = [], saidMinutesAgo = 5, forecast, ports = {} }: Given): Promise<PowerSignals> {
  const store = {
    call: async (name: string) => await Promise.resolve(name === 'listGridHours' ? hours : 0),
  } as StorePort<'putGridHours' | 'listGridHours'>;
  const readAtMs = nowMs - saidMinutesAgo * minuteMs;
  const source = {
    id: 'carbon',
    zone: 'FR',
    periodMs: 20 * minuteMs,
    readAtMs,
    problem: undefined,
    forecast,
  };
  const outlook = new Outlook({
    ...{ clock, siteZone: 'Europe/Paris', gridZone: 'FR', hours: new GridHours({ clock, store }) },
    ...{ tariff: undefined, tariffProblem: undefined, colours: undefined, ownExport: undefined },
    source: () => source,
    ...ports,
  });
  return await outlook.read(range);
}

function isWhole({ slots }: PowerSignal): boolean {
  return (
    slots[0]?.startMs === range.startMs &&
    slots.at(-1)?.endMs === range.endMs &&
    slots.every((slot, index) => index === 0 || slot.startMs === slots[index - 1]?.endMs)
  );
}

t.test('what was, what is and what is expected stand in one line, without a gap', async (t) => {
  const { carbon, surplus } = await read({ hours: days(14) });
  for (const signal of [carbon, surplus]) {
    t.ok(isWhole(signal), signal.kind);
    t.equal(signal.unknown, undefined);
    t.equal(signalAt(signal, nowMs)?.basis, 'known');
    t.equal(signalAt(signal, nowMs + dayMs)?.basis, 'forecast');
  }
  const expected = 40 + new Date(nowMs + dayMs).getUTCHours();
  t.ok(Math.abs((signalAt(carbon, nowMs + dayMs)?.value ?? 0) - expected) < 3);
  t.equal(Math.round(signalAt(surplus, nowMs + dayMs)?.value ?? 0), 10);
});

t.test('the forecast of the provider counts as far as it goes, and ours beyond it', async (t) => {
  const points = Array.from({ length: 12 }, (_, index) => ({
    atMs: hourOfNowMs + index * hourMs,
    carbonGramsPerKwh: 500,
  }));
  const { carbon } = await read({ hours: days(14), forecast: { zone: 'FR', updatedMs: nowMs, points } });
  t.ok(isWhole(carbon));
  t.ok((signalAt(carbon, nowMs)?.value ?? 500) < 500, 'now is measured');
  t.equal(signalAt(carbon, hourOfNowMs + 11 * hourMs)?.value, 500);
  t.ok((signalAt(carbon, hourOfNowMs + 12 * hourMs)?.value ?? 500) < 500);
  const old = { zone: 'FR', updatedMs: nowMs - 7 * hourMs, points };
  const { carbon: own } = await read({ hours: days(14), forecast: old });
  t.ok((signalAt(own, hourOfNowMs + 11 * hourMs)?.value ?? 500) < 500, 'an old one does not');
});

t.test('when the source is silent now is not known, and our forecast goes on', async (t) => {
  const { carbon, surplus } = await read({ hours: days(14, 3), saidMinutesAgo: 180 });
  t.match(carbon.unknown, /carbon has been silent for 3h/);
  t.equal(signalAt(surplus, nowMs)?.basis, 'forecast');
  t.equal(signalAt(carbon, nowMs + hourMs)?.basis, 'forecast');
  t.equal(signalAt(carbon, nowMs - 5 * hourMs)?.basis, 'known');
});

t.test('without history, source, tariff and meter nothing is known, and each says what to do', async (t) => {
  const nothing = await read({ ports: { gridZone: undefined, source: () => undefined } });
  for (const signal of Object.values(nothing)) t.same(signal.slots, [], signal.kind);
  t.match(nothing.carbon.unknown, /grid\.zone and EM_API_KEY/);
  t.match(nothing.surplus.unknown, /grid\.zone and EM_API_KEY/);
  t.match(nothing.price.unknown, /tariff\.kind/);
  t.match(nothing.red.unknown, /tariff/);
  t.match(nothing.own_export.unknown, /home\.gridMeter/);
});

t.test('a tariff without red days has none, and its price is known throughout', async (t) => {
  const ports = { zone: 'UTC', coloursOf: () => [], tempoPriceOf: () => undefined, spotPrices: () => [] };
  const tariff = fixed.open({ fixed: { price: 0.2 } }, ports);
  const { price, red } = await read({ ports: { tariff } });
  t.same(price.slots, [{ ...range, value: 200_000, basis: 'known' }]);
  t.same(red.slots, [{ ...range, value: 0, basis: 'known' }]);
  t.equal(price.unknown, undefined);
  const failed = await read({ ports: { tariffProblem: 'the tariff has no fixed.price' } });
  t.match(failed.price.unknown, /no fixed\.price/);
});

t.test('what the house gives away is now only', async (t) => {
  const ownExport = new OwnExport('meter', 10_000);
  for (let atMs = nowMs - 5 * minuteMs; atMs <= nowMs; atMs += 10_000) {
    const value = {
      device: 'meter',
      quantity: 'grid_power_w',
      atMs,
      value: -1_500,
      quality: 'good',
    } as const;
    ownExport.heard({ type: 'readings', values: [{ ...value, stored: false }] });
  }
  const { own_export: signal } = await read({ ports: { ownExport } });
  t.match(signalAt(signal, nowMs), { value: 1_500, basis: 'known' });
  t.equal(signalAt(signal, nowMs + minuteMs), undefined);
});

t.test('news and new hours count up', async (t) => {
  const store = { call: async () => await Promise.resolve(1) } as unknown as StorePort<
    'putGridHours' | 'listGridHours'
  >;
  const hours = new GridHours({ clock, store });
  const nothing = { tariff: undefined, tariffProblem: undefined, colours: undefined, ownExport: undefined };
  const outlook = new Outlook({
    ...{ clock, siteZone: 'UTC', gridZone: 'FR', hours, source: () => undefined, ...nothing },
  });
  const before = outlook.revision;
  outlook.news();
  t.equal(outlook.revision, before + 1);
  hours.heard(days(1));
  await hours.flush();
  t.equal(outlook.revision, before + 2);
});
