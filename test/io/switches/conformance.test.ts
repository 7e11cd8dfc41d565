import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { describeError, GatewayError } from '../../../gateway/core/errors.ts';
import { switches } from '../../../gateway/io/switches/index.ts';
import type { PowerSwitch, SwitchPosition } from '../../../gateway/io/switches/switch.ts';
import { switchCases, type SwitchStub } from './switch-cases.ts';
import { switchPorts } from './switch-ports.ts';

const never = new AbortController().signal;
const positions = ['on', 'off'] as const;

t.test('every switch has its case, its file and options with words', (t) => {
  t.same(switches.map(({ id }) => id).toSorted(), Object.keys(switchCases).toSorted());
  for (const { id, title, source, options, timeoutMs } of switches) {
    t.ok(existsSync(new URL(`../../../gateway/io/switches/${id}.ts`, import.meta.url)), id);
    t.match(title, /\S \S/);
    t.match(source, /\S/);
    t.ok(timeoutMs >= 5_000 && timeoutMs <= 60_000);
    for (const [name, field] of Object.entries(options)) {
      t.match(name, /^[a-z][A-Za-z0-9]*$/);
      t.match(field.description, /^\S.*\.$/s, `${id} ${name}`);
      t.notOk(field.isSecret && field.default !== undefined, `${name}: a secret has no default`);
    }
  }
  t.end();
});

interface Open {
  readonly power: PowerSwitch;
  readonly stub: SwitchStub;
  /** What fails, and shows no secret. */
  failure(doing: Promise<unknown>): Promise<GatewayError>;
}

for (const definition of switches) {
  const { start, said } = switchCases[definition.id] ?? {};

  const open = async (t: Test): Promise<Open> => {
    const stub = await start?.(t);
    if (stub === undefined) return t.fail('there is no case') as never;
    const power = definition.open(stub.options, switchPorts(t, stub.ports));
    t.teardown(() => power.close());
    const failure: Open['failure'] = async (doing) => {
      const error: unknown = await doing.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      t.ok(error instanceof GatewayError, 'an operating error');
      checkSecrets(t, stub, error);
      return error as GatewayError;
    };
    return { power, stub, failure };
  };
  const told = async (t: Test): Promise<readonly SwitchPosition[]> =>
    definition.positions((await open(t)).stub.options);

  t.test(`${definition.id}: what it can be told arrives, once`, async (t) => {
    for (const position of await told(t)) {
      const { power, stub } = await open(t);
      await power.turn(position, never);
      t.equal(await power.position(never), said?.[position], position);
      await until(() => stub.taken().length > 0 || definition.id === 'proxmox');
      const expected = definition.id === 'proxmox' && position === 'on' ? [] : [position];
      t.same(stub.taken(), expected, position);
    }
  });

  t.test(`${definition.id}: what it cannot be told is refused`, async (t) => {
    const known = await told(t);
    t.ok(known.length > 0);
    for (const position of positions.filter((one) => !known.includes(one))) {
      const { power, stub, failure } = await open(t);
      const { code, hint, facts } = await failure(power.turn(position, never));
      t.equal(code, 'switch_refused');
      t.match(hint, /\S/);
      t.notOk(facts['isUnclear']);
      t.same(stub.taken(), []);
    }
  });

  t.test(`${definition.id}: with a signal that has fired nothing goes out`, async (t) => {
    for (const position of await told(t)) {
      const { power, stub, failure } = await open(t);
      const { facts, retryable } = await failure(power.turn(position, AbortSignal.abort()));
      t.notOk(facts['isUnclear']);
      t.ok(retryable);
      t.same(stub.taken(), []);
    }
  });

  t.test(`${definition.id}: it can be closed twice`, async (t) => {
    const { power } = await open(t);
    await power.close();
    await power.close();
  });

  // `off` goes to where something answers.
  const answers = ['proxmox', 'tasmota-relay'].includes(definition.id);
  if (!answers) continue;

  t.test(`${definition.id}: where nobody listens nothing can have been taken`, async (t) => {
    const { power, stub, failure } = await open(t);
    await stub.close?.();
    const { code, facts, retryable } = await failure(power.turn('off', never));
    t.equal(code, 'connection_refused');
    t.notOk(facts['isUnclear']);
    t.ok(retryable);
  });

  t.test(`${definition.id}: what is dropped after it was taken is unclear, and not repeated`, async (t) => {
    const { power, stub, failure } = await open(t);
    stub.fail?.('drop_after');
    const { code, facts } = await failure(power.turn('off', never));
    t.equal(code, 'connection_closed');
    t.equal(facts['isUnclear'], true);
    t.same(stub.taken(), ['off'], 'once');
  });

  t.test(`${definition.id}: what is refused and what will pass are told apart`, async (t) => {
    const refusing = await open(t);
    refusing.stub.fail?.('refuse');
    const refused = await refusing.failure(refusing.power.turn('off', never));
    t.equal(refused.code, 'switch_refused');
    t.match(refused.hint, /check|give|set/);
    t.equal((await refusing.failure(refusing.power.position(never))).code, 'switch_refused');
    const busy = await open(t);
    busy.stub.fail?.('unavailable');
    t.equal((await busy.failure(busy.power.turn('off', never))).code, 'switch_unavailable');
    for (const { stub } of [refusing, busy]) t.same(stub.taken(), []);
  });

  t.test(`${definition.id}: the signal ends a wait at once, and what went out is unclear`, async (t) => {
    const { power, stub, failure } = await open(t);
    stub.fail?.('silence');
    const controller = new AbortController();
    const failed = failure(power.turn('off', controller.signal));
    await stub.silent?.();
    controller.abort();
    const { code, facts } = await failed;
    t.equal(code, 'connection_timeout');
    t.equal(facts['isUnclear'], true);
    t.same(stub.taken(), ['off']);
  });

  for (const how of ['endless', 'page'] as const)
    t.test(`${definition.id}: ${how} is no answer, and unclear`, async (t) => {
      const { power, stub, failure } = await open(t);
      stub.fail?.(how);
      const { code, facts } = await failure(power.turn('off', never));
      t.equal(code, 'answer_invalid');
      t.equal(facts['isUnclear'], true);
      t.same(stub.taken(), ['off']);
    });
}

/** A datagram has no answer to wait for. */
async function until(isThere: () => boolean): Promise<void> {
  for (let beats = 0; beats < 7_500 && !isThere(); beats += 1) await wait(4);
}

/** Neither in what is shown of an error, nor in what a log would take of it. */
function checkSecrets(t: Test, { secrets }: SwitchStub, error: unknown): void {
  const shown = `${describeError(error)} ${inspect(error, { depth: 8 })}`;
  for (const secret of secrets) t.notMatch(shown, secret);
}
