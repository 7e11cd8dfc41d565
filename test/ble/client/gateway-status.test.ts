import fc from 'fast-check';
import t from 'tap';
import { readNetworks, readStatus } from '../../../ble/client/gateway-status.ts';

const whole = {
  wireless: {
    radio: 'on',
    problem: null,
    joined: { ssid: 'Home', signalPct: 80, addresses: ['192.168.1.51/24'] },
  },
  ethernet: { isUp: true, addresses: ['192.168.1.50/24'] },
  internet: 'online',
  addresses: ['https://egw.local:8443/'],
  pageIsLocalOnly: false,
  fingerprint: 'AB:CD',
  joining: null,
};

t.test('what the gateway says of itself is read', (t) => {
  t.same(readStatus(whole), {
    hasWireless: true,
    joinedSsid: 'Home',
    isOnCable: true,
    internet: 'online',
    addresses: ['https://egw.local:8443/'],
    fingerprint: 'AB:CD',
    wirelessProblem: undefined,
    isPageLocalOnly: false,
    joining: undefined,
  });
  const missing = { ...whole, wireless: { radio: 'missing', problem: 'no radio', joined: null } };
  t.match(readStatus(missing), { hasWireless: false, joinedSsid: undefined, wirelessProblem: 'no radio' });
  t.end();
});

t.test('a cable counts when something has given it an address', (t) => {
  for (const [ethernet, isOnCable] of [
    [null, false],
    [{ isUp: false, addresses: [] }, false],
    [{ isUp: true, addresses: [] }, false],
    [{ isUp: true, addresses: ['169.254.3.4/16', 'fe80::1/64'] }, false],
    [{ isUp: true, addresses: ['fe80::1/64', '10.0.0.7/8'] }, true],
    [{ isUp: true, addresses: ['2001:db8::7/64'] }, true],
  ] as const)
    t.equal(readStatus({ ...whole, ethernet }).isOnCable, isOnCable, JSON.stringify(ethernet));
  t.end();
});

t.test('a link is made of an address of a page alone', (t) => {
  const addresses = [
    'javascript:alert(1)',
    'http://a/',
    'https://b:1/',
    'ftp://c/',
    'http://d/"><b>',
    7,
    null,
  ];
  t.same(readStatus({ ...whole, addresses }).addresses, ['http://a/', 'https://b:1/']);
  t.end();
});

t.test('networks without a name are left out', (t) => {
  const home = { ssid: 'Home', signalPct: 82, security: 'sae', isKnown: true, isJoined: false };
  t.same(readNetworks({ networks: [home, { ...home, ssid: '' }, null, 'x', { ssid: 7 }] }), [home]);
  t.same(readNetworks({ networks: [{ ssid: 'Bare' }] }), [
    { ssid: 'Bare', signalPct: 0, security: 'unknown', isKnown: false, isJoined: false },
  ]);
  t.end();
});

t.test('whatever comes, it is read', (t) => {
  const anything = fc.dictionary(
    fc.constantFrom('wireless', 'ethernet', 'internet', 'addresses', 'fingerprint', 'joining', 'networks'),
    fc.anything({ maxDepth: 3 }),
  );
  fc.assert(
    fc.property(anything, (answer) => {
      for (const address of readStatus(answer).addresses) t.match(address, /^https?:/i);
      t.ok(readNetworks(answer).every(({ ssid }) => ssid.length > 0));
    }),
  );
  t.end();
});
