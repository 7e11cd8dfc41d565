import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import type { WirelessNetwork, WirelessNetworks } from '../../../gateway/core/wireless.ts';
import { ssidText } from '../../../gateway/core/ssid-text.ts';
import type { CommandCall, Principal } from '../../../gateway/features/command.ts';
import { JoiningDesk } from '../../../gateway/features/provisioning/joining-desk.ts';
import { bindWifiCommands, wifiCommands } from '../../../gateway/features/provisioning/wifi-commands.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { SimulatedWireless } from '../../../sim/simulated-wireless.ts';

const principal: Principal = { kind: 'nearby', id: 'nearby:session', scopes: new Set(['provision']) };
const call: CommandCall = { principal, signal: new AbortController().signal, origin: 'nearby' };

function bench(given?: Partial<WirelessNetworks>): {
  readonly clock: SimulatedClock;
  readonly run: (id: string, input?: object) => Promise<unknown>;
} {
  const clock = new SimulatedClock(1_795_336_200_000);
  const networks = [{ ssid: 'home', password: 'right-password' }];
  const simulated = new SimulatedWireless({ clock, alarm: clock, networks });
  const wireless = given === undefined ? simulated : ({ ...given } as WirelessNetworks);
  const joining = new JoiningDesk({ wireless, clock, alarm: clock, logger: silentLogger });
  const commands = bindWifiCommands({ wireless, joining });
  return {
    clock,
    run: async (id, input = {}) => {
      const command = commands.find(({ definition }) => definition.id === id);
      return await command?.run(input, call);
    },
  };
}

t.test('whoever sets the gateway up over Bluetooth gets the number of his attempt at once', async (t) => {
  const { clock, run } = bench();
  const begun = await run('wifi.connect', { ssid: 'home', password: 'right-password', waitSeconds: 0 });
  t.match(begun, { attempt: 1, ssid: 'home', stage: 'associating' });
  await clock.advance(10_000);
  t.match(await run('wifi.status'), { joined: { ssid: 'home' }, joining: { attempt: 1, stage: 'joined' } });
});

t.test('whoever waits gets the end', async (t) => {
  const { clock, run } = bench();
  const asked = run('wifi.connect', { ssid: 'home', password: 'wrong-password', waitSeconds: 85 });
  await clock.advance(10_000);
  t.match(await asked, { stage: 'failed', failure: 'wifi_password_wrong' });
});

t.test('nobody leaves a network while one is being joined', async (t) => {
  const { clock, run } = bench();
  await run('wifi.connect', { ssid: 'home', password: 'right-password', waitSeconds: 0 });
  await t.rejects(run('wifi.disconnect'), { code: 'wifi_busy' });
  await clock.advance(10_000);
  t.same(await run('wifi.disconnect'), { left: true });
  await t.rejects(run('wifi.disconnect'), { code: 'not_found' });
});

t.test('what is in the air, whatever it calls itself, fits into one message', async () => {
  const messageBytesMax = 4_096;
  const name = fc.uint8Array({ minLength: 1, maxLength: 32 });
  const worst = fc.constantFrom(0x00, 0x22, 0x5c, 0xff).map((byte) => new Uint8Array(32).fill(byte));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(name, worst), { maxLength: 60 }), async (names) => {
      const networks = names.map((ssidBytes): WirelessNetwork => {
        const shown = { ssid: ssidText(ssidBytes), ssidBytes, signalPct: 100 };
        return { ...shown, security: 'unknown', isKnown: false, isJoined: false };
      });
      const { run } = bench({ scan: () => Promise.resolve(networks) });
      const answer = await run('wifi.scan');
      const message = JSON.stringify({ id: Number.MAX_SAFE_INTEGER, answer });
      return new TextEncoder().encode(message).length <= messageBytesMax;
    }),
  );
});

t.test('none of them is for the cloud but the state, and only the agreed are in the air', (t) => {
  t.same(
    wifiCommands.filter(({ isClosedToCloud }) => isClosedToCloud !== true).map(({ id }) => id),
    ['wifi.status'],
  );
  t.same(
    wifiCommands.flatMap(({ nearby }) =>
      nearby === undefined ? [] : [`${nearby.verb} ${nearby.ways.join(' ')}`],
    ),
    ['scan session improv ancestor', 'set-wifi session improv ancestor', 'disconnect-wifi ancestor'],
  );
  t.end();
});
