import t from 'tap';
import {
  labelView,
  joiningView,
  networksView,
  setupStatusView,
  wifiStatusView,
} from '../../../gateway/faces/cli/setup-views.ts';

const plain = (_style: unknown, text: string): string => text;
const coloured = (_style: unknown, text: string): string => `<${text}>`;

const label = {
  gatewayId: 'abcdefgh234567ab',
  fingerprint: 'ABCDEFGH234567ABCDEFGH234567ABCDEFGH234567ABCDEFGH23',
  code: '7K3M-9QXC-41TZ-HW0E',
  text: 'EGW1:…:7K3M9QXC41TZHW0E',
  qr: ['101', '010', '111'],
};

t.test('a label: code, name and fingerprint, with the picture where there is room for it', (t) => {
  const text = labelView(label, plain);
  t.match(text, /^set-up code {2}7K3M-9QXC-41TZ-HW0E\nname {9}eGW ABCDEFGH\n/);
  t.notMatch(text, '█');
  t.match(text, /show it to nobody else/);
  t.notMatch(labelView(label, plain, 11), '█', 'a line that breaks is no code');
  const picture = labelView(label, plain, 12);
  t.match(picture, /^█{11}\n█{11}\n████▄▀▄████\n████▄▄▄████\n█{11}\n▀{11}\n\nset-up/);
  t.notMatch(picture, '\u001b');
  const less = labelView({ ...label, code: null, text: null, qr: [] }, plain, 80);
  t.match(less, /^set-up code {2}not shown: .*\nname {9}eGW ABCDEFGH\n/);
  t.match(less, /On the gateway itself/);
  t.notMatch(less, '█');
  t.match(labelView(label, coloured, 80), /^\u001b\[38;5;231;48;5;16m█/);
  t.end();
});

const status = {
  door: { state: 'open', openMs: 285_000, triesLeft: 4 },
  isOwned: true,
  bluetooth: 'connected',
  wireless: {
    radio: 'on',
    problem: null,
    joined: { ssid: 'Home', signalPct: 62, addresses: ['192.168.1.51/24'] },
  },
  ethernet: { isUp: false, addresses: [] },
  internet: 'online',
  addresses: ['https://192.168.1.51:8443', 'http://192.168.1.51:8080'],
  pageIsLocalOnly: false,
  joining: null,
};

t.test('the status says how it stands, in words', (t) => {
  t.equal(
    setupStatusView(status, plain),
    [
      'set-up     open for 4 m 45 s, 4 tries left',
      'bluetooth  ready',
      'wi-fi      Home, ▂▄▆· 62 %, 192.168.1.51/24',
      'cable      not connected',
      'internet   online',
      'page       https://192.168.1.51:8443 http://192.168.1.51:8080',
      '',
    ].join('\n'),
  );
  t.end();
});

t.test('each position of the door, and what is missing, has its words', (t) => {
  const view = (changes: object): string => setupStatusView({ ...status, ...changes }, plain);
  const door = (state: string, openMs: number | null = null): object => ({
    door: { state, openMs, triesLeft: 0 },
  });
  t.match(view(door('closed')), /set-up +closed\n/);
  t.match(view(door('barred')), /set-up +barred: too many wrong codes\n/);
  t.match(view({ ...door('open'), isOwned: false }), /open: nobody owns the gateway yet/);
  t.match(view(door('open')), /set-up +open\n/);
  t.match(view({ bluetooth: 'none' }), /its service does not run/);
  t.match(view({ bluetooth: 'session' }), /a phone sets the gateway up now/);
  t.match(view({ wireless: { radio: 'off', problem: null, joined: null } }), /wi-fi +switched off/);
  t.match(view({ wireless: { radio: 'missing', problem: null, joined: null } }), /wi-fi +none/);
  t.match(view({ wireless: { radio: 'on', problem: null, joined: null } }), /wi-fi +not joined/);
  t.match(view({ wireless: { radio: 'missing', problem: 'no bus', joined: null } }), /wi-fi +no bus/);
  t.match(view({ pageIsLocalOnly: true, addresses: [] }), /page +on this machine alone \(http\.host\)/);
  t.match(view({ addresses: [] }), /page +without an address/);
  t.notMatch(view({ ethernet: null }), /cable/);
  t.match(
    view({ ethernet: { isUp: true, addresses: ['10.0.0.7/24'] } }),
    /cable +connected, 10\.0\.0\.7\/24/,
  );
  t.end();
});

t.test('an attempt that failed says why, and where the gateway is again', (t) => {
  const joining = {
    ssid: 'Garden\u001b[2J',
    stage: 'failed',
    message: '"Garden" does not take the password',
    hint: 'type it again',
    rolledBackTo: 'Home',
  };
  const { wireless, internet } = status;
  const text = wifiStatusView({ ...wireless, internet, joining }, plain);
  t.match(
    text,
    /last attempt {2}Garden.*: failed\n +"Garden" does not take the password \(type it again\)\n/,
  );
  t.match(text, / back in Home\n/);
  t.ok(text.includes(joiningView(joining, plain)), 'whoever waits for it is told the same');
  t.notMatch(text, '\u001b', 'a name of a network is not obeyed');
  t.end();
});

t.test('networks have bars, and names that a terminal does not obey', (t) => {
  const network = { ssid: 'Home', signalPct: 76, security: 'wpa-psk', isKnown: true, isJoined: true };
  const text = networksView(
    {
      networks: [
        network,
        { ...network, ssid: '\u001b]0;x\u0007evil', signalPct: 26, security: 'open', isJoined: false },
        { ...network, ssid: 'far', signalPct: 0, isKnown: false, isJoined: false },
      ],
    },
    plain,
  );
  const lines = text.split('\n');
  t.match(lines[1], /^Home +▂▄▆█ +76 % {2}wpa-psk {3}joined$/);
  t.match(lines[2], /evil +▂▄·· +26 % {2}none +known$/);
  t.match(lines[3], /^far +···· +0 % {2}wpa-psk$/);
  t.notMatch(text, /[\u001b\u0007]/);
  t.equal(networksView({ networks: [] }, plain), 'No wireless network is in reach.\n');
  t.end();
});
