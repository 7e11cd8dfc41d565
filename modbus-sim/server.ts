import { AcceleratedClock } from './accelerated-clock.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { FaultySlave } from './faulty-slave.ts';
import type { SimulatedHome } from './home.ts';
import { createSimulatedHome, simulatedDeviceIds } from './simulated-home-devices.ts';
import type { SimulatedDeviceId } from './simulated-home-devices.ts';
import { SlaveServer } from './slave-server.ts';

export interface SimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The first device's port, the others following; 0, the default: any free ports. */
  readonly portBase?: number;
  /** Default 7. */
  readonly seed?: number;
  /** Simulated milliseconds per real one. Default 1. */
  readonly speed?: number;
  /** Simulated time at the start, UTC epoch milliseconds. */
  readonly startMs: number;
  readonly faultPlan?: FaultPlan;
  /** How long every answer takes, real milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** All devices behind one port, as units 1, 2, 3. */
  readonly isShared?: boolean;
  /** Per port. Default 8. */
  readonly connectionsMax?: number;
}

export interface RunningSimulator {
  readonly ports: Readonly<Record<SimulatedDeviceId, number>>;
  readonly unitIds: Readonly<Record<SimulatedDeviceId, number>>;
  readonly home: SimulatedHome;
  /** Simulated time, UTC epoch milliseconds. */
  readonly nowMs: () => number;
  /** Hangs up and frees the ports. Calling it again does nothing. */
  readonly close: () => Promise<void>;
}

const sweepMs = 100;

/** The simulated home on real TCP ports. Throws a SimulatorError when a port cannot be had. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const clock = new AcceleratedClock(options.startMs, options.speed ?? 1);
  const { home, devices } = createSimulatedHome({ ...options, seed: options.seed ?? 7 });
  const servers = await listenAll(
    [...new Set(simulatedDeviceIds.map((id) => devices[id].slave))],
    clock,
    options,
  );
  const sweeper = setInterval(() => {
    home.advanceTo(clock.nowMs());
    for (const server of servers.values()) server.sweep();
  }, sweepMs);

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(sweeper);
    await closeAll(servers);
  };
  return {
    ports: perDevice((id) => servers.get(devices[id].slave)?.port ?? 0),
    unitIds: perDevice((id) => devices[id].unitId),
    home,
    nowMs: () => clock.nowMs(),
    close: () => (closing ??= close()),
  };
}

async function listenAll(
  slaves: readonly FaultySlave[],
  clock: AcceleratedClock,
  options: SimulatorOptions,
): Promise<Map<FaultySlave, SlaveServer>> {
  const { host = '127.0.0.1', portBase = 0, connectionsMax = 8 } = options;
  const servers = new Map<FaultySlave, SlaveServer>();
  try {
    for (const [index, slave] of slaves.entries()) {
      const port = portBase === 0 ? 0 : portBase + index;
      servers.set(slave, await SlaveServer.listen(slave, clock, { host, port, connectionsMax }));
    }
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
  return servers;
}

async function closeAll(servers: ReadonlyMap<FaultySlave, SlaveServer>): Promise<void> {
  await Promise.all([...servers.values()].map((server) => server.close()));
}

function perDevice<T>(value: (id: SimulatedDeviceId) => T): Record<SimulatedDeviceId, T> {
  return {
    'inverter-1': value('inverter-1'),
    'inverter-2': value('inverter-2'),
    'meter-1': value('meter-1'),
  };
}
