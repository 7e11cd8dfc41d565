import t from 'tap';
import type { WirelessSecurity } from '../../../gateway/core/wireless.ts';
import {
  accessPointOf,
  networksOf,
  type AccessPoint,
} from '../../../gateway/system/network-manager/access-points.ts';
import { chooseNetwork } from '../../../gateway/system/network-manager/choose-network.ts';
import { joiningFailure, wordsOfReason } from '../../../gateway/system/network-manager/joining-failure.ts';
import { wirelessProfile } from '../../../gateway/system/network-manager/wireless-profile.ts';

const uuid = '6f0e1c5a-3f1b-4a53-9f0b-2f5f6f2a9c11';
const ssid = new TextEncoder().encode('home');
const point = (security: WirelessSecurity, strengthPct = 50, hasSae = security === 'sae'): AccessPoint => ({
  ...{ path: `/ap/${security}/${strengthPct}`, ssid, strengthPct, security, hasSae },
});

t.test('how an access point is kept is read from its flags', (t) => {
  const table: readonly (readonly [flags: number, wpa: number, rsn: number, WirelessSecurity])[] = [
    [0, 0, 0, 'open'],
    [1, 0, 0, 'wep'],
    [1, 0x100, 0, 'wpa-psk'],
    [1, 0, 0x188, 'wpa-psk'],
    [1, 0, 0x500, 'wpa-psk'],
    [1, 0, 0x400, 'sae'],
    [1, 0, 0x200, 'wpa-eap'],
    [1, 0, 0x2000, 'wpa-eap'],
    [1, 0x100, 0x200, 'wpa-psk'],
    [0, 0, 0x800, 'owe'],
    [0, 0, 0x1000, 'open'],
    [1, 0, 0x4000, 'unknown'],
  ];
  for (const [flags, wpa, rsn, security] of table) {
    const properties = new Map<string, unknown>([
      ...([
        ['Ssid', ssid],
        ['Flags', flags],
        ['WpaFlags', wpa],
        ['RsnFlags', rsn],
        ['Mode', 2],
        ['Strength', 61],
      ] as const),
    ]);
    t.match(accessPointOf('/ap', properties), { security, strengthPct: 61 }, `${flags} ${wpa} ${rsn}`);
    properties.set('Mode', 1);
    t.equal(accessPointOf('/ap', properties), undefined, 'a station of an ad-hoc network is none');
  }
  for (const hidden of [new Uint8Array(), new Uint8Array(8), new Uint8Array(33).fill(65)])
    t.equal(accessPointOf('/ap', new Map([['Ssid', hidden]])), undefined, 'nor is one without a name');
  t.end();
});

t.test('access points of one name and one security are one network, told by the strongest', (t) => {
  const points = [point('wpa-psk', 30), point('wpa-psk', 80), point('open', 50)];
  const found = networksOf(points, { known: new Set(['686f6d65']), joinedPath: '/ap/wpa-psk/30' });
  t.match(found, [
    { security: 'wpa-psk', signalPct: 80, isJoined: true, isKnown: true },
    { security: 'open', signalPct: 50, isJoined: false },
  ]);
  t.end();
});

