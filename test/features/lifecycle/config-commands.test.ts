import t from 'tap';
import { scopes, type Principal, type Scope } from '../../../gateway/features/command.ts';
import { bindConfigCommands } from '../../../gateway/features/lifecycle/config-commands.ts';

interface Asking {
  readonly kind: Principal['kind'];
  readonly granted: readonly Scope[];
  readonly setting: string;
}

async function change(
  id: 'config.set' | 'config.unset',
  { kind, granted, setting }: Asking,
): Promise<string> {
  const changed: string[] = [];
  const commands = bindConfigCommands({
    config: {
      show: () => ({}),
      explain: () => ({ values: [], warnings: [] }),
      schema: () => ({}),
      settings: () => ({}),
      set: (name, value) => {
        changed.push(name);
        return Promise.resolve(value);
      },
      unset: (name) => changed.push(name) > 0,
    },
  });
  const principal = { kind, id: `${kind}:1`, scopes: new Set(granted) };
  const call = { principal, origin: 'x', signal: new AbortController().signal };
  const input = id === 'config.set' ? { setting, value: 1 } : { setting };
  const command = commands.find(({ definition }) => definition.id === id);
  const answer = command?.run(input, call) ?? Promise.reject(new TypeError(id));
  return await answer.then(
    () => changed.join(),
    (error: unknown) => `${(error as { code: string }).code} ${changed.join()}`,
  );
}

t.test('the cloud changes neither who may be spoken to, nor where data go, nor whom it is', async (t) => {
  for (const id of ['config.set', 'config.unset'] as const) {
    for (const section of [
      'alerts',
      'cloud',
      'discord',
      'http',
      'identity',
      'members',
      'network',
      'notifiers',
      'sinks',
      'switches',
      'uplinks',
    ]) {
      for (const setting of [section, `${section}.x`])
        t.equal(await change(id, { kind: 'cloud', granted: scopes, setting }), 'forbidden ', setting);
      t.equal(await change(id, { kind: 'token', granted: scopes, setting: section }), section);
    }
    t.equal(await change(id, { kind: 'cloud', granted: ['admin'], setting: 'site.name' }), 'site.name');
    for (const setting of ['site.clock', 'site'])
      t.equal(
        await change(id, { kind: 'cloud', granted: scopes, setting }),
        'forbidden ',
        'its clock checks commands',
      );
  }
});

t.test('who has not all scopes does not say who may give them', async (t) => {
  for (const setting of ['cloud', 'cloud.rootKey']) {
    t.equal(await change('config.set', { kind: 'token', granted: ['admin'], setting }), 'forbidden ');
    t.equal(await change('config.set', { kind: 'local', granted: scopes, setting }), setting);
  }
  t.equal(await change('config.set', { kind: 'key', granted: ['admin'], setting: 'http.port' }), 'http.port');
});

t.test('who may run no program does not say which program switches', async (t) => {
  const setting = 'switches';
  for (const id of ['config.set', 'config.unset'] as const)
    t.equal(
      await change(id, { kind: 'token', granted: ['read', 'control', 'admin'], setting }),
      'forbidden ',
    );
  t.equal(await change('config.set', { kind: 'token', granted: ['admin', 'jobs:run'], setting }), setting);
  const none = 'constructor';
  t.equal(
    await change('config.set', { kind: 'token', granted: ['admin'], setting: none }),
    none,
    'is no section',
  );
});
