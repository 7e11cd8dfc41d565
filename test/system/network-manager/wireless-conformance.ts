import type { Test } from 'tap';
import type {
  JoiningEnd,
  JoiningStep,
  WirelessNetworks,
  WirelessWish,
} from '../../../gateway/core/wireless.ts';

/** Networks that every implementation is put among: the password of all is `right-password`, unless it is said. */
export const conformanceNetworks = [
  { ssid: 'home' },
  { ssid: 'new', security: 'sae', signalPct: 90 },
  { ssid: 'café ☕', security: 'open', signalPct: 20 },
  { ssid: 'office', security: 'wpa-eap' },
  { ssid: 'museum', security: 'wep' },
  { ssid: 'secret place', isHidden: true },
  { ssid: 'full', treatment: 'no-dhcp' },
  { ssid: 'train', treatment: 'vanishes' },
  { ssid: 'hotel', treatment: 'captive-portal' },
  { ssid: 'cellar', treatment: 'offline' },
  { ssid: 'moody', treatment: 'drops' },
  { ssid: 'mute', treatment: 'silent' },
] as const;

export const rightPassword = 'right-password';

/** Opens one with `conformanceNetworks` around it, of which `home` is joined. */
type Open = (t: Test) => Promise<WirelessNetworks>;

const steps: readonly JoiningStep[] = ['associating', 'authenticating', 'address', 'checking'];

interface JoinTry {
  readonly title: string;
  readonly wish: Partial<WirelessWish> & { readonly ssid: string };
  readonly failure: Extract<JoiningEnd, { ok: false }>['failure'];
}

const refusals: readonly JoinTry[] = [
  {
    title: 'a wrong password is told as such',
    wish: { ssid: 'new', password: 'wrong-password' },
    failure: 'wifi_password_wrong',
  },
  {
    title: 'no password where one is wanted is a wrong one',
    wish: { ssid: 'new' },
    failure: 'wifi_password_wrong',
  },
  {
    title: 'a network that is not there is not found',
    wish: { ssid: 'nowhere', password: rightPassword },
    failure: 'wifi_network_not_found',
  },
  {
    title: 'a network that went away is not found',
    wish: { ssid: 'train', password: rightPassword },
    failure: 'wifi_network_not_found',
  },
  {
    title: 'a network that gives no address is told as such',
    wish: { ssid: 'full', password: rightPassword },
    failure: 'wifi_no_address',
  },
  {
    title: 'a network that lets go at once is lost',
    wish: { ssid: 'moody', password: rightPassword },
    failure: 'wifi_lost',
  },
  {
    title: 'one where each person has a name is not for us',
    wish: { ssid: 'office', password: rightPassword },
    failure: 'wifi_security_unsupported',
  },
  {
    title: 'nor is WEP',
    wish: { ssid: 'museum', password: rightPassword },
    failure: 'wifi_security_unsupported',
  },
  {
    title: 'an open network is not joined by a password: it may be somebody else',
    wish: { ssid: 'café ☕', password: rightPassword },
    failure: 'wifi_failed',
  },
];

