import { Type, type Static } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { byteCount, closed, duration, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';

/** `degraded`: works, but something wants attention. `failing`: work is not done. */
const healthStatuses = ['ok', 'degraded', 'failing'] as const;

const healthLine = closed({
  subject: Type.String({ description: 'What it is about: lane:tcp-192.168.1.20-502, device:meter, storage' }),
  status: oneOf(healthStatuses),
  message: Type.String({ description: 'What is the matter, with the numbers' }),
  hint: nullable(Type.String({ description: 'What to do' })),
  sinceMs: instant(),
});
const machineState = {
  life: oneOf(['booting', 'running', 'updating', 'stopping']),
  link: oneOf(['unprovisioned', 'none', 'connecting', 'online', 'offline']),
  health: oneOf(['normal', 'degraded']),
};
const gatewayState = closed({
  ...machineState,
  status: oneOf(healthStatuses),
  startedMs: instant(),
  uptimeMs: duration(),
  lines: Type.Array(healthLine, { description: 'All that is not as it should be; empty when all is well' }),
});
const gatewayVersion = closed({
  name: Type.String(),
  version: Type.String(),
  node: Type.String(),
  platform: Type.String({ description: 'linux-arm64' }),
});
const deviceLine = closed({
  id: Type.String(),
  state: Type.String(),
  ageMs: nullable(duration()),
  lastError: nullable(Type.String()),
});
const storageLine = closed({
  readings: Type.Integer(),
  fileBytes: byteCount(),
  walBytes: byteCount(),
  oldestMs: nullable(instant()),
  newestMs: nullable(instant()),
});

export type HealthLine = Static<typeof healthLine>;
export type HealthStatus = (typeof healthStatuses)[number];
export type GatewayState = Static<typeof gatewayState>;
export type GatewayVersion = Static<typeof gatewayVersion>;

/** What the gateway tells of itself; never waits. */
export interface GatewayPort {
  /** Of its public key. */
  id(): string;
  /** The site's name, for whoever finds the gateway on the network. */
  siteName(): string;
  version(): GatewayVersion;
  /** `status` is the worst of the lines, and `failing` when a liveness contract does not hold. */
  state(): GatewayState;
}

export interface GatewayPorts {
  readonly gateway: GatewayPort;
  /** Whether anybody can come in with a token. */
  readonly isPaired: () => boolean;
  /** The devices, as far as one line each goes. */
  readonly deviceLines: () => readonly Static<typeof deviceLine>[];
  readonly store: StorePort<'databaseStatus'>;
}

const gatewayHello = defineCommand({
  id: 'gateway.hello',
  summary: 'Who is there, and whether it has an owner yet',
  scope: 'open',
  input: closed({}),
  output: closed({
    message: Type.String({ description: 'By which programs for the earlier gateway know one' }),
    name: Type.String(),
    version: Type.String(),
    paired: Type.Boolean(),
  }),
  http: { method: 'GET', path: '/api/hello' },
  run: ({ gateway, isPaired }: GatewayPorts) => ({
    message: 'hello world from srcful!',
    name: gateway.siteName(),
    version: gateway.version().version,
    paired: isPaired(),
  }),
});

const gatewayHealth = defineCommand({
  id: 'gateway.health',
  summary: 'Whether work gets done: 200 when it does, 503 when a restart would help',
  scope: 'open',
  input: closed({}),
  output: closed({ status: oneOf(healthStatuses) }),
  http: {
    method: 'GET',
    path: '/api/health',
    status: (answer) => ((answer as { status?: HealthStatus }).status === 'failing' ? 503 : 200),
  },
  // A restart helps when a liveness contract does not hold; it does not when only the disk fails, and would lose
  // what waits for it.
  run: ({ gateway }: GatewayPorts) => {
    const { status, health } = gateway.state();
    return { status: status === 'failing' && health === 'normal' ? 'degraded' : status };
  },
});

const gatewayVersionShow = defineCommand({
  id: 'gateway.version',
  summary: 'The versions of the gateway and of what runs it',
  scope: 'read',
  input: closed({}),
  output: gatewayVersion,
  http: { method: 'GET', path: '/api/v1/version' },
  run: ({ gateway }: GatewayPorts) => gateway.version(),
});

const gatewayUptime = defineCommand({
  id: 'gateway.uptime',
  summary: 'How long it has been running',
  scope: 'read',
  input: closed({}),
  output: closed({ startedMs: instant(), uptimeMs: duration() }),
  http: { method: 'GET', path: '/api/v1/uptime' },
  cli: { verb: 'uptime' },
  run: ({ gateway }: GatewayPorts) => {
    const { startedMs, uptimeMs } = gateway.state();
    return { startedMs, uptimeMs };
  },
});

const gatewayStateShow = defineCommand({
  id: 'gateway.state',
  summary: 'Its three state machines and its health, line by line',
  scope: 'read',
  input: closed({}),
  output: gatewayState,
  http: { method: 'GET', path: '/api/v1/state' },
  cli: { verb: 'state' },
  run: ({ gateway }: GatewayPorts) => gateway.state(),
});

const gatewayStatus = defineCommand({
  id: 'gateway.status',
  summary:
    'All of it on one screen: state, health, devices, storage; the command line adds what jobs wait for',
  scope: 'read',
  input: closed({}),
  output: closed({
    id: Type.String({ description: 'Of the gateway: base 32 of the SHA-256 of its public key' }),
    version: gatewayVersion,
    state: gatewayState,
    devices: Type.Array(deviceLine),
    storage: nullable(storageLine),
  }),
  http: { method: 'GET', path: '/api/v1/status' },
  cli: {
    verb: 'status',
    ownOptions: { area: 'Also what this zone of the grid produces and consumes' },
  },
  run: async ({ gateway, deviceLines, store }: GatewayPorts) => ({
    id: gateway.id(),
    version: gateway.version(),
    state: gateway.state(),
    devices: deviceLines().map(({ id, state, ageMs, lastError }) => ({ id, state, ageMs, lastError })),
    storage: await storageOrNull(store),
  }),
});

export const gatewayCommands = [
  gatewayHello,
  gatewayHealth,
  gatewayVersionShow,
  gatewayUptime,
  gatewayStateShow,
  gatewayStatus,
] as const;

/** The commands about the gateway as a whole with what they need. */
export function bindGatewayCommands(ports: GatewayPorts): readonly BoundCommand[] {
  return [
    bindCommand(gatewayHello, ports),
    bindCommand(gatewayHealth, ports),
    bindCommand(gatewayVersionShow, ports),
    bindCommand(gatewayUptime, ports),
    bindCommand(gatewayStateShow, ports),
    bindCommand(gatewayStatus, ports),
  ];
}

/** The status screen is for when things are broken: it must come even when the database does not answer. */
async function storageOrNull(store: GatewayPorts['store']): Promise<Static<typeof storageLine> | null> {
  try {
    const { readings, fileBytes, walBytes, oldestMs, newestMs } = await store.call('databaseStatus');
    return { readings, fileBytes, walBytes, oldestMs, newestMs };
  } catch {
    return null;
  }
}
