import t from 'tap';
import { pbkdf2Sync } from 'node:crypto';
import type { Alarm } from '../../../gateway/core/clock.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { NetworkManagerWireless } from '../../../gateway/system/network-manager/network-manager-wireless.ts';
import { SystemBus } from '../../../gateway/system/system-bus.ts';
import { hastyTime, PlayedManager, playersMissing, type PlayedWorld } from './played-bus.ts';
import {
  conformanceNetworks,
  never,
  rightPassword,
  testConformance,
  wishOf,
} from './wireless-conformance.ts';

const skip = { skip: playersMissing };

/** What a network takes: the password, or what follows from it. */
function keysOf(ssid: string, security = 'wpa-psk'): readonly string[] {
  return security === 'sae' || security === 'transition' ? [rightPassword] : [pairwiseKey(ssid)];
}

function pairwiseKey(ssid: string): string {
  return pbkdf2Sync(rightPassword, ssid, 4_096, 32, 'sha1').toString('hex');
}

const home = { ssid: 'home', keys: keysOf('home') };
const next = { ssid: 'next', keys: keysOf('next') };
const inHome: PlayedWorld = { networks: [home, next], known: ['home'], joined: 'home' };

async function openIn(
  t: { teardown: (end: () => unknown) => unknown },
  world: PlayedWorld,
): Promise<{ manager: PlayedManager; wireless: NetworkManagerWireless }> {
  const manager = await new PlayedManager().start(world);
  t.teardown(async () => await manager.stop());
  return { manager, wireless: wirelessOn(manager.bus) };
}

/** How often somebody has waited for a time. */
function countedAlarm(): { readonly alarm: Alarm; readonly waits: () => number } {
  let waits = 0;
  const alarm: Alarm = {
    ...hastyTime.alarm,
    at: (...call) => {
      waits += 1;
      return hastyTime.alarm.at(...call);
    },
  };
  return { alarm, waits: () => waits };
}

function wirelessOn(bus: SystemBus): NetworkManagerWireless {
  return new NetworkManagerWireless({ bus, ...hastyTime, logger: silentLogger });
}

t.test('NetworkManager, as every way to wireless networks', skip, async (t) => {
  const networks = conformanceNetworks.map((network) => {
    const security = 'security' in network ? network.security : 'wpa-psk';
    const keys = security === 'open' ? [] : keysOf(network.ssid, security);
    // Names that are hidden are believed to be of WPA3, whose password itself is kept.
    return { ...network, keys: 'isHidden' in network ? [...keys, rightPassword] : keys };
  });
  testConformance(t, async (t) => {
    const { wireless } = await openIn(t, { networks, known: ['home'], joined: 'home', stepMs: 5 });
    return wireless;
  });
  await Promise.resolve();
});

t.test('of WPA2 the key is kept and not the password; the profile of before stays', skip, async (t) => {
  const { manager, wireless } = await openIn(t, inHome);
  const wish = wishOf({ ssid: 'next', password: rightPassword });
  t.match(await wireless.join(wish, () => undefined, never()), { ok: true });
  t.same(await manager.saved(), ['home open -', `eGW next wpa-psk ${pairwiseKey('next')}`]);
  t.match(await wireless.join(wish, () => undefined, never()), { ok: true });
  t.equal(
    (await manager.saved()).length,
    2,
    'a second profile for the same name takes the place of the first',
  );
  await wireless.forgetAll();
  t.same(await manager.saved(), ['home open -'], 'what others have written is left');
});

t.test('where SAE is spoken the password itself is kept', skip, async (t) => {
  const networks = [{ ssid: 'both', security: 'transition', keys: keysOf('both', 'transition') }] as const;
  const { manager, wireless } = await openIn(t, { networks });
  const wish = wishOf({ ssid: 'both', password: rightPassword });
  t.match(await wireless.join(wish, () => undefined, never()), { ok: true });
  t.same(await manager.saved(), [`eGW both wpa-psk ${rightPassword}`]);
});

t.test('a name that is no text is told, joined and kept by its bytes', skip, async (t) => {
  const bytes = Uint8Array.from([0xff, 0x00, 0x41]);
  const networks = [{ ssid: 'hex:ff0041', security: 'open' }] as const;
  const { wireless } = await openIn(t, { networks });
  const [found] = await wireless.scan(never());
  t.match(found, { ssid: '\u{fffd}\u{fffd}A', ssidBytes: bytes });
  const wish = { ssidBytes: bytes, password: undefined, isHidden: false };
  t.match(await wireless.join(wish, () => undefined, never()), { ok: true });
});

t.test('nothing is left of what failed, with checkpoints and without', skip, async (t) => {
  for (const hasCheckpoints of [true, false]) {
    const { manager, wireless } = await openIn(t, { ...inHome, hasCheckpoints });
    const wish = wishOf({ ssid: 'next', password: 'wrong-password' });
    const end = await wireless.join(wish, () => undefined, never());
    t.match(end, { ok: false, failure: 'wifi_password_wrong', rolledBackTo: 'home' });
    t.same(await manager.profiles(), ['home open -']);
  }
});

