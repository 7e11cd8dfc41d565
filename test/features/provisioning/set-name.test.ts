import t from 'tap';
import {
  bindProvisionCommands,
  type ProvisionPorts,
} from '../../../gateway/features/provisioning/provision-commands.ts';

t.test('naming the machine gives an app of Improv another minute, and nobody else', async (t) => {
  const sent: string[] = [];
  const named: string[] = [];
  const ports = {
    about: { name: 'Home' },
    hostFacts: { hostName: () => 'egw' },
    machineSettings: { setHostName: (name: string) => Promise.resolve(void named.push(name)) },
    nameSite: (name: string) => Promise.resolve(named.push(name)),
    door: { send: (input: string) => sent.push(input) },
  } as unknown as ProvisionPorts;
  const command = bindProvisionCommands(ports).find(
    ({ definition }) => definition.id === 'provision.set-name',
  );
  const setName = async (input: object, id: string): Promise<unknown> =>
    await command?.run(input, {
      principal: { kind: 'nearby', id, scopes: new Set(['provision']) },
      signal: new AbortController().signal,
      origin: 'nearby',
    });
  t.strictSame(await setName({ hostName: 'attic' }, 'nearby:improv'), {
    hostName: 'attic',
    deviceName: 'Home',
  });
  t.strictSame(sent, ['improv-continues']);
  t.strictSame(await setName({ deviceName: 'Attic' }, 'local'), { hostName: 'egw', deviceName: 'Attic' });
  t.strictSame(sent, ['improv-continues'], 'the owner keeps nobody in');
  t.strictSame(named, ['attic', 'Attic']);
});
