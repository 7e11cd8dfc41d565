import t from 'tap';
import { makeCertificate } from '../../system/self-made-certificate.ts';
import { proxmox } from '../../../gateway/io/switches/proxmox.ts';
import { tasmotaRelay } from '../../../gateway/io/switches/tasmota-relay.ts';
import { nut } from '../../../gateway/io/sources/nut.ts';
import { tasmota } from '../../../gateway/io/sources/tasmota.ts';
import type { SourceAnswer } from '../../../gateway/io/sources/source.ts';
import { meteredServer } from '../../../modbus-sim/services/metered-server.ts';
import { startServerServices } from '../../../modbus-sim/services/server-services.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import { SharedServer } from '../../../modbus-sim/services/shared-server.ts';
import { switchPorts } from '../../io/switches/switch-ports.ts';
import { SourceBench, textOf, valueOf } from '../../io/sources/source-bench.ts';

const never = new AbortController().signal;
const startMs = Date.parse('2026-01-14T20:00:00Z');
const minute = 60_000;
const isServing = (powerW = 0): boolean => powerW > 60 && powerW < 90;

t.test('a machine boots, serves, stops its guests and is off', (t) => {
  const server = new SharedServer({ startMs: 0, state: 'off', ignoredPackets: 1 });
  t.equal(server.state(0), 'off');
  t.ok(server.drawnW(0) < 3);
  server.wake(1);
  t.equal(server.state(2), 'off', 'the first packet is lost');
  server.wake(10 * minute);
  t.equal(server.state(11 * minute), 'booting');
  t.notOk(server.shutDown(11 * minute), 'it does not serve yet');
  t.equal(server.state(12 * minute), 'on');
  t.equal(server.drawnW(12 * minute), 80);
  t.ok(server.shutDown(20 * minute));
  t.ok(server.shutDown(21 * minute), 'told again it goes on stopping');
  t.equal(server.state(22 * minute), 'stopping');
  t.equal(server.drawnW(22 * minute), 80);
  t.equal(server.state(23 * minute), 'off');
  t.same(server.seen, { packets: 2, shutdowns: 2, cuts: 0 });
  t.end();
});

t.test('power that is cut ends it at once, and it starts with power only where it is told to', (t) => {
  for (const startsWithPower of [false, true]) {
    const server = new SharedServer({ startMs: 0, startsWithPower, hangsInShutdown: true });
    server.shutDown(0);
    t.equal(server.state(99 * minute), 'stopping', 'a guest hangs');
    server.power(false, 100 * minute);
    t.equal(server.state(100 * minute), 'unpowered');
    t.equal(server.drawnW(100 * minute), 0);
    server.wake(101 * minute);
    server.power(true, 102 * minute);
    t.equal(server.state(102 * minute), startsWithPower ? 'booting' : 'off');
    t.equal(server.seen.cuts, 1);
  }
  t.end();
});

t.test('all that stands around a shared server can be read and switched', async (t) => {
  const tls = makeCertificate({ commonName: 'pve' });
  if (tls === undefined) {
    t.comment('there is no openssl');
    return;
  }
  let nowMs = startMs;
  const { server, plug: plugService } = meteredServer(startMs);
  const web = await ServiceServer.start({ service: plugService, nowMs: () => nowMs });
  t.teardown(() => web.close());
  const home = await startServerServices({
    ...{ server, seed: 3, startMs, nowMs: () => nowMs, host: '127.0.0.1', portBase: 0, tls },
  });
  t.teardown(() => home.close());
  const { settings, supply } = home;
  const ports = switchPorts(t);
  const { ports: others } = new SourceBench(
    { id: 'none', handle: () => ({ status: 404, body: '' }) },
    startMs,
  );
  const sourcePorts = { ...others, http: ports.http, network: ports.network };
  const plug = tasmota.open({ user: 'admin', url: web.url }, sourcePorts);
  const ups = nut.open(settings.nut, sourcePorts);
  const powerOf = (answer: SourceAnswer): number | undefined => valueOf(answer, 'load_power_w')?.value;
  const machine = proxmox.open({ ...settings.proxmox, fingerprint: tls.fingerprint, verify: true }, ports);

  t.ok(isServing(powerOf(await plug.read(never))));
  t.match(textOf(await ups.read(never), 'status'), /^OL/);
  await machine.turn('off', never);
  nowMs += 4 * minute;
  await home.beat();
  t.equal(powerOf(await plug.read(never)), 2, 'only what waits for its packet');
  t.equal(await machine.position(never), 'off');
  await machine.turn('on', never);
  while (server.seen.packets === 0) await new Promise(setImmediate);
  nowMs += 2 * minute;
  await home.beat();
  t.equal(await machine.position(never), 'on');
  t.ok(isServing(powerOf(await plug.read(never))));
  supply.mains(false, nowMs);
  t.match(textOf(await ups.read(never), 'status'), /^OB/);
  const relay = tasmotaRelay.open({ user: 'admin', relay: 1, url: web.url }, ports);
  await relay.turn('off', never);
  t.equal(server.state(nowMs), 'unpowered');
  t.equal(powerOf(await plug.read(never)), 0);
});
