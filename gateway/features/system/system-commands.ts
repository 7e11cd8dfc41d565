import { Type, type Static } from 'typebox';
import type { Clock } from '../../core/clock.ts';
import type { HostControl } from '../../core/host-control.ts';
import type { HostFacts, HostInterface } from '../../core/host-facts.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { byteCount, closed, duration, instant, nullable, oneOf } from '../schema.ts';

export interface SystemPorts {
  readonly clock: Clock;
  readonly facts: HostFacts;
  readonly control: HostControl;
  /** Never rejects. */
  readonly isInternetReachable: () => Promise<boolean>;
}

const loadAverage = (minutes: number): ReturnType<typeof nullable<ReturnType<typeof Type.Number>>> =>
  nullable(
    Type.Number({ description: `Processes that run or wait to run: mean of the last ${minutes} min` }),
  );

const systemShow = defineCommand({
  id: 'system.show',
  summary:
    'The machine: temperature, load, memory, and how long it has been up; null is what it does not tell',
  scope: 'read',
  input: closed({}),
  output: closed({
    atMs: instant(),
    hostName: Type.String(),
    processors: Type.Integer(),
    temperatureC: nullable(Type.Number({ description: 'Of the processor' })),
    load1: loadAverage(1),
    load5: loadAverage(5),
    load15: loadAverage(15),
    upMs: nullable(duration({ description: 'Since the machine started' })),
    memoryTotalBytes: nullable(byteCount()),
    memoryAvailableBytes: nullable(byteCount({ description: 'What programs can have without swapping' })),
    memoryFreeBytes: nullable(byteCount({ description: 'What nobody uses, not even as a cache' })),
  }),
  http: { method: 'GET', path: '/api/v1/system' },
  cli: { verb: 'system show' },
  run: ({ clock, facts }: SystemPorts) => ({
    atMs: clock.wall(),
    hostName: facts.hostName(),
    processors: facts.processors(),
    temperatureC: facts.temperatureC() ?? null,
    upMs: facts.uptimeMs() ?? null,
    ...loadOf(facts),
    ...memoryOf(facts),
  }),
});

const networkInterface = closed({
  name: Type.String(),
  kind: oneOf(['ethernet', 'wifi', 'loopback', 'other']),
  isUp: Type.Boolean({ description: 'Its cable is in, or its radio joined' }),
  mac: nullable(Type.String()),
  addresses: Type.Array(Type.String(), { description: 'With their prefix: 192.168.1.50/24' }),
});

const networkShow = defineCommand({
  id: 'network.show',
  summary:
    'The interfaces of the machine and their addresses, and, when asked, whether it reaches the internet',
  scope: 'read',
  input: closed({
    internet: Type.Boolean({ default: false, description: 'Try a connection to the internet: 3 s at most' }),
  }),
  output: closed({
    hostName: Type.String(),
    address: nullable(Type.String({ description: 'IPv4, of the interface that leads to everybody else' })),
    interface: nullable(Type.String({ description: 'The interface that leads to everybody else' })),
    gateway: nullable(Type.String({ description: 'The router on that way' })),
    isInternetReachable: nullable(Type.Boolean({ description: 'null: nobody asked for it' })),
    interfaces: Type.Array(networkInterface),
  }),
  http: { method: 'GET', path: '/api/v1/network', answerMsMax: 10_000 },
  cli: { verb: 'network show' },
  run: async ({ facts, isInternetReachable }: SystemPorts, { internet }) => {
    const interfaces = facts.interfaces();
    const route = facts.defaultRoute();
    return {
      hostName: facts.hostName(),
      address: addressOf(interfaces.find(({ name }) => name === route?.interface)) ?? null,
      interface: route?.interface ?? null,
      gateway: route?.gateway ?? null,
      isInternetReachable: internet ? await isInternetReachable() : null,
      interfaces: interfaces.map(describeInterface),
    };
  },
});

const systemReboot = defineCommand({
  id: 'system.reboot',
  summary: 'Start the machine anew, where the gateway is allowed to',
  scope: 'admin',
  input: closed({}),
  output: closed({ rebooting: Type.Boolean() }),
  http: { method: 'POST', path: '/api/v1/system/reboot', answerMsMax: 70_000 },
  cli: { verb: 'system reboot' },
  run: async ({ control }: SystemPorts) => {
    await control.reboot();
    return { rebooting: true };
  },
});

const gatewayRestart = defineCommand({
  id: 'gateway.restart',
  summary: 'Stop the gateway in good order and start it again, with the configuration as it is now',
  scope: 'admin',
  input: closed({}),
  output: closed({ restarting: Type.Boolean() }),
  http: { method: 'POST', path: '/api/v1/restart' },
  cli: { verb: 'restart' },
  run: ({ control }: SystemPorts) => {
    control.restart();
    return { restarting: true };
  },
});

const gatewayStop = defineCommand({
  id: 'gateway.stop',
  summary: 'Stop the gateway in good order; jobs that wait are kept, and wait on when it is started again',
  scope: 'admin',
  input: closed({}),
  output: closed({
    stopping: Type.Boolean(),
    message: Type.String({ description: 'What becomes of what waits' }),
  }),
  http: { method: 'POST', path: '/api/v1/stop' },
  cli: { verb: 'stop' },
  isClosedToCloud: true,
  run: ({ control }: SystemPorts) => {
    control.stop();
    const message =
      'jobs that wait are kept: egw job list; a gateway that is a service comes back, and egw service stop keeps it down';
    return { stopping: true, message };
  },
});

export const systemCommands = [systemShow, networkShow, systemReboot, gatewayRestart, gatewayStop] as const;

/** The commands about the machine with what they need. */
export function bindSystemCommands(ports: SystemPorts): readonly BoundCommand[] {
  return [
    bindCommand(systemShow, ports),
    bindCommand(networkShow, ports),
    bindCommand(systemReboot, ports),
    bindCommand(gatewayRestart, ports),
    bindCommand(gatewayStop, ports),
  ];
}

function loadOf(facts: HostFacts): Record<'load1' | 'load5' | 'load15', number | null> {
  const [load1 = null, load5 = null, load15 = null] = facts.loadAverages() ?? [];
  return { load1, load5, load15 };
}

type MemoryFact = 'memoryTotalBytes' | 'memoryAvailableBytes' | 'memoryFreeBytes';

function memoryOf(facts: HostFacts): Record<MemoryFact, number | null> {
  const memory = facts.memory();
  return {
    memoryTotalBytes: memory?.totalBytes ?? null,
    memoryAvailableBytes: memory?.availableBytes ?? null,
    memoryFreeBytes: memory?.freeBytes ?? null,
  };
}

function addressOf(found: HostInterface | undefined): string | undefined {
  return found?.addresses.find((address) => !address.includes(':'))?.split('/')[0];
}

function describeInterface(own: HostInterface): Static<typeof networkInterface> {
  const { name, kind, isUp, mac, addresses } = own;
  return { name, kind, isUp, mac: mac ?? null, addresses: [...addresses] };
}
