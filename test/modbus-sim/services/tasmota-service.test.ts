import t from 'tap';
import { TasmotaService, type TasmotaOptions } from '../../../modbus-sim/services/tasmota-service.ts';

const startMs = Date.UTC(2026, 0, 14, 12);
const hourMs = 3_600_000;

function plug(options: Partial<TasmotaOptions> = {}): TasmotaService {
  return new TasmotaService({ startMs, powerW: () => [1_000], ...options });
}

function ask(service: TasmotaService, command: string, atMs = startMs): unknown {
  const url = `/cm?cmnd=${encodeURIComponent(command)}`;
  const { status, body } = service.handle({ method: 'GET', url, headers: {}, body: '' }, atMs);
  if (status !== 200) return status;
  return body.startsWith('<') ? 'page' : (JSON.parse(body) as unknown);
}

t.test('relays are switched as the manual says', (t) => {
  const one = plug();
  t.same(ask(one, 'Power'), { POWER: 'ON' });
  t.same(ask(one, 'Power off'), { POWER: 'OFF' });
  t.same(ask(one, 'POWER TOGGLE'), { POWER: 'ON' });
  t.same(ask(one, 'Power sideways'), { Command: 'Error' });
  const two = plug({ relays: 2 });
  t.same(ask(two, 'Power2 0'), { POWER2: 'OFF' });
  t.same(ask(two, 'Power0'), { POWER1: 'ON', POWER2: 'OFF' });
  t.same(ask(two, 'Power3 1'), { Command: 'Unknown' });
  t.end();
});

t.test('energy is counted while a relay is on, and may be set', (t) => {
  const service = plug({ totalWh: 5_000 });
  t.same(ask(service, 'EnergyTotal', startMs + hourMs), {
    EnergyTotal: { Total: 6, Yesterday: 0, Today: 1 },
  });
  ask(service, 'Power 0', startMs + hourMs);
  t.match(ask(service, 'EnergyTotal', startMs + 2 * hourMs), { EnergyTotal: { Total: 6, Today: 1 } });
  t.match(ask(service, 'EnergyTotal 0', startMs + 2 * hourMs), { EnergyTotal: { Total: 1, Today: 1 } });
  t.match(ask(service, 'EnergyTotal', startMs + 13 * hourMs), { EnergyTotal: { Yesterday: 1, Today: 0 } });
  t.same(ask(service, 'EnergyTotal much'), { Command: 'Error' });
  t.end();
});

t.test('status comes in parts or as a whole', (t) => {
  const service = plug();
  t.match(ask(service, 'Status 10'), {
    StatusSNS: { Time: '2026-01-14T13:00:00', ENERGY: { Power: 1_000 } },
  });
  t.same(ask(service, 'Status 8'), ask(service, 'Status 10'));
  t.match(ask(service, 'Status'), { Status: { Power: 1 } });
  t.match(ask(service, 'Status 0'), { Status: {}, StatusSNS: {}, StatusSTS: { POWER: 'ON' }, StatusNET: {} });
  t.same(ask(service, 'Status 77'), { Command: 'Error' });
  ask(service, 'Restart 1', startMs + hourMs);
  t.match(ask(service, 'Status 11', startMs + hourMs + 5_000), { StatusSTS: { Uptime: '0T00:00:05' } });
  t.end();
});

t.test('what is no command is told', (t) => {
  t.same(ask(plug(), 'Fly'), { Command: 'Unknown', Input: 'Fly' });
  t.same(ask(plug(), 'constructor'), { Command: 'Unknown', Input: 'constructor' });
  t.same(ask(plug(), ''), { WARNING: 'Enter command cmnd=' });
  t.end();
});

t.test('without its password it tells nothing, old firmware with status 200', (t) => {
  t.equal(ask(plug({ password: 'x' }), 'Status 0'), 401);
  t.match(ask(plug({ password: 'x', isOld: true }), 'Status 0'), { WARNING: /Need user/ });
  t.end();
});

t.test('in user mode, or without a Referer when it wants one, it shows its page', (t) => {
  for (const command of ['WebServer 1', 'SetOption128 0']) {
    const service = plug();
    ask(service, command);
    t.equal(ask(service, 'Status 0'), 'page');
  }
  t.end();
});

t.test('it serves one request at a time', (t) => {
  const service = plug({ busyMs: 200 });
  ask(service, 'Power');
  t.equal(ask(service, 'Power', startMs + 199), 503);
  t.same(ask(service, 'Power', startMs + 200), { POWER: 'ON' });
  t.end();
});
