import { Type } from 'typebox';
import type { Test } from 'tap';
import { canonicalJson, type JsonValue } from '../../../gateway/core/canonical-json.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import { createRestPaths } from '../../../gateway/faces/rest/rest-paths.ts';
import { createRateLimits } from '../../../gateway/faces/rest/rate-limits.ts';
import { createSchemaChecks } from '../../../gateway/faces/commands/schema-check.ts';
import { createCloud, type Cloud, type CloudPorts } from '../../../gateway/features/cloud-control/cloud.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../../../gateway/features/command.ts';
import { closed } from '../../../gateway/features/schema.ts';
import type { SecurityNote } from '../../../gateway/features/security-events.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { BackendKey, type Signed } from './backend-key.ts';
import { MemoryCloudStore } from './memory-cloud-store.ts';

export type Message = Readonly<Record<string, JsonValue>>;

export const gatewayId = 'abcdefghijklmnop';
export const root = new BackendKey('root');
export const ops = new BackendKey('ops');

const day = 86_400_000;
/** Compiled once for all benches. */
const checkOf = createSchemaChecks();

interface SaidResult {
  readonly status: string;
  readonly problem?: { readonly code: string };
}

/** Control from the cloud over a store in memory, with commands that note that they ran. */
export class CloudBench {
  readonly time: ManualTime;
  readonly store: MemoryCloudStore;
  readonly cloud: Cloud;
  readonly sent: Message[] = [];
  readonly ran: string[] = [];
  readonly events: SecurityNote[] = [];
  isClockTrusted = true;
  /** Called by the command thing.set before it is done. */
  onSet: (name: string, signal: AbortSignal) => Promise<void> = () => Promise.resolve();

  constructor(
    given: {
      readonly time?: ManualTime;
      readonly store?: MemoryCloudStore;
      readonly rootKey?: string;
      readonly isOff?: boolean;
      /** Commands run without the dispatcher, whose checks take longer to make than all the rest. */
      readonly isBare?: boolean;
    } = {},
  ) {
    this.time = given.time ?? new ManualTime();
    this.store = given.store ?? new MemoryCloudStore();
    const commands = this.#commands();
    const dispatcher = createDispatcher(commands, {
      audit: this.store,
      clock: this.time,
      logger: silentLogger,
      checkOutput: true,
    });
    const definitions = new Map(commands.map((command) => [command.definition.id, command]));
    const bare: ReturnType<CloudPorts['commands']> = {
      declarationOf: (id) => definitions.get(id)?.definition,
      dispatch: async (id, input, call) => await definitions.get(id)?.run(input, call),
    };
    const ports: CloudPorts = {
      clock: this.time,
      alarm: this.time,
      logger: silentLogger,
      isClockTrusted: () => this.isClockTrusted,
      // What the gateway itself signs is not what is tried here.
      identity: {
        gatewayId,
        serial: '0123456789abcdef01',
        sign: () => Promise.resolve(''),
        signMessage: (_domain, message) => Promise.resolve({ ...message, signature: '' }),
      },
      checkOf,
      findDevice: () => undefined,
      openBroker: () => Promise.reject(new Error('no broker')),
      send: ({ body }) => void this.sent.push(JSON.parse(Buffer.from(body).toString()) as Message),
      store: this.store,
      security: { note: (event) => void this.events.push(event) },
      rates: given.isBare === true ? { take: () => undefined } : createRateLimits(this.time),
      commands: () => (given.isBare === true ? bare : dispatcher),
      restPaths: () =>
        createRestPaths({
          commands: commands.map(({ definition }) => definition),
          dispatcher,
          servesAncestorPaths: true,
        }),
    };
    const settings = { rootKey: given.rootKey ?? root.publicKey, isOff: given.isOff ?? false };
    this.cloud = createCloud(ports, settings);
  }

  /** Started, with the issuer ops-1 that may read and control. */
  static async started(given: ConstructorParameters<typeof CloudBench>[0] = {}): Promise<CloudBench> {
    const bench = new CloudBench(given);
    await bench.cloud.control.start();
    await bench.hear(bench.delegation());
    return bench;
  }

