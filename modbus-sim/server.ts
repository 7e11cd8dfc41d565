import { AcceleratedClock } from './accelerated-clock.ts';
import { FaultPlan } from './fault-plan.ts';
import { SimulatedHome } from './home.ts';
import type { HomeOptions } from './home-options.ts';
import { SerialServer } from './serial-server.ts';
import { createSimulatedLine } from './simulated-line.ts';
import type { LinePlan } from './simulated-line.ts';
import { homeLines, simulatedDeviceIds } from './simulated-home-devices.ts';
import type { SimulatedDeviceId, SimulatedHomeOptions } from './simulated-home-devices.ts';
import { SlaveServer } from './slave-server.ts';

/** A line and where it is to be found. */
export interface PlacedLine extends LinePlan {
  /** Of a TCP port; 0, the default: any free one. */
  readonly port?: number;
  /** Of a serial line: framing `rtu`. */
  readonly path?: string;
  /** Default: 8, or 2 on a Solarman logger. */
  readonly connectionsMax?: number;
}

export interface LinesOptions extends HomeOptions {
  readonly lines: readonly PlacedLine[];
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Simulated milliseconds per real one. Default 1. */
  readonly speed?: number;
  readonly faultPlan?: FaultPlan;
}

export interface RunningLines {
  /** By device; a device on a serial line has none. */
  readonly ports: Readonly<Record<string, number>>;
  /** Of the devices on serial lines. */
  readonly paths: Readonly<Record<string, string>>;
  readonly unitIds: Readonly<Record<string, number>>;
  readonly home: SimulatedHome;
  /** Simulated time, UTC epoch milliseconds. */
  readonly nowMs: () => number;
  /** Hangs up and frees the ports. Calling it again does nothing. */
  readonly close: () => Promise<void>;
}

export interface SimulatorOptions extends Omit<SimulatedHomeOptions, 'seed'> {
  /** Default 7. */
  readonly seed?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The first device's port, the others following; 0, the default: any free ports. */
  readonly portBase?: number;
  /** Simulated milliseconds per real one. Default 1. */
  readonly speed?: number;
  /** Per port. Default 8. */
  readonly connectionsMax?: number;
}

export interface RunningSimulator extends RunningLines {
  readonly ports: Readonly<Record<SimulatedDeviceId, number>>;
  readonly unitIds: Readonly<Record<SimulatedDeviceId, number>>;
}

type LineServer = SlaveServer | SerialServer;

const sweepMs = 100;

/** One simulated home on real TCP ports and serial lines. Throws a SimulatorError when one cannot be had. */
export async function startLines(options: LinesOptions): Promise<RunningLines> {
  const clock = new AcceleratedClock(options.startMs, options.speed ?? 1);
  const home = new SimulatedHome(options);
  const plan = options.faultPlan ?? new FaultPlan(options.seed);
  const servers: LineServer[] = [];
  try {
    for (const line of options.lines) {
      const slave = createSimulatedLine(line, home, plan);
      servers.push(await openLine({ line, slave, clock, host: options.host ?? '127.0.0.1' }));
    }
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
  const sweeper = setInterval(() => {
    home.advanceTo(clock.nowMs());
    for (const server of servers) if (server instanceof SlaveServer) server.sweep();
  }, sweepMs);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(sweeper);
    await closeAll(servers);
  };
  return {
    ...addresses(options.lines, servers),
    home,
    nowMs: () => clock.nowMs(),
    close: () => (closing ??= close()),
  };
}

/** The demo home's three devices on real TCP ports. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { portBase = 0, connectionsMax } = options;
  const lines = homeLines(options).map((line, index) => ({
    ...line,
    port: portBase === 0 ? 0 : portBase + index,
    ...(connectionsMax === undefined ? {} : { connectionsMax }),
  }));
  const running = await startLines({ ...options, seed: options.seed ?? 7, lines });
  return { ...running, ports: ofDemo(running.ports), unitIds: ofDemo(running.unitIds) };
}

function ofDemo(values: Readonly<Record<string, number>>): Record<SimulatedDeviceId, number> {
  const [inverter1, inverter2, meter1] = simulatedDeviceIds;
  return {
    [inverter1]: values[inverter1] ?? 0,
    [inverter2]: values[inverter2] ?? 0,
    [meter1]: values[meter1] ?? 0,
  };
}

interface LineToOpen {
  readonly line: PlacedLine;
  readonly slave: ReturnType<typeof createSimulatedLine>;
  readonly clock: AcceleratedClock;
  readonly host: string;
}

async function openLine({ line, slave, clock, host }: LineToOpen): Promise<LineServer> {
  if (line.framing === 'rtu') return SerialServer.open(slave, clock, line.path ?? '');
  const connectionsMax = line.connectionsMax ?? (line.framing === 'solarman-v5' ? 2 : 8);
  return await SlaveServer.listen(slave, clock, { host, port: line.port ?? 0, connectionsMax });
}

function addresses(lines: readonly PlacedLine[], servers: readonly LineServer[]) {
  const ports: Record<string, number> = {};
  const paths: Record<string, string> = {};
  const unitIds: Record<string, number> = {};
  for (const [index, { units }] of lines.entries()) {
    const server = servers[index];
    for (const { id, unitId } of units) {
      unitIds[id] = unitId;
      if (server instanceof SlaveServer) ports[id] = server.port;
      else if (server !== undefined) paths[id] = server.path;
    }
  }
  return { ports, paths, unitIds };
}

async function closeAll(servers: readonly LineServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}
