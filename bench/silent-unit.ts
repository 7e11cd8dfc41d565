/**
 * Ten units behind one connection, read once a second; then one of them falls silent for the rest of the run.
 * How many polls the other nine make, and how far they slip, next to a bare poller in the same run.
 * `node dist/bench/silent-unit.js [--seconds 30]`; the seconds are those with the silent unit.
 */
import { benchMeterUrl, benchRegisters, benchTimeoutMs } from './gateway/bench-meter.ts';
import { startGatewayProcess, temporaryDirectory } from './gateway/gateway-process.ts';
import { cadenceOf, summaryOf, type Cadence } from './measure-cadence.ts';
import { numberArgument, percentile, print, printAim, sleep } from './measure.ts';
import { startBarePoller } from './pollers/bare-poller.ts';
import { startSlave, type Observed, type Slave } from './slave/slave.ts';

const periodMs = 1_000;
const units = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
const silentUnit = 4;
const others = units.filter((unit) => unit !== silentUnit);
const settleMs = 5_000;
const healthyMs = 10_000;
/** Until its death is known: three time-outs in a row, and a beat more. */
const noticeMs = 4_000;

const seconds = numberArgument('seconds', 30);
const ourSlave = await startSlave(1);
const theirSlave = await startSlave(1);
const directory = temporaryDirectory();
const gateway = startGatewayProcess({
  directory: directory.path,
  devices: units.map((unit) => ({ port: ourSlave.ports[0] ?? 0, unit })),
  period: `${periodMs}ms`,
  preload: benchMeterUrl,
});
const poller = startBarePoller({
  ports: theirSlave.ports,
  units,
  registers: benchRegisters,
  periodMs,
  timeoutMs: benchTimeoutMs,
});
await sleep(settleMs);
const healthy = await window(healthyMs);
await Promise.all([ourSlave.silence([silentUnit]), theirSlave.silence([silentUnit])]);
const dying = await window(noticeMs);
const dead = await window(seconds * 1_000);
await gateway.stop();
await poller.stop();
await Promise.all([ourSlave.stop(), theirSlave.stop()]);
directory.remove();
report('gateway', [healthy.ours, dying.ours, dead.ours]);
report('bare', [healthy.theirs, dying.theirs, dead.theirs]);

async function window(forMs: number): Promise<{ ours: Observed; theirs: Observed }> {
  const slaves: readonly Slave[] = [ourSlave, theirSlave];
  await Promise.all(slaves.map(async (slave) => await slave.observe()));
  await sleep(forMs);
  return { ours: await ourSlave.observed(), theirs: await theirSlave.observed() };
}

function report(name: string, [before, during, after]: readonly [Observed, Observed, Observed]): void {
  const label = `silent_unit.${name}`;
  // Each unit's beat is where it came while all answered: what it slips is what the silence costs.
  const usual = others.map((unit) => cadence(before, unit));
  const slip = (observed: Observed): readonly Cadence[] =>
    others.map((unit, index) => cadence(observed, unit, usual[index]?.phaseMs));
  const healthySummary = summaryOf(usual);
  const dyingSummary = summaryOf(slip(during));
  const deadSummary = summaryOf(slip(after));
  print(`${label}.healthy_late_p99`, percentile(healthySummary.lateMs, 0.99), 'ms');
  print(`${label}.death_late_max`, percentile(dyingSummary.lateMs, 1), 'ms');
  const late = { p99Ms: percentile(deadSummary.lateMs, 0.99), maxMs: percentile(deadSummary.lateMs, 1) };
  const expected = dyingSummary.expected + deadSummary.expected;
  const madePct = (100 * (dyingSummary.made + deadSummary.made)) / expected;
  const probes = after.arrivalsMs[`0/${silentUnit}`]?.length ?? 0;
  if (name === 'gateway') {
    printAim(`${label}.polls_made_by_others`, madePct, '%', madePct === 100);
    printAim(`${label}.late_p99`, late.p99Ms, 'ms', late.p99Ms < 20);
  } else {
    print(`${label}.polls_made_by_others`, madePct, '%');
    print(`${label}.late_p99`, late.p99Ms, 'ms');
  }
  print(`${label}.late_max`, late.maxMs, 'ms');
  print(`${label}.probes`, probes, 'requests');
}

function cadence(observed: Observed, unit: number, phaseMs?: number): Cadence {
  return cadenceOf(observed.arrivalsMs[`0/${unit}`] ?? [], observed, periodMs, phaseMs);
}