t.test('each way in which it ends is told in terms of what a person can do', skip, async (t) => {
  const endings = {
    'supplicant-timeout': 'wifi_timeout',
    unplugged: 'wifi_failed',
    rival: 'wifi_failed',
  };
  for (const [treatment, failure] of Object.entries(endings)) {
    const { wireless } = await openIn(t, { ...inHome, networks: [home, { ...next, treatment }] });
    const wish = wishOf({ ssid: 'next', password: rightPassword });
    const end = await wireless.join(wish, () => undefined, never());
    t.match(end, { ok: false, failure }, treatment);
    t.notMatch(JSON.stringify(end), /right-password/);
  }
});

t.test('a wait for an address that time ends is no address', skip, async (t) => {
  const { wireless } = await openIn(t, { ...inHome, networks: [home, { ...next, treatment: 'slow-dhcp' }] });
  const given = new AbortController();
  const told = (step: string): void => {
    if (step === 'address') given.abort(new DOMException('late', 'TimeoutError'));
  };
  const end = await wireless.join(wishOf({ ssid: 'next', password: rightPassword }), told, given.signal);
  t.match(end, { ok: false, failure: 'wifi_no_address', rolledBackTo: 'home' });
});

t.test('a medium that takes nothing: it is joined, and kept until the next start', skip, async (t) => {
  const { manager, wireless } = await openIn(t, { ...inHome, isReadOnly: true });
  const wish = wishOf({ ssid: 'next', password: rightPassword });
  t.match(await wireless.join(wish, () => undefined, never()), { ok: true });
  t.equal((await manager.saved()).length, 1);
  t.equal((await manager.profiles()).length, 2);
});

t.test('NetworkManager stops in the middle, and comes back', skip, async (t) => {
  const { manager, wireless } = await openIn(t, {
    ...inHome,
    networks: [home, { ...next, treatment: 'slow-dhcp' }],
  });
  const wish = wishOf({ ssid: 'next', password: rightPassword });
  let hasRestarted: Promise<void> | undefined;
  const told = (step: string): void => {
    if (step !== 'address') return;
    hasRestarted ??= manager.killManager().then(async () => await manager.startManager(inHome));
  };
  const end = await wireless.join(wish, told, never());
  await hasRestarted;
  t.match(end, { ok: false, failure: 'wifi_failed', rolledBackTo: 'home' });
  t.match(end, { detail: /does not run/ });
  t.match(await wireless.state(), { joined: { ssid: 'home' } });
});

t.test(
  'paths that are counted anew name other profiles: none of somebody else is touched',
  skip,
  async (t) => {
    const hall = { ssid: 'hall', keys: keysOf('hall') };
    const networks = [home, hall, { ...next, treatment: 'slow-dhcp' }];
    const { manager, wireless } = await openIn(t, { ...inHome, networks });
    const wish = wishOf({ ssid: 'next', password: rightPassword });
    let hasRestarted: Promise<void> | undefined;
    const told = (step: string): void => {
      if (step !== 'address') return;
      const world = { networks, known: ['hall', 'home'] };
      hasRestarted ??= manager.killManager().then(async () => await manager.startManager(world));
    };
    const end = await wireless.join(wish, told, never());
    await hasRestarted;
    t.match(end, { ok: false, rolledBackTo: 'home' });
    t.match(await wireless.state(), { joined: { ssid: 'home' } });
    t.same([...(await manager.saved())].sort(), ['hall open -', 'home open -']);
  },
);

t.test('a profile of before that somebody has removed is not waited for', skip, async (t) => {
  const { manager } = await openIn(t, {
    ...inHome,
    hasCheckpoints: false,
    networks: [home, { ...next, treatment: 'slow-dhcp' }],
  });
  const given = new AbortController();
  const told = (step: string): void => {
    if (step === 'address') void manager.remove('home').then(() => given.abort(new Error('late')));
  };
  const { alarm, waits } = countedAlarm();
  const wireless = new NetworkManagerWireless({
    ...hastyTime,
    bus: manager.bus,
    alarm,
    logger: silentLogger,
  });
  const end = await wireless.join(wishOf({ ssid: 'next', password: rightPassword }), told, given.signal);
  t.match(end, { ok: false, rolledBackTo: null });
  t.equal(waits(), 0);
  t.same(await manager.profiles(), []);
});

t.test(
  'a checkpoint that a gateway left in the middle undoes nothing of the next attempt',
  skip,
  async (t) => {
    const { manager, wireless } = await openIn(t, { ...inHome, leftCheckpoint: true });
    t.equal((await manager.checkpoints()).length, 1);
    const wrong = wishOf({ ssid: 'next', password: 'wrong-password' });
    t.match(await wireless.join(wrong, () => undefined, never()), { ok: false, rolledBackTo: 'home' });
    const again = await openIn(t, { ...inHome, leftCheckpoint: true });
    const wish = wishOf({ ssid: 'next', password: rightPassword });
    t.match(await again.wireless.join(wish, () => undefined, never()), { ok: true });
    t.same(await again.manager.checkpoints(), []);
  },
);