/** What holds of every way to wireless networks. */
export function testConformance(t: Test, open: Open): void {
  t.test('all networks in reach are told, strongest first, each once, and none that hides', async (t) => {
    const wireless = await open(t);
    const found = await wireless.scan(never());
    t.same(found.map(({ ssid }) => ssid).slice(0, 1), ['new']);
    t.same(found.map(({ ssid }) => ssid).slice(-1), ['café ☕']);
    t.equal(found.length, conformanceNetworks.length - 1);
    t.notOk(found.some(({ ssid }) => ssid === 'secret place'));
    t.match(
      found.find(({ ssid }) => ssid === 'home'),
      { isJoined: true, isKnown: true, security: 'wpa-psk' },
    );
    t.match(
      found.find(({ ssid }) => ssid === 'new'),
      { isJoined: false, isKnown: false, security: 'sae', signalPct: 90 },
    );
  });

  for (const { title, wish, failure } of refusals) {
    t.test(`${title}, and the network of before is joined again`, async (t) => {
      const wireless = await open(t);
      const end = await wireless.join(wishOf(wish), () => undefined, never());
      t.match(end, { ok: false, failure, rolledBackTo: 'home' });
      t.notMatch(JSON.stringify(end), /right-password|wrong-password/, 'no password is told');
      t.match(await wireless.state(), { radio: 'on', joined: { ssid: 'home' } });
      t.notOk(
        (await wireless.scan(never())).find(({ ssid }) => ssid === wish.ssid)?.isKnown === true,
        'nothing is kept of it',
      );
    });
  }

  t.test('what is right is joined and kept, and each step is told in its turn', async (t) => {
    const wireless = await open(t);
    const told: JoiningStep[] = [];
    const wish = wishOf({ ssid: 'new', password: rightPassword });
    const end = await wireless.join(wish, (step) => told.push(step), never());
    t.match(end, { ok: true, state: { joined: { ssid: 'new' }, internet: 'online' } });
    t.same(
      steps.filter((step) => told.includes(step)),
      steps,
    );
    t.match(await wireless.state(), { joined: { ssid: 'new', addresses: ['192.168.43.51/24'] } });
    const found = await wireless.scan(never());
    t.match(
      found.find(({ ssid }) => ssid === 'new'),
      { isKnown: true, isJoined: true },
    );
    const again = await wireless.join(wishOf({ ssid: 'home' }), () => undefined, never());
    t.equal(again.ok, true, 'a network that is known needs no password');
    const back = await wireless.join(wishOf({ ssid: 'new' }), () => undefined, never());
    t.equal(back.ok, true, 'nor does this one from now on');
    await wireless.forgetAll();
    t.notOk((await wireless.scan(never())).some(({ ssid, isKnown }) => ssid === 'new' && isKnown));
  });

  t.test('an open network, one that hides, and one that wants a person to sign in are joined', async (t) => {
    const wireless = await open(t);
    const join = async (wish: JoinTry['wish']): Promise<JoiningEnd> =>
      await wireless.join(wishOf(wish), () => undefined, never());
    t.match(await join({ ssid: 'café ☕' }), { ok: true, state: { joined: { ssid: 'café ☕' } } });
    const hidden = { ssid: 'secret place', password: rightPassword };
    t.equal((await join({ ...hidden, isHidden: true })).ok, true);
    t.match(await join({ ssid: 'hotel', password: rightPassword }), {
      ok: true,
      state: { internet: 'captive-portal' },
    });
    t.match(await join({ ssid: 'cellar', password: rightPassword }), {
      ok: true,
      state: { internet: 'limited' },
    });
  });

  t.test('whoever gives up is back in the network of before', async (t) => {
    const wireless = await open(t);
    const given = new AbortController();
    const joining = wireless.join(
      wishOf({ ssid: 'mute', password: rightPassword }),
      () => given.abort(new DOMException('enough', 'AbortError')),
      given.signal,
    );
    const end = await joining;
    t.match(end, { ok: false, rolledBackTo: 'home' });
    t.match(await wireless.state(), { joined: { ssid: 'home' } });
  });

  t.test('two at once: the second is refused, and does not disturb the first', async (t) => {
    const wireless = await open(t);
    const wish = wishOf({ ssid: 'new', password: rightPassword });
    const first = wireless.join(wish, () => undefined, never());
    await t.rejects(
      wireless.join(wish, () => undefined, never()),
      { code: 'wifi_busy' },
    );
    t.match(await first, { ok: true });
  });

  t.test('a network is left, and there is none to leave then', async (t) => {
    const wireless = await open(t);
    await wireless.leave();
    t.equal((await wireless.state()).joined, null);
    await t.rejects(wireless.leave(), { code: 'not_found' });
    const end = await wireless.join(
      wishOf({ ssid: 'new', password: 'wrong-password' }),
      () => undefined,
      never(),
    );
    t.match(end, { ok: false, rolledBackTo: null });
  });
}

export function wishOf({ ssid, password, isHidden }: JoinTry['wish']): WirelessWish {
  return { ssidBytes: new TextEncoder().encode(ssid), password, isHidden: isHidden === true };
}

export function never(): AbortSignal {
  return new AbortController().signal;
}
