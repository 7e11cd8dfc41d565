import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { parseDotenv } from '../gateway/config/dotenv.ts';
import type { LoadedConfig } from '../gateway/config/interpret.ts';
import { loadConfiguration } from '../gateway/config/load-config.ts';
import type { Terminal } from '../gateway/core/terminal.ts';
import { configInputs } from '../gateway/offline-commands.ts';
import { runSetupCommand } from '../gateway/setup-keeping.ts';
import { realSetupParts } from '../gateway/setup-parts.ts';
import { realDisk } from '../gateway/system/real-disk.ts';
import { SimulatedHome } from '../modbus-sim/home.ts';
import { EvohomeService } from '../modbus-sim/services/evohome-service.ts';
import { HomewizardService } from '../modbus-sim/services/homewizard-service.ts';
import { OpenweathermapService } from '../modbus-sim/services/openweathermap-service.ts';
import { ServiceServer } from '../modbus-sim/services/service-server.ts';
import type { SimulatedService } from '../modbus-sim/services/service.ts';

export const apiKey = 'key-0a1b2c3d4e5f';
export const password = "p'ss#word";

/** What is typed when something is asked; without it the terminal is closed. */
type Typed = readonly (readonly [prompt: RegExp, text: string])[];

interface Behaviour {
  readonly columns?: number;
  readonly stopsAt?: RegExp;
}

/** Somebody at a terminal who answers as written, and notes what is shown. */
class ScriptedTerminal implements Terminal {
  shown = '';
  readonly columns: number;
  readonly asked: { readonly prompt: string; readonly isSecret: boolean }[] = [];
  readonly #stopping = new AbortController();
  readonly #typed: Typed;
  isClosed = false;
  /** Stops when this is shown. */
  readonly stopsAt: RegExp | undefined;

  constructor(typed: Typed, { columns = 400, stopsAt }: Behaviour) {
    this.stopsAt = stopsAt;
    this.#typed = typed;
    this.columns = columns;
  }

  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  ask(prompt: string, isSecret = false): Promise<string | undefined> {
    const [expected, text] = this.#typed[this.asked.length] ?? [];
    this.asked.push({ prompt, isSecret });
    this.shown += `${prompt}\n`;
    if (expected === undefined) this.#stopping.abort();
    else if (!expected.test(prompt))
      throw new Error(`${prompt} is asked, not ${String(expected)}\n${this.shown}`);
    return Promise.resolve(text);
  }

  write(text: string): void {
    this.shown += text;
    if (this.stopsAt?.test(text) === true) this.#stopping.abort();
  }

  close(): void {
    this.isClosed = true;
  }
}

interface Ended {
  readonly code: number;
  readonly shown: string;
  readonly asked: ScriptedTerminal['asked'];
}

export class SetupBench {
  readonly directory: string;
  readonly workingDirectory: string;
  environment: Record<string, string> = {};
  readonly #t: Test;

  constructor(t: Test) {
    this.#t = t;
    const root = mkdtempSync(join(tmpdir(), 'egw-setup-'));
    this.directory = join(root, 'data');
    this.workingDirectory = root;
    mkdirSync(this.directory);
    t.teardown(() => rmSync(root, { recursive: true }));
  }

  get path(): string {
    return join(this.directory, '.env');
  }

  get file(): string {
    return readFileSync(this.path, 'utf8');
  }

  values(): Readonly<Record<string, string>> {
    return Object.fromEntries(parseDotenv(this.file).entries.map(({ name, value }) => [name, value]));
  }

  /** As the gateway will start. */
  async load(): Promise<LoadedConfig> {
    const inputs = configInputs({ 'data-dir': this.directory }, this.environment);
    return await loadConfiguration({ ...inputs, disk: realDisk });
  }

  async run(typed: Typed, behaviour: Behaviour = {}): Promise<Ended> {
    const terminal = new ScriptedTerminal(typed, behaviour);
    const parts = {
      ...realSetupParts(configInputs),
      workingDirectory: () => this.workingDirectory,
      openTerminal: () => terminal,
    };
    const stream = { write: () => undefined };
    const code = await runSetupCommand(parts, {
      argv: ['--data-dir', this.directory],
      json: false,
      environment: this.environment,
      io: { stdout: stream, stderr: stream, onInterrupt: () => () => undefined },
    });
    this.#t.ok(terminal.isClosed);
    return { code, shown: terminal.shown, asked: terminal.asked };
  }
}

async function serve(t: Test, service: SimulatedService): Promise<ServiceServer> {
  const server = await ServiceServer.start({ service, nowMs: () => Date.now() });
  t.teardown(async () => await server.close());
  return server;
}

/** A configuration that says where the services are, as for simulators. */
export async function serveHome(
  t: Test,
  bench: SetupBench,
): Promise<
  Readonly<Record<'meter' | 'weather' | 'rooms', ServiceServer>> & { readonly account: EvohomeService }
> {
  const home = new SimulatedHome({ seed: 3, startMs: Date.now() - 3_600_000 });
  const username = 'somebody@example.org';
  const meter = await serve(t, new HomewizardService({ home, product: 'HWE-P1', zone: 'Europe/Paris' }));
  const weather = await serve(t, new OpenweathermapService({ seed: 1, plans: { [apiKey]: 'one-call' } }));
  const account = new EvohomeService({ seed: 1, username, password });
  const rooms = await serve(t, account);
  writeFileSync(
    join(bench.directory, 'egw.yaml'),
    `network: { allowLoopbackDevices: true }
sources:
  - { id: weather, kind: openweathermap, baseUrl: '${weather.url}' }
  - { id: heating, kind: evohome, baseUrl: '${rooms.url}' }
`,
  );
  return { meter, weather, rooms, account };
}

const order = [
  'ENERGY_API_URL',
  'ENERGY_INTERVAL',
  'OPENWEATHER_API_KEY',
  'WEATHER_INTERVAL',
  'LATITUDE',
  'LONGITUDE',
  'EVOHOME_USERNAME',
  'EVOHOME_PASSWORD',
  'EVOHOME_INTERVAL',
  'DATA_DIR',
  'SEPARATE_DBS',
];

/** Every question once, in their order, with what is typed where it is not Enter alone. */
export function answers(texts: Readonly<Record<string, string>>): Typed {
  return order.map((name) => [new RegExp(`^${name}(: | \\[)`), texts[name] ?? '']);
}
