import t from 'tap';
import { joiningWords, setupFacts } from '../../../../gateway/faces/web/page/setup-words.ts';
import type { SetupStatus } from '../../../../gateway/faces/web/page/setup-types.ts';
import { StubProvisioning } from '../stub-provisioning.ts';

const { status } = new StubProvisioning();
const wordsOf = (name: string, changes: Partial<SetupStatus>): string | undefined =>
  setupFacts({ ...status, ...changes })
    .find(([fact]) => fact === name)?.[1]
    .replaceAll(/[\u00a0\u202f]/g, ' ');

const table: readonly [name: string, changes: Partial<SetupStatus>, words: string | undefined][] = [
  ['Set-up by phone', {}, 'closed: touch the gateway, or open it here'],
  [
    'Set-up by phone',
    { door: { state: 'barred', openMs: null, triesLeft: 0 } },
    'barred after too many wrong codes: touch the gateway, or open it here',
  ],
  [
    'Set-up by phone',
    { door: { state: 'open', openMs: 240_000, triesLeft: 3 } },
    'open for another 4 min, 3 tries left',
  ],
  [
    'Set-up by phone',
    { door: { state: 'open', openMs: null, triesLeft: 5 }, isOwned: false },
    'open, because nobody owns the gateway yet',
  ],
  ['Set-up by phone', { door: { state: 'open', openMs: null, triesLeft: 5 } }, 'open'],
  ['Bluetooth', { bluetooth: 'none' }, 'its service does not run here: npm run ble, or the container ble'],
  ['Bluetooth', { bluetooth: 'session' }, 'a phone sets the gateway up now'],
  ['Wi-Fi', {}, 'Home <b>2</b>, 62 % signal, 192.168.1.51/24'],
  ['Wi-Fi', { wireless: { radio: 'on', problem: null, joined: null } }, 'not joined'],
  ['Wi-Fi', { wireless: { radio: 'off', problem: null, joined: null } }, 'switched off'],
  ['Wi-Fi', { wireless: { radio: 'missing', problem: null, joined: null } }, 'none'],
  [
    'Wi-Fi',
    { wireless: { radio: 'missing', problem: 'nobody manages it', joined: null } },
    'nobody manages it',
  ],
  ['Cable', {}, 'not connected'],
  ['Cable', { ethernet: { isUp: true, addresses: ['10.0.0.7/24'] } }, 'connected, 10.0.0.7/24'],
  ['Cable', { ethernet: null }, undefined],
  ['Internet', { internet: 'captive-portal' }, 'behind a page where somebody has to sign in'],
  ['This page', {}, 'http://192.168.1.51:8080'],
  ['This page', { addresses: [] }, 'without an address'],
  ['This page', { pageIsLocalOnly: true }, 'on this machine alone: http.host says so'],
];

for (const [name, changes, words] of table) {
  t.test(`${name}: ${words ?? 'not told'}`, (t) => {
    t.equal(wordsOf(name, changes), words);
    t.end();
  });
}

t.test('of an attempt to join, what goes on is told, and what a person still has to do', (t) => {
  const joining = { ssid: 'Garden', stage: 'failed', message: null, hint: null, rolledBackTo: null } as const;
  const words = (changes: object): string => joiningWords({ ...status, joining: { ...joining, ...changes } });
  t.equal(joiningWords(status), '');
  t.equal(words({ stage: 'address' }), 'Joining “Garden”: asking for an address…');
  t.equal(words({ stage: 'joined' }), '');
  t.equal(words({ stage: 'joined', message: 'sign in' }), 'sign in.');
  t.equal(
    words({ message: 'it does not take the password', hint: 'type it again', rolledBackTo: 'Home' }),
    'it does not take the password (type it again); back in “Home”.',
  );
  t.end();
});
