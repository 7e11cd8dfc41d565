import t from 'tap';
import {
  supportOf,
  supportWords,
  type BluetoothSupport,
} from '../../../../ble/client/page/bluetooth-support.ts';

const chromium = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const agents = {
  android: `Mozilla/5.0 (Linux; Android 15) ${chromium.replace('Safari', 'Mobile Safari')}`,
  linux: `Mozilla/5.0 (X11; Linux x86_64) ${chromium}`,
  windows: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chromium}`,
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1',
  iphoneChrome:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140 Safari/604.1',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  other: 'Lynx/2.9',
} as const;
type Agent = keyof typeof agents;

t.test('each browser is told what stands in its way', (t) => {
  const table: readonly (readonly [Agent, Partial<Parameters<typeof supportOf>[0]>, BluetoothSupport])[] = [
    ['android', { hasBluetooth: true, isAvailable: true }, 'ready'],
    ['android', { hasBluetooth: true, isAvailable: undefined }, 'ready'],
    ['android', { hasBluetooth: true, isAvailable: false }, 'switched-off'],
    ['android', { isSecure: false }, 'insecure-page'],
    ['windows', { isSecure: false }, 'insecure-page'],
    ['linux', { isSecure: false }, 'insecure-page'],
    ['linux', {}, 'linux-flag'],
    ['windows', {}, 'unknown-browser'],
    ['android', {}, 'unknown-browser'],
    ['iphone', {}, 'iphone'],
    ['iphoneChrome', { isSecure: false }, 'iphone'],
    // An iPad says that it is a Mac; the app with Bluetooth says so, too, and has it.
    ['mac', { touchPoints: 5 }, 'iphone'],
    ['iphone', { hasBluetooth: true, isAvailable: true }, 'ready'],
    ['mac', {}, 'firefox-or-safari'],
    ['firefox', {}, 'firefox-or-safari'],
    ['other', {}, 'unknown-browser'],
  ];
  for (const [agent, facts, expected] of table) {
    const usual = { hasBluetooth: false, isAvailable: undefined, isSecure: true, touchPoints: 0 };
    const told = supportOf({ ...usual, userAgent: agents[agent], ...facts });
    t.equal(told, expected, `${agent} ${JSON.stringify(facts)}`);
  }
  t.end();
});

t.test('each obstacle has a way around it', (t) => {
  for (const [support, { title, text, steps }] of Object.entries(supportWords)) {
    t.ok(title.length > 0 && text.endsWith('.') && steps.length > 0, support);
    for (const step of steps) t.match(step, /[.]$/, step);
  }
  t.end();
});