  /** Hears messages, and waits until they have had their end. */
  async hear(...messages: readonly (Message | Uint8Array)[]): Promise<void> {
    for (const message of messages) {
      const bytes = message instanceof Uint8Array ? message : Buffer.from(canonicalJson(message));
      this.cloud.control.receive(bytes, 'main');
    }
    await this.cloud.control.settled();
  }

  delegation(changes: Message = {}, key = root): Signed {
    const nowMs = this.time.wall();
    return key.sign({
      v: 1,
      kind: 'delegation',
      issuer: 'ops-1',
      key: ops.publicKey,
      purposes: ['command', 'ack'],
      scopes: ['read', 'control'],
      gateways: [gatewayId],
      from: nowMs - day,
      until: nowMs + 30 * day,
      number: 1,
      ...changes,
    });
  }

  revocation(changes: Message = {}, key = root): Signed {
    return key.sign({ v: 1, kind: 'revocation', number: 2, issuers: ['ops-1'], ...changes });
  }

  command(changes: Message = {}, key = ops): Signed {
    return key.sign(this.unsigned(changes));
  }

  unsigned(changes: Message = {}): Message {
    const nowMs = this.time.wall();
    return {
      v: 1,
      kind: 'command',
      gid: gatewayId,
      cmdId: ulid(1),
      issuer: 'ops-1',
      seq: 1,
      iat: nowMs,
      exp: nowMs + 60_000,
      scope: 'control',
      body: { command: 'thing.set', input: { name: 'a' } },
      ...changes,
    };
  }

  get outcomes(): readonly string[] {
    return (this.sent as unknown as readonly SaidResult[]).map(({ status, problem }) =>
      problem === undefined ? status : `${status} ${problem.code}`,
    );
  }

  #commands(): readonly BoundCommand[] {
    const note = (id: string, name: string): { said: string } => {
      this.ran.push(`${id} ${name}`);
      return { said: name };
    };
    const form = { input: closed({ name: Type.String() }), output: closed({ said: Type.String() }) };
    const set = defineCommand({
      id: 'thing.set',
      summary: 'Sets a thing',
      scope: 'control',
      ...form,
      http: { method: 'POST', path: '/things' },
      run: async (_ports: null, { name }, { principal, signal }) => {
        const answer = note('thing.set', `${name} by ${principal.id} ${[...principal.scopes].join()}`);
        await this.onSet(name, signal);
        return answer;
      },
    });
    const show = defineCommand({
      id: 'thing.show',
      summary: 'Shows a thing',
      scope: 'read',
      ...form,
      http: { method: 'GET', path: '/things/:name' },
      run: (_ports: null, { name }) => note('thing.show', name),
    });
    const stream = {
      ...show,
      id: 'thing.stream',
      http: { method: 'GET', path: '/stream', streams: ['text/csv'] },
    } as const;
    const own = {
      ...set,
      id: 'thing.own',
      isClosedToCloud: true,
      http: { method: 'POST', path: '/own' },
    } as const;
    const admin = {
      ...set,
      id: 'thing.admin',
      scope: 'admin',
      http: { method: 'POST', path: '/admin' },
    } as const;
    return [set, show, stream, own, admin].map((definition) => bindCommand(definition, null));
  }
}

/** The n-th. */
export function ulid(n: number): string {
  return `01K${n.toString(32).toUpperCase().padStart(23, '0')}`.replaceAll(
    /[ILOU]/g,
    (c) => ({ I: 'W', L: 'X', O: 'Y', U: 'Z' })[c] ?? c,
  );
}

/** What changed by it besides what it leaves in the audit log. */
export async function changesBy(
  t: Test,
  bench: CloudBench,
  message: Message | Uint8Array,
): Promise<readonly string[]> {
  const before = {
    settings: [...bench.store.settings],
    sequences: [...bench.store.sequences],
    ran: bench.ran.length,
  };
  const lines = bench.store.audit.length;
  await bench.hear(message);
  t.same([...bench.store.settings], before.settings, 'settings');
  t.equal(bench.ran.length, before.ran, 'nothing ran');
  return bench.store.audit.slice(lines).map(({ outcome }) => outcome);
}
