import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { SwitchPorts, SwitchPosition } from '../../../gateway/io/switches/switch.ts';
import { createRealJobProcesses } from '../../../gateway/system/real-job-processes.ts';
import { MagicPacketListener } from '../../../modbus-sim/services/magic-packet-listener.ts';
import type { Misbehaviour } from '../../../modbus-sim/services/misbehaviour.ts';
import { ProxmoxService } from '../../../modbus-sim/services/proxmox-service.ts';
import { ServiceServer } from '../../../modbus-sim/services/service-server.ts';
import type { SimulatedService } from '../../../modbus-sim/services/service.ts';
import { SharedServer } from '../../../modbus-sim/services/shared-server.ts';
import { TasmotaService } from '../../../modbus-sim/services/tasmota-service.ts';
import { createRealAlarm } from '../../../gateway/system/real-alarm.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import { makeCertificate } from '../../system/self-made-certificate.ts';
import { nowMs } from './switch-ports.ts';

export type Failing = 'refuse' | 'unavailable' | 'drop_after' | 'silence' | 'endless' | 'page';

/** The other side of a switch. */
export interface SwitchStub {
  readonly options: OptionValues;
  /** Texts that may be seen by nobody. */
  readonly secrets: readonly string[];
  readonly ports?: Partial<SwitchPorts>;
  /** What it has taken, in order. */
  taken(): readonly SwitchPosition[];
  /** It can do that where something answers at all. */
  fail?(how: Failing): void;
  /** Returns when somebody waits for an answer that does not come. */
  silent?(): Promise<void>;
  close?(): Promise<void>;
}

export interface SwitchCase {
  start(t: Test): Promise<SwitchStub>;
  /** As it is said right after `on`, and after `off`; undefined: that cannot be told. */
  readonly said: Readonly<Record<SwitchPosition, SwitchPosition | undefined>>;
}

const ways: Readonly<Partial<Record<Failing, Misbehaviour>>> = {
  drop_after: 'reset',
  silence: 'silent',
  endless: 'huge',
  page: 'page',
  refuse: 'status_403',
  unavailable: 'status_503',
};

/** Refuses before it does anything, as the real ones do; the rest goes wrong afterwards. */
class Gate implements SimulatedService {
  readonly id: string;
  readonly #service: SimulatedService;
  isShut = false;

  constructor(service: SimulatedService) {
    this.#service = service;
    this.id = service.id;
  }

  handle(...request: Parameters<SimulatedService['handle']>): ReturnType<SimulatedService['handle']> {
    return this.isShut ? { status: 403, body: '' } : this.#service.handle(...request);
  }
}

interface HttpParts {
  readonly service: SimulatedService;
  readonly tls?: { readonly key: string; readonly certificate: string };
  readonly taken: () => readonly SwitchPosition[];
  readonly options: (url: string) => OptionValues;
  readonly secrets: readonly string[];
}

async function httpStub(t: Test, { service, tls, ...parts }: HttpParts): Promise<SwitchStub> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const gate = new Gate(service);
  const server = await ServiceServer.start({
    ...{ service: gate, nowMs: () => nowMs, onSilence: () => resolve(undefined) },
    ...(tls && { tls }),
  });
  t.teardown(() => server.close());
  return {
    options: parts.options(server.url),
    secrets: parts.secrets,
    taken: parts.taken,
    fail: (how) => {
      gate.isShut = how === 'refuse' || how === 'unavailable';
      server.misbehave(ways[how]);
    },
    silent: async () => await promise,
    close: async () => await server.close(),
  };
}

/** All programs write down what they were asked, and one of them prints how it is. */
async function commandStub(t: Test): Promise<SwitchStub> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-switch-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o755);
  const [log, script] = [join(directory, 'log'), join(directory, 'switch.sh')];
  writeFileSync(
    script,
    `#!/bin/sh\nif [ "$1" = say ]; then tail -n 1 '${log}'; else echo "$1" >> '${log}'; fi\n`,
  );
  chmodSync(script, 0o755);
  const processes = createRealJobProcesses({
    ...{
      clock: realClock,
      alarm: createRealAlarm(realClock),
      hiddenPaths: [],
      sandbox: 'off',
      newKey: () => 'trial-of-switches',
    },
    ...(process.getuid?.() === 0 && { user: 'root' }),
  });
  return await Promise.resolve({
    options: { on: [script, 'on'], off: [script, 'off'], position: [script, 'say'] },
    secrets: [],
    ports: { processes },
    taken: () =>
      existsSync(log) ? (readFileSync(log, 'utf8').trim().split('\n') as readonly SwitchPosition[]) : [],
  });
}

/** By kind: all that the suite asks is the same for all of them. */
export const switchCases: Readonly<Record<string, SwitchCase>> = {
  command: { start: commandStub, said: { on: 'on', off: 'off' } },
  proxmox: {
    // It goes on answering while it stops its guests.
    said: { on: 'on', off: 'on' },
    start: async (t) => {
      const server = new SharedServer({ startMs: nowMs });
      const secret = '0c1d2e3f-geheim-4a5b-6c7d-8e9fa0b1c2d3';
      const service = new ProxmoxService({ server, token: { id: 'egw@pve!switch', secret } });
      const tls = makeCertificate({ commonName: 'pve' });
      const card = await MagicPacketListener.start({
        mac: '02:00:5e:00:53:01',
        onPacket: () => undefined,
      });
      t.teardown(() => card.close());
      return await httpStub(t, {
        service,
        ...(tls && { tls }),
        taken: () => Array.from({ length: server.seen.shutdowns }, () => 'off' as const),
        options: (url) => ({
          ...{ url, node: 'pve', tokenId: 'egw@pve!switch', tokenSecret: secret, verify: true },
          ...{ mac: '02-00-5E-00-53-01', broadcast: '127.0.0.1', port: card.port },
          ...(tls && { fingerprint: tls.fingerprint }),
        }),
        secrets: [secret],
      });
    },
  },
  'tasmota-relay': {
    said: { on: 'on', off: 'off' },
    start: async (t) => {
      const taken: SwitchPosition[] = [];
      const service = new TasmotaService({
        ...{ startMs: nowMs, password: 'plug-geheim-77', powerW: () => [80] },
        onSwitch: (isOn) => taken.push(isOn ? 'on' : 'off'),
      });
      return await httpStub(t, {
        service,
        taken: () => taken,
        options: (url) => ({ url, user: 'admin', password: 'plug-geheim-77', relay: 1 }),
        secrets: ['plug-geheim-77', Buffer.from('admin:plug-geheim-77').toString('base64')],
      });
    },
  },
  'wake-on-lan': {
    said: { on: undefined, off: undefined },
    start: async (t) => {
      const packets: SwitchPosition[] = [];
      const mac = 'bc:24:11:0a:0b:0c';
      const card = await MagicPacketListener.start({
        ...{ mac, secureOn: '10.20.30.40' },
        onPacket: () => packets.push('on'),
      });
      t.teardown(() => card.close());
      return {
        options: { mac, broadcast: '127.0.0.1', port: card.port, secureOn: '10.20.30.40' },
        secrets: ['10.20.30.40'],
        taken: () => packets,
      };
    },
  },
};
