import t, { type Test } from 'tap';
import { createRealMachineSettings } from '../../gateway/system/real-machine-settings.ts';
import type { SystemBus } from '../../gateway/system/system-bus.ts';
import { PlayedBus, playersMissing } from './network-manager/played-bus.ts';

const skip = { skip: playersMissing };

async function machine(t: Test, mode?: string): Promise<SystemBus> {
  const mock = new PlayedBus();
  await mock.start();
  const bus = mock.connect();
  t.teardown(async () => {
    bus.close();
    await mock.stop();
  });
  if (mode !== undefined) await mock.run('../playing_machine.py', [mode]);
  return bus;
}

async function toldTo(bus: SystemBus): Promise<unknown> {
  const place = { destination: 'org.freedesktop.timedate1', path: '/org/freedesktop/timedate1' };
  const [told] = await bus.call({ ...place, interface: 'egw.Told', member: 'Told' });
  return told;
}

t.test('the clock and the name of the machine are set by its own services', skip, async (t) => {
  const bus = await machine(t, 'willing');
  const settings = createRealMachineSettings(bus);
  await settings.setTime(1_795_336_200_123);
  await settings.setHostName('cellar-gateway');
  t.same(await toldTo(bus), ['time 1795336200123000 False', 'name cellar-gateway']);
  await t.rejects(settings.setHostName('no!'), {
    code: 'service_failed',
    message: /Invalid static hostname/,
  });
});

t.test('a clock that a time service sets is left to it', skip, async (t) => {
  const settings = createRealMachineSettings(await machine(t, 'ntp'));
  await t.rejects(settings.setTime(1_795_336_200_123), { code: 'service_failed', hint: /set-ntp/ });
});

t.test('who may not is told who may', skip, async (t) => {
  const settings = createRealMachineSettings(await machine(t, 'denied'));
  await t.rejects(settings.setTime(0), { code: 'service_failed', hint: /polkit/ });
  await t.rejects(settings.setHostName('x'), { code: 'service_failed', hint: /polkit/ });
});

t.test('where nobody can be asked, that is said', skip, async (t) => {
  const settings = createRealMachineSettings(await machine(t));
  await t.rejects(settings.setTime(0), { code: 'service_manager_missing', hint: /container/ });
  await t.rejects(settings.setHostName('x'), { code: 'service_manager_missing' });
});