t.test('the bus goes away in the middle, and comes back', skip, async (t) => {
  const { manager, wireless } = await openIn(t, {
    ...inHome,
    networks: [home, { ...next, treatment: 'slow-dhcp' }],
  });
  let hasRestarted: Promise<void> | undefined;
  const restart = async (): Promise<void> => {
    await manager.mock.killBus();
    await manager.killManager();
    await manager.mock.start();
    await manager.startManager(inHome);
  };
  const told = (step: string): void => {
    if (step !== 'address') return;
    hasRestarted ??= restart();
  };
  const end = await wireless.join(wishOf({ ssid: 'next', password: rightPassword }), told, never());
  await hasRestarted;
  t.match(end, { ok: false, failure: 'wifi_failed', rolledBackTo: 'home' });
  t.match(await wireless.state(), { joined: { ssid: 'home' } }, 'and is asked again as if nothing had been');
});

t.test('a NetworkManager that hangs holds nobody up for ever, and no stop', skip, async (t) => {
  const { manager, wireless } = await openIn(t, inHome);
  await wireless.state();
  manager.pauseManager();
  const asked = wireless.state();
  await wireless.close();
  await t.rejects(asked, { code: 'wifi_missing' });
  await t.rejects(wireless.state(), { code: 'wifi_missing', message: /stopping/ });
});

t.test('a stop in the middle leaves nothing that waits, also where nobody answers', skip, async (t) => {
  const { manager } = await openIn(t, { ...inHome, networks: [home, { ...next, treatment: 'slow-dhcp' }] });
  const { alarm, waits } = countedAlarm();
  const wireless = new NetworkManagerWireless({
    ...hastyTime,
    bus: manager.bus,
    alarm,
    logger: silentLogger,
  });
  const given = new AbortController();
  const told = (step: string): void => {
    if (step !== 'address') return;
    manager.pauseManager();
    given.abort(new Error('it stops'));
    setImmediate(() => void wireless.close());
  };
  const end = await wireless.join(wishOf({ ssid: 'next', password: rightPassword }), told, given.signal);
  t.match(end, { ok: false, rolledBackTo: null });
  t.equal(waits(), 0);
});

t.test('a machine without a bus, without NetworkManager, an adapter, leave', skip, async (t) => {
  const bus = new SystemBus({ ...hastyTime, address: 'unix:path=/tmp/egw-there-is-no-bus' });
  await t.rejects(wirelessOn(bus).state(), { code: 'wifi_missing', hint: /container/ });
  const nonsense = new SystemBus({ ...hastyTime, address: 'nonsense' });
  await t.rejects(wirelessOn(nonsense).state(), { code: 'wifi_missing' });
  const loadPackage = (): Promise<never> => Promise.reject(new Error('cannot find module'));
  const lacking = new SystemBus({ ...hastyTime, address: 'unix:path=/tmp/egw-there-is-no-bus', loadPackage });
  await t.rejects(wirelessOn(lacking).state(), { code: 'wifi_missing', hint: /npm install/ });

  const empty = await openIn(t, { radio: 'missing' });
  t.match(await empty.wireless.state(), { radio: 'missing', joined: null });
  await t.rejects(empty.wireless.scan(never()), { code: 'wifi_missing', message: /no Wi-Fi adapter/ });
  const off = await openIn(t, { ...inHome, radio: 'off' });
  t.match(await off.wireless.state(), { radio: 'off', joined: null });
  await t.rejects(off.wireless.scan(never()), { code: 'wifi_missing', hint: /nmcli/ });
  const foreign = await openIn(t, { networks: [next], state: 10 });
  await t.rejects(foreign.wireless.scan(never()), { code: 'wifi_missing', hint: /managed yes/ });

  await empty.manager.killManager();
  await t.rejects(empty.wireless.state(), { code: 'wifi_missing', message: /does not run/ });

  const refusal = 'org.freedesktop.NetworkManager.PermissionDenied';
  const { wireless } = await openIn(t, { ...inHome, refusal });
  const end = await wireless.join(
    wishOf({ ssid: 'next', password: rightPassword }),
    () => undefined,
    never(),
  );
  t.match(end, { ok: false, failure: 'wifi_failed', detail: /polkit/, rolledBackTo: 'home' });
});

t.test('a bus that accepts and never answers is given up', async (t) => {
  const { createServer } = await import('node:net');
  const { mkdtempSync, rmSync } = await import('node:fs');
  const folder = mkdtempSync('/tmp/egw-mute-bus-');
  const server = createServer(() => undefined).listen(`${folder}/bus`);
  t.teardown(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  let ring: () => void = () => undefined;
  const alarm = {
    ...hastyTime.alarm,
    at: (_atMs: number, callback: () => void) => {
      ring = callback;
      return () => undefined;
    },
  };
  const bus = new SystemBus({ clock: hastyTime.clock, alarm, address: `unix:path=${folder}/bus` });
  const asked = wirelessOn(bus).state();
  setTimeout(() => ring(), 50);
  await t.rejects(asked, { code: 'wifi_failed', message: /did not answer/ });
});
