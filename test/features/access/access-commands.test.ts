import t from 'tap';
import { scopes, type CommandCall, type Scope } from '../../../gateway/features/command.ts';
import { createStubGateway } from '../../faces/stub-gateway.ts';

function call(granted: readonly Scope[]): CommandCall {
  const principal = { kind: 'token', id: 'token:1', scopes: new Set(granted) } as const;
  return { principal, origin: '192.168.1.7', signal: new AbortController().signal };
}

t.test('pairing gives no more than who opens it has, and its code to nobody who has less', async (t) => {
  const { commands, pairing, rest } = await createStubGateway();
  t.teardown(async () => await rest.close());
  const run = async (id: string, granted: readonly Scope[], input: object = {}): Promise<object> =>
    (await commands.find(({ definition }) => definition.id === id)?.run(input, call(granted))) as object;
  const pair = async (opened: object): Promise<object> =>
    await run('pairing.pair', [], { code: (opened as { code: string }).code, label: 'x' });
  t.match(await run('pairing.show', ['admin']), { open: false, code: null });
  t.match(await pair(await run('pairing.open', ['admin', 'modbus:raw'])), { scopes: ['admin'] });
  const paired = scopes.filter((scope) => scope !== 'modbus:raw');
  t.match(await pair(await run('pairing.open', scopes)), { scopes: paired });
  const code = pairing.openUntilUsed();
  t.match(await run('pairing.show', ['admin', 'read']), { open: true, code: null });
  t.match(await run('pairing.show', paired), { open: true, code });
  t.match(await pair({ code }), { scopes: paired });
});
