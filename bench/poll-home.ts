/**
 * Ten devices of 40 registers, each read once a second over a connection of its own: what the gateway costs
 * and how it keeps its beats, next to a bare poller in the same run. The slaves see the same beats from both.
 * `node dist/bench/poll-home.js [--seconds 60]`: memory grows for some minutes, so the full figure is 600.
 */
import { benchMeterUrl, benchRegisters, benchTimeoutMs } from './gateway/bench-meter.ts';
import { startGatewayProcess, temporaryDirectory } from './gateway/gateway-process.ts';
import { cadenceOf, summaryOf } from './measure-cadence.ts';
import { costOf, cpuPct, type ProcessCost } from './measure-process.ts';
import { numberArgument, percentile, print, printAim, sleep } from './measure.ts';
import { startBarePoller } from './pollers/bare-poller.ts';
import { startSlave, type Slave } from './slave/slave.ts';

const devices = 10;
const periodMs = 1_000;
/** Start-up has a benchmark of its own. */
const settleMs = 10_000;
const megabyte = 1_000_000;

const seconds = numberArgument('seconds', 60);
const ourSlave = await startSlave(devices);
const theirSlave = await startSlave(devices);
const directory = temporaryDirectory();
const gateway = startGatewayProcess({
  directory: directory.path,
  devices: ourSlave.ports.map((port) => ({ port, unit: 1 })),
  period: `${periodMs}ms`,
  preload: benchMeterUrl,
});
const poller = startBarePoller({
  ports: theirSlave.ports,
  units: [1],
  registers: benchRegisters,
  periodMs,
  timeoutMs: benchTimeoutMs,
});
await sleep(settleMs);
await Promise.all([ourSlave.observe(), theirSlave.observe()]);
const before = { gateway: costOf(gateway.pid), bare: costOf(poller.pid) };
await sleep(seconds * 1_000);
const after = { gateway: costOf(gateway.pid), bare: costOf(poller.pid) };
const ours = {
  pct: cpuPct(before.gateway, after.gateway),
  cost: after.gateway,
  ...(await beatsOf(ourSlave)),
};
const bare = { pct: cpuPct(before.bare, after.bare), cost: after.bare, ...(await beatsOf(theirSlave)) };
await gateway.stop();
await poller.stop();
await Promise.all([ourSlave.stop(), theirSlave.stop()]);
directory.remove();

printAim(
  'poll_home.gateway.anonymous',
  megabytes(ours.cost, 'anonymousBytes'),
  'MB',
  ours.cost.anonymousBytes < 60 * megabyte,
);
printAim(
  'poll_home.gateway.rss',
  megabytes(ours.cost, 'rssBytes'),
  'MB',
  ours.cost.rssBytes < 120 * megabyte,
);
printAim('poll_home.gateway.cpu', ours.pct, '%', ours.pct < 2);
printAim('poll_home.gateway.off_beat_p99', ours.p99Ms, 'ms', ours.p99Ms < 20);
print('poll_home.gateway.off_beat_max', ours.maxMs, 'ms');
printAim('poll_home.gateway.polls_made', ours.madePct, '%', ours.madePct === 100);
print('poll_home.bare.anonymous', megabytes(bare.cost, 'anonymousBytes'), 'MB');
print('poll_home.bare.rss', megabytes(bare.cost, 'rssBytes'), 'MB');
print('poll_home.bare.cpu', bare.pct, '%');
print('poll_home.bare.off_beat_p99', bare.p99Ms, 'ms');
print('poll_home.bare.off_beat_max', bare.maxMs, 'ms');
print('poll_home.bare.polls_made', bare.madePct, '%');
printAim('poll_home.cpu_ratio_to_bare', ours.pct / bare.pct, 'x', ours.pct <= 2 * bare.pct);
print('poll_home.off_beat_p99_ratio_to_bare', ours.p99Ms / bare.p99Ms, 'x');

function megabytes(cost: ProcessCost, figure: 'anonymousBytes' | 'rssBytes'): number {
  return cost[figure] / megabyte;
}

async function beatsOf(slave: Slave): Promise<{ p99Ms: number; maxMs: number; madePct: number }> {
  const observed = await slave.observed();
  const cadences = slave.ports.map((_, index) =>
    cadenceOf(observed.arrivalsMs[`${index}/1`] ?? [], observed, periodMs),
  );
  const { offMs, made, expected } = summaryOf(cadences);
  return {
    p99Ms: percentile(offMs, 0.99),
    maxMs: percentile(offMs, 1),
    madePct: (100 * made) / expected,
  };
}
