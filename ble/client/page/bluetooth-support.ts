/** What stands between this page and Bluetooth, if anything does. */
export type BluetoothSupport =
  | 'ready'
  | 'switched-off'
  | 'insecure-page'
  | 'iphone'
  | 'firefox-or-safari'
  | 'linux-flag'
  | 'unknown-browser';

export interface BrowserFacts {
  readonly hasBluetooth: boolean;
  /** Undefined where the browser does not tell. */
  readonly isAvailable: boolean | undefined;
  readonly isSecure: boolean;
  readonly userAgent: string;
  /** iPads say that they are Macs, but have a touch screen. */
  readonly touchPoints: number;
}

export function supportOf(facts: BrowserFacts): BluetoothSupport {
  const { hasBluetooth, isAvailable, isSecure, userAgent, touchPoints } = facts;
  if (hasBluetooth) return isAvailable === false ? 'switched-off' : 'ready';
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return 'iphone';
  if (/Firefox|FxiOS/.test(userAgent)) return 'firefox-or-safari';
  const isChromium = /Chrom(e|ium)\//.test(userAgent);
  if (!isChromium) return /Safari\//.test(userAgent) ? 'firefox-or-safari' : 'unknown-browser';
  if (!isSecure) return 'insecure-page';
  return /Linux/.test(userAgent) && !/Android/.test(userAgent) ? 'linux-flag' : 'unknown-browser';
}

export interface SupportWords {
  readonly title: string;
  readonly text: string;
  readonly steps: readonly string[];
}

export const supportWords: Readonly<Record<Exclude<BluetoothSupport, 'ready'>, SupportWords>> = {
  'switched-off': {
    title: 'Bluetooth is switched off',
    text: 'This browser can do it, but finds no Bluetooth that is on.',
    steps: [
      'Switch Bluetooth on in the settings of this phone or laptop.',
      'On Android, also allow “Nearby devices” (or “Location”) to the browser.',
      'Then come back here: this page notices.',
    ],
  },
  'insecure-page': {
    title: 'This address is not encrypted',
    text: 'Browsers give Bluetooth only to pages that came over https, or that were opened from a file.',
    steps: [
      'Save this page with the link below, and open the saved file: it works without internet.',
      'Or open the same address with https in front.',
    ],
  },
  iphone: {
    title: 'Safari and Chrome on iPhone and iPad have no Web Bluetooth',
    text: 'Apple does not give it to them. There are three other ways.',
    steps: [
      'Open this page in the app Bluefy, which is free in the App Store.',
      'Use an Android phone, or a laptop with Chrome or Edge.',
      'Plug a network cable into the gateway: then no set-up of Wi-Fi is needed.',
    ],
  },
  'firefox-or-safari': {
    title: 'This browser has no Web Bluetooth',
    text: 'Firefox and Safari do not offer it to pages.',
    steps: ['Open this page in Chrome, Edge, Opera or Samsung Internet, on a phone or a laptop.'],
  },
  'linux-flag': {
    title: 'Chrome on Linux needs a switch for this',
    text: 'Web Bluetooth is there, but switched off.',
    steps: [
      'Open chrome://flags/#enable-web-bluetooth, choose “Enabled”, and start the browser again.',
      'Or use a phone with Android, or a laptop with Windows or macOS.',
    ],
  },
  'unknown-browser': {
    title: 'This browser has no Web Bluetooth',
    text: 'The page needs it to talk to the gateway.',
    steps: [
      'Open this page in Chrome, Edge, Opera or Samsung Internet, on a phone or a laptop.',
      'In a company’s browser it may be forbidden by the administrator.',
    ],
  },
};
