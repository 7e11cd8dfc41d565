import t from 'tap';
import { meteredServer } from '../../../modbus-sim/services/metered-server.ts';
import type { ServiceRequest } from '../../../modbus-sim/services/service.ts';

const minuteMs = 60_000;

/** What its plug answers to a command. */
function ask(home: ReturnType<typeof meteredServer>, command: string, nowMs: number): string {
  const url = `/cm?cmnd=${encodeURIComponent(command)}`;
  const request = { method: 'GET', url, headers: {}, body: '' } as unknown as ServiceRequest;
  return (home.plug.handle(request, nowMs) as { readonly body: string }).body;
}

const totalOf = (answer: string): number => Number(/"Total":([\d.]+)/.exec(answer)?.[1]);

t.test('it was bought on a 1 September, weeks ago at least, and counts on over a start', (t) => {
  const startMs = Date.parse('2026-11-22T06:00:00Z');
  t.equal(meteredServer(startMs).startDate, '2026-09-01');
  t.equal(meteredServer(Date.parse('2026-09-20T06:00:00Z')).startDate, '2025-09-01');
  const first = meteredServer(startMs);
  const laterMs = startMs + 60 * minuteMs;
  const before = totalOf(ask(first, 'EnergyTotal', laterMs));
  const after = totalOf(ask(meteredServer(laterMs + minuteMs), 'EnergyTotal', laterMs + minuteMs));
  t.ok(before > 100 && Math.abs(after - before) < 0.1, `${before} kWh, then ${after} kWh`);
  t.end();
});

t.test('its relay takes the power, and it boots when that is back', (t) => {
  const startMs = Date.parse('2026-11-22T06:00:00Z');
  const home = meteredServer(startMs);
  const powerAt = (nowMs: number): number =>
    Number(/"Power":([\d.]+)/.exec(ask(home, 'Status 8', nowMs))?.[1] ?? NaN);
  t.ok(powerAt(startMs) > 50);
  ask(home, 'Power Off', startMs + minuteMs);
  t.equal(powerAt(startMs + minuteMs), 0);
  ask(home, 'Power On', startMs + 2 * minuteMs);
  t.equal(powerAt(startMs + 2 * minuteMs), 95, 'booting');
  t.ok(powerAt(startMs + 4 * minuteMs) < 95, 'up');
  t.end();
});
