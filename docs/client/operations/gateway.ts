// Made by scripts/make-client.mjs from what the commands declare.
type GatewayHelloInput = Record<string, never>;

interface GatewayHelloOutput {
  /** By which programs for the earlier gateway know one */
  message: string;
  name: string;
  version: string;
  paired: boolean;
}

type GatewayHealthInput = Record<string, never>;

interface GatewayHealthOutput {
  status: 'ok' | 'degraded' | 'failing';
}

type GatewayVersionInput = Record<string, never>;

interface GatewayVersionOutput {
  name: string;
  version: string;
  node: string;
  /** linux-arm64 */
  platform: string;
}

type GatewayUptimeInput = Record<string, never>;

interface GatewayUptimeOutput {
  startedMs: number;
  uptimeMs: number;
}

type GatewayStateInput = Record<string, never>;

interface GatewayStateOutput {
  life: 'booting' | 'running' | 'updating' | 'stopping';
  link: 'unprovisioned' | 'none' | 'connecting' | 'online' | 'offline';
  health: 'normal' | 'degraded';
  status: 'ok' | 'degraded' | 'failing';
  startedMs: number;
  uptimeMs: number;
  /** All that is not as it should be; empty when all is well */
  lines: {
    /** What it is about: lane:tcp-192.168.1.20-502, device:meter, storage */
    subject: string;
    status: 'ok' | 'degraded' | 'failing';
    /** What is the matter, with the numbers */
    message: string;
    /** What to do */
    hint: string | null;
    sinceMs: number;
  }[];
}

type GatewayStatusInput = Record<string, never>;

interface GatewayStatusOutput {
  /** Of the gateway: base 32 of the SHA-256 of its public key */
  id: string;
  version: {
    name: string;
    version: string;
    node: string;
    /** linux-arm64 */
    platform: string;
  };
  state: {
    life: 'booting' | 'running' | 'updating' | 'stopping';
    link: 'unprovisioned' | 'none' | 'connecting' | 'online' | 'offline';
    health: 'normal' | 'degraded';
    status: 'ok' | 'degraded' | 'failing';
    startedMs: number;
    uptimeMs: number;
    /** All that is not as it should be; empty when all is well */
    lines: {
      /** What it is about: lane:tcp-192.168.1.20-502, device:meter, storage */
      subject: string;
      status: 'ok' | 'degraded' | 'failing';
      /** What is the matter, with the numbers */
      message: string;
      /** What to do */
      hint: string | null;
      sinceMs: number;
    }[];
  };
  devices: {
    id: string;
    state: string;
    ageMs: number | null;
    lastError: string | null;
  }[];
  storage: {
    readings: number;
    fileBytes: number;
    walBytes: number;
    oldestMs: number | null;
    newestMs: number | null;
  } | null;
}

export interface GatewayOperations {
  /** Who is there, and whether it has an owner yet. Open. */
  'gateway.hello': { input: GatewayHelloInput; output: GatewayHelloOutput };
  /** Whether work gets done: 200 when it does, 503 when a restart would help. Open. */
  'gateway.health': { input: GatewayHealthInput; output: GatewayHealthOutput };
  /** The versions of the gateway and of what runs it. Needs the scope read. */
  'gateway.version': { input: GatewayVersionInput; output: GatewayVersionOutput };
  /** How long it has been running. Needs the scope read. */
  'gateway.uptime': { input: GatewayUptimeInput; output: GatewayUptimeOutput };
  /** Its three state machines and its health, line by line. Needs the scope read. */
  'gateway.state': { input: GatewayStateInput; output: GatewayStateOutput };
  /** All of it on one screen: state, health, devices, storage; the command line adds what jobs wait for. Needs the scope read. */
  'gateway.status': { input: GatewayStatusInput; output: GatewayStatusOutput };
}
