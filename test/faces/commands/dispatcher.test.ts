import t from 'tap';
import { Type } from 'typebox';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { limits } from '../../../gateway/core/limits.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createDispatcher } from '../../../gateway/faces/commands/dispatcher.ts';
import {
  bindCommand,
  defineCommand,
  type BoundCommand,
  type CommandCall,
  type CommandDefinition,
  type Scope,
} from '../../../gateway/features/command.ts';
import { closed } from '../../../gateway/features/schema.ts';
import { ManualTime } from '../manual-time.ts';
import { MemoryStore } from '../memory-store.ts';

type Changes = Partial<Omit<CommandDefinition, 'run' | 'input' | 'output'>>;

function command(
  changes: Changes = {},
  run: (input: { name: string; count: number }) => string = () => 'done',
): BoundCommand {
  const definition = defineCommand({
    id: 'thing.make',
    summary: 'Makes a thing',
    scope: 'control',
    input: closed({ name: Type.String(), count: Type.Integer({ default: 1, maximum: 5 }) }),
    output: closed({ answer: Type.String() }),
    http: { method: 'POST', path: '/api/v1/things' },
    ...changes,
    run: (_ports: null, input) => ({ answer: run(input) }),
  });
  return bindCommand(definition, null);
}

function caller(kind: 'token' | 'cloud' | 'anonymous', ...granted: Scope[]): CommandCall {
  const principal = { kind, id: kind === 'anonymous' ? kind : `${kind}:1`, scopes: new Set(granted) };
  return { principal, origin: '192.168.1.7', signal: new AbortController().signal };
}

function dispatcher(commands: readonly BoundCommand[]): {
  store: MemoryStore;
  dispatch: ReturnType<typeof createDispatcher>['dispatch'];
} {
  const store = new MemoryStore();
  const parts = { audit: store, clock: new ManualTime(), logger: silentLogger, checkOutput: true };
  return { store, dispatch: createDispatcher(commands, parts).dispatch };
}

const failing = (): string => {
  throw new GatewayError('device_busy', 'not now');
};
const broken = (): string => {
  throw new TypeError('oops');
};
const known = caller('token', 'control');

t.test('each call ends as its scope, its input and its command say, and leaves its line', async (t) => {
  const table = [
    ['runs', command(), { name: 'a' }, known, 'done', ['ok']],
    ['fills in defaults', command({}, ({ count }) => String(count)), { name: 'a' }, known, '1', ['ok']],
    ['needs a scope', command(), { name: 'a' }, caller('token', 'read', 'admin'), 'forbidden', ['forbidden']],
    ['needs somebody', command(), { name: 'a' }, caller('anonymous'), 'token_invalid', []],
    ['is open', command({ scope: 'open' }), { name: 'a' }, caller('anonymous'), 'done', ['ok']],
    ['writes its own lines', command({ isAuditedItself: true }), { name: 'a' }, known, 'done', []],
    [
      'writes its own lines, but not of who may not',
      command({ isAuditedItself: true }),
      { name: 'a' },
      caller('token', 'read'),
      'forbidden',
      ['forbidden'],
    ],
    ['misses a value', command(), {}, known, 'input_invalid', ['input_invalid']],
    ['has a value too many', command(), { name: 'a', more: 1 }, known, 'input_invalid', ['input_invalid']],
    [
      'has text for a number',
      command(),
      { name: 'a', count: '2' },
      known,
      'input_invalid',
      ['input_invalid'],
    ],
    ['has no number', command(), { name: 'a', count: Infinity }, known, 'input_invalid', ['input_invalid']],
    ['is no object', command(), null, known, 'input_invalid', ['input_invalid']],
    ['fails', command({}, failing), { name: 'a' }, known, 'device_busy', ['device_busy']],
    ['breaks', command({}, broken), { name: 'a' }, known, 'TypeError', ['internal_error']],
    ['reads', command({ http: { method: 'GET', path: '/x' } }), { name: 'a' }, known, 'done', []],
    ['is for the cloud too', command(), { name: 'a' }, caller('cloud', 'control'), 'done', ['ok']],
    [
      'is closed to the cloud',
      command({ isClosedToCloud: true }),
      { name: 'a' },
      caller('cloud', 'control'),
      'forbidden',
      ['forbidden'],
    ],
    [
      'is closed to the cloud alone',
      command({ isClosedToCloud: true }),
      { name: 'a' },
      known,
      'done',
      ['ok'],
    ],
    [
      'reads what it may not',
      command({ http: { method: 'GET', path: '/x' } }),
      {},
      caller('token'),
      'forbidden',
      ['forbidden'],
    ],
  ] as const;
  for (const [title, bound, input, call, wanted, lines] of table) {
    const { store, dispatch } = dispatcher([bound]);
    const ended = await dispatch('thing.make', input === null ? null : { ...input }, call).then(
      (answer) => (answer as { answer: string }).answer,
      (error: unknown) => (error instanceof GatewayError ? error.code : (error as Error).name),
    );
    t.equal(ended, wanted, title);
    t.same(
      store.audit.map(({ outcome }) => outcome),
      lines,
      `${title}: audit`,
    );
    t.ok(store.audit.every(({ action, detail }) => action === 'thing.make' && detail === 'from 192.168.1.7'));
  }
});

