import t from 'tap';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { SimulatedWireless } from '../../sim/simulated-wireless.ts';
import {
  conformanceNetworks,
  never,
  rightPassword,
  testConformance,
  wishOf,
} from '../system/network-manager/wireless-conformance.ts';

const time = { clock: realClock, alarm: createRealAlarm(realClock), stepMs: 2 };
const networks = conformanceNetworks.map((network) =>
  'security' in network && network.security !== 'sae' ? network : { ...network, password: rightPassword },
);

testConformance(t, async () => {
  const wireless = new SimulatedWireless({ ...time, networks });
  await wireless.join(wishOf({ ssid: 'home', password: rightPassword }), () => undefined, never());
  return wireless;
});

t.test('what it does again is the same, and a radio that is off says so', async (t) => {
  const wireless = new SimulatedWireless({ ...time, networks, radio: 'off' });
  t.match(await wireless.state(), { radio: 'off', joined: null });
  await t.rejects(wireless.scan(never()), { code: 'wifi_missing' });
  wireless.radio = 'on';
  const [one, other] = [await wireless.scan(never()), await wireless.scan(never())];
  t.same(one, other);
});

t.test('a network that is gone is lost', async (t) => {
  const wireless = new SimulatedWireless({ ...time, networks });
  await wireless.join(wishOf({ ssid: 'home', password: rightPassword }), () => undefined, never());
  wireless.setNetworks([]);
  t.equal((await wireless.state()).joined, null);
});