t.test('what is chosen of what is in the air', (t) => {
  const wish = (password?: string, isHidden = false): Parameters<typeof chooseNetwork>[0] => ({
    ...{ ssidBytes: ssid, password, isHidden },
  });
  const profile = { path: '/profile', uuid, ssid, isOurs: false };
  const choose = (
    points: readonly AccessPoint[],
    asked = wish('right-password'),
    profiles = [] as (typeof profile)[],
  ): unknown => chooseNetwork(asked, { points, profiles });
  t.match(choose([point('wpa-psk', 20), point('wpa-psk', 70)]), {
    ...{ how: 'anew', security: 'wpa-psk', hasSae: false, accessPointPath: '/ap/wpa-psk/70' },
  });
  t.match(choose([point('wpa-psk'), point('sae', 90)]), { how: 'anew', security: 'sae', hasSae: true });
  t.match(choose([point('open', 99), point('wpa-psk', 10)]), { how: 'anew', security: 'wpa-psk' });
  t.match(choose([point('open')]), { how: 'not', failure: 'wifi_failed', detail: /takes no password/ });
  t.match(choose([point('wpa-eap')]), { how: 'not', failure: 'wifi_security_unsupported' });
  t.match(choose([point('wep')], wish()), { how: 'not', failure: 'wifi_security_unsupported' });
  t.match(choose([]), { how: 'not', failure: 'wifi_network_not_found' });
  t.match(choose([], wish('right-password', true)), { how: 'anew', security: 'wpa-psk', hasSae: true });
  t.match(choose([], wish(undefined, true)), { how: 'anew', security: 'open', accessPointPath: '/' });
  t.match(choose([point('wpa-psk')], wish()), { how: 'not', failure: 'wifi_password_wrong' });
  t.match(choose([point('wpa-psk')], wish(), [profile]), { how: 'known', profilePath: '/profile' });
  t.match(choose([], wish(), [profile]), { how: 'not', failure: 'wifi_network_not_found' });
  t.match(choose([], wish(undefined, true), [profile]), { how: 'known', accessPointPath: '/' });
  t.match(choose([point('wpa-psk')], wish('new-password'), [profile]), { how: 'anew' });
  t.match(choose([point('owe')], wish()), { how: 'anew', security: 'owe' });
  t.end();
});

t.test('why it ended, in terms of what a person can do', (t) => {
  const table: readonly (readonly [reached: number, reason: number | undefined, failure: string])[] = [
    [60, 7, 'wifi_password_wrong'],
    [60, 8, 'wifi_password_wrong'],
    [50, 9, 'wifi_password_wrong'],
    [60, 10, 'wifi_password_wrong'],
    [60, 11, 'wifi_timeout'],
    [50, 53, 'wifi_network_not_found'],
    [70, 5, 'wifi_no_address'],
    [70, 15, 'wifi_no_address'],
    [70, 16, 'wifi_no_address'],
    [70, 17, 'wifi_no_address'],
    [80, 64, 'wifi_no_address'],
    [70, 8, 'wifi_lost'],
    [80, 11, 'wifi_lost'],
    [70, 53, 'wifi_lost'],
    [50, 36, 'wifi_failed'],
    [60, 39, 'wifi_failed'],
    [40, 60, 'wifi_failed'],
    [60, 999, 'wifi_failed'],
    [70, undefined, 'wifi_no_address'],
    [90, undefined, 'wifi_no_address'],
    [60, undefined, 'wifi_timeout'],
    [0, undefined, 'wifi_timeout'],
  ];
  for (const [reached, reason, failure] of table) {
    t.equal(joiningFailure({ reached, reason, hasPassword: true }), failure, `${reached} ${String(reason)}`);
    t.ok(wordsOfReason(reason).length > 5);
  }
  t.equal(joiningFailure({ reached: 60, reason: 7, hasPassword: false }), 'wifi_failed');
  t.end();
});

t.test('the key of WPA2 follows from password and name: the vectors of IEEE 802.11i', async (t) => {
  const vectors = [
    ['password', 'IEEE', 'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e'],
    ['ThisIsAPassword', 'ThisIsASSID', '0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af'],
  ] as const;
  for (const [password, name, key] of vectors) {
    const wish = { ssidBytes: new TextEncoder().encode(name), password, isHidden: false };
    const rows = await wirelessProfile({ ...wish, security: 'wpa-psk', hasSae: false, uuid });
    t.match(JSON.stringify(rows), key);
    t.notMatch(JSON.stringify(rows), `"${password}"`);
    const kept = await wirelessProfile({ ...wish, security: 'sae', hasSae: true, uuid });
    t.match(JSON.stringify(kept), `"${password}"`);
  }
  const ready = { ssidBytes: ssid, password: 'Ab'.repeat(32), isHidden: true };
  t.match(
    JSON.stringify(await wirelessProfile({ ...ready, security: 'wpa-psk', hasSae: false, uuid })),
    'Ab'.repeat(32),
  );
});
