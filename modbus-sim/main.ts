import { readFileSync } from 'node:fs';
import { parseArguments, usage } from './arguments.ts';
import type { SimulatorArguments } from './arguments.ts';
import { boilerFaultsKey, parseBoilerFaults } from './boiler/boiler-fault-file.ts';
import type { BoilerFault } from './boiler/boiler-fault.ts';
import { parseDeviceList } from './device-list.ts';
import { FaultPlan } from './fault-plan.ts';
import { parseFaultPlan } from './fault-plan-file.ts';
import { everyFaultKind, randomFaultPlan } from './random-fault-plan.ts';
import { startLines } from './server.ts';
import { startHomeServices } from './services/home-services.ts';
import { startPeopleServices, type RunningPeople } from './services/people-services.ts';
import { startPlugAtBroker } from './services/plug-at-broker.ts';
import { SimulatorError } from './simulator-error.ts';

/** Random faults are planned ahead this far; after that the home is healthy. */
const faultHorizonMs = 400 * 86_400_000;
/** Of a DSMR 5 meter, in real time. */
const telegramPeriodMs = 1_000;

interface PlannedFaults {
  readonly faultPlan: FaultPlan;
  readonly boilerFaults: readonly BoilerFault[];
}

function planFaults(
  { faults, seed, hasServices }: SimulatorArguments,
  startMs: number,
  deviceIds: readonly string[],
): PlannedFaults {
  const boilerFaults: readonly BoilerFault[] = [];
  if (faults === 'none') return { faultPlan: new FaultPlan(seed), boilerFaults };
  const span = { startMs, endMs: startMs + faultHorizonMs };
  if (faults === 'random') return { faultPlan: randomFaultPlan(seed, deviceIds, span), boilerFaults };
  if (faults === 'every') {
    return { faultPlan: randomFaultPlan(seed, deviceIds, { ...span, kinds: everyFaultKind }), boilerFaults };
  }
  const json = readFaultFile(faults);
  const hasBoiler = hasServices && !deviceIds.includes(boilerFaultsKey);
  const otherKeys = hasBoiler ? [boilerFaultsKey] : [];
  return {
    faultPlan: parseFaultPlan(json, { seed, startMs, deviceIds, otherKeys }),
    boilerFaults: hasBoiler ? parseBoilerFaults(json, startMs) : [],
  };
}

function readFaultFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SimulatorError(`--faults: cannot read the fault plan: ${reason}`);
  }
}

/** The services' ports begin so many above that of the first device. */
const servicePortOffset = 20;
/** Those of whoever is told something, above them. */
const peoplePortOffset = 40;

/** Calls `end` when the process that started this one is gone, or closes our standard input. */
function followParent(end: () => void): void {
  if (process.send !== undefined) process.once('disconnect', end);
  process.stdin.once('end', end);
  process.stdin.once('close', end);
  process.stdin.once('error', end);
  process.stdin.resume();
}

async function startPeople(
  { seed, host, portBase }: SimulatorArguments,
  nowMs: () => number,
): Promise<RunningPeople> {
  return await startPeopleServices({
    ...{ seed, host, nowMs },
    portBase: portBase === 0 ? 0 : portBase + peoplePortOffset,
  });
}

async function main(): Promise<void> {
  const given = parseArguments(process.argv.slice(2));
  if (given.help) {
    console.log(usage);
    return;
  }
  const startMs = given.startMs ?? Date.now();
  const { host, seed, speed } = given;
  const lines = parseDeviceList(given.devices, given);
  const deviceIds = lines.flatMap(({ units }) => units.map(({ id }) => id));
  const { faultPlan, boilerFaults } = planFaults(given, startMs, deviceIds);
  const simulator = await startLines({ host, seed, speed, startMs, lines, faultPlan });

  const services = given.hasServices
    ? await startHomeServices({
        home: simulator.home,
        seed,
        startMs,
        nowMs: simulator.nowMs,
        boilerFaults,
        host,
        portBase: given.portBase === 0 ? 0 : given.portBase + servicePortOffset,
      })
    : undefined;
  const people = given.hasServices ? await startPeople(given, simulator.nowMs) : undefined;
  // However it ends, the boiler room's folder goes with it.
  process.once('exit', () => void services?.close());

  const { brokerUrl } = given;
  const plug =
    brokerUrl === undefined
      ? undefined
      : await startPlugAtBroker(brokerUrl, { startMs, nowMs: simulator.nowMs });
  const beats = setInterval(() => {
    services?.beat();
    plug?.beat();
  }, telegramPeriodMs);
  const end = (): void => {
    clearInterval(beats);
    void Promise.all([simulator.close(), services?.close(), people?.close(), plug?.close()]).then(() =>
      process.exit(0),
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (given.withParent) followParent(end);
  const { ports, paths, unitIds } = simulator;
  const serial = Object.keys(paths).length === 0 ? {} : { serialLines: paths };
  const offered = {
    ...(services !== undefined && { services: services.settings, clampsPath: services.clampsPath }),
    ...(people !== undefined && { notifiers: people.settings, bot: people.bot, inboxUrl: people.inboxUrl }),
  };
  const atBroker = plug === undefined ? {} : { broker: { 'tasmota-mqtt': plug.settings } };
  console.log(JSON.stringify({ listening: ports, unitIds, ...serial, ...offered, ...atBroker }));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SimulatorError)) throw error;
  console.error(`modbus-sim: ${error.message}`);
  // What was started before it failed must not keep it alive.
  process.exit(2);
}