t.test('who is refused again and again does not push others out of the audit log', async (t) => {
  const { store, dispatch } = dispatcher([command()]);
  const refused = async (call: CommandCall): Promise<unknown> =>
    await t.rejects(dispatch('thing.make', { name: 'a' }, call), { code: 'forbidden' });
  for (let time = 0; time < 1_000; time += 1) await refused(caller('token'));
  t.equal(store.audit.length, limits.refusalLinesBurst);
  await refused(caller('cloud'));
  t.match(
    store.audit.at(-1),
    { principal: 'cloud:1', detail: 'from 192.168.1.7' },
    'others have their lines',
  );
});

t.test('nor does a stranger, whatever he sends', async (t) => {
  const { store, dispatch } = dispatcher([command({ scope: 'open' })]);
  for (let time = 0; time < 100; time += 1)
    await t.rejects(dispatch('thing.make', {}, caller('anonymous')), { code: 'input_invalid' });
  t.equal(store.audit.length, limits.refusalLinesBurst);
  await dispatch('thing.make', { name: 'a' }, caller('anonymous'));
  t.match(store.audit.at(-1), { outcome: 'ok' }, 'what is done has its line');
});

t.test('an unknown command or property is answered with the nearest', async (t) => {
  const { dispatch } = dispatcher([command()]);
  await t.rejects(dispatch('thing.mak', {}, known), {
    code: 'command_unknown',
    hint: 'did you mean thing.make?',
  });
  await t.rejects(dispatch('thing.make', { nmae: 'a' }, known), { code: 'input_invalid' });
  await t.rejects(dispatch('thing.make', { name: 'a', cuont: 1 }, known), {
    code: 'input_invalid',
    hint: 'did you mean count?',
  });
});

t.test('what has happened is answered even when its audit line cannot be stored', async (t) => {
  const { store, dispatch } = dispatcher([command()]);
  store.failing = new GatewayError('storage_failed', 'no disk');
  t.same(await dispatch('thing.make', { name: 'a' }, known), { answer: 'done' });
});

t.test('an answer that its schema does not allow is a programmer error in tests', async (t) => {
  const bound = command();
  const wrong = { ...bound, run: () => Promise.resolve({ answer: 1 }) };
  const { dispatch } = dispatcher([wrong]);
  await t.rejects(dispatch('thing.make', { name: 'a' }, known), { name: 'AssertionError' });
});

t.test('declarations that contradict each other are refused at start', (t) => {
  const other = { id: 'thing.other', http: { method: 'POST', path: '/api/v1/others' } } as const;
  const withInput = (input: object, changes: Changes = {}): BoundCommand => {
    const bound = command(changes);
    return { ...bound, definition: { ...bound.definition, input } };
  };
  const table: (readonly [string, readonly BoundCommand[]])[] = [
    ['two of one id', [command(), command({ http: other.http })]],
    ['two of one route', [command(), command({ id: 'thing.other' })]],
    [
      'two routes that only differ in a name',
      [
        withInput(closed({ a: Type.String() }), { http: { method: 'GET', path: '/x/:a' } }),
        withInput(closed({ b: Type.String() }), { id: 'thing.b', http: { method: 'GET', path: '/x/:b' } }),
      ],
    ],
    ['two of one verb', [command({ cli: { verb: 'thing' } }), command({ ...other, cli: { verb: 'thing' } })]],
    ['no scope', [command({ scope: undefined as never })]],
    ['an unknown scope', [command({ scope: 'root' as never })]],
    ['an open object', [withInput(Type.Object({}))]],
    ['a path parameter that is no input', [command({ http: { method: 'POST', path: '/x/:id' } })]],
    ['a positional that is no input', [command({ cli: { verb: 'x', positionals: ['id'] } })]],
    ['an input called like an option of every verb', [withInput(closed({ json: Type.String() }))]],
    ['an object in a query', [withInput(closed({ a: closed({}) }), { http: { method: 'GET', path: '/x' } })]],
  ];
  t.doesNotThrow(() => dispatcher([command(), command(other)]));
  for (const [title, commands] of table)
    t.throws(() => dispatcher(commands), { name: 'AssertionError' }, title);
  t.end();
});
