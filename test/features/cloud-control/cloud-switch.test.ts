import t from 'tap';
import { CloudSwitch } from '../../../gateway/features/cloud-control/cloud-switch.ts';
import { MemoryCloudStore } from './memory-cloud-store.ts';

t.test('what the owner says last counts, however long the medium takes', async (t) => {
  const store = new MemoryCloudStore();
  const ownerSwitch = new CloudSwitch(store, false);
  await ownerSwitch.load();
  await Promise.all([ownerSwitch.turnOn(), ownerSwitch.turnOff()]);
  t.equal(ownerSwitch.isOn, false);
  t.same([...store.settings.values()], ['off']);
  await Promise.all([ownerSwitch.turnOff(), ownerSwitch.turnOn()]);
  t.equal(ownerSwitch.isOn, true);
  t.same([...store.settings.values()], ['on']);
});
