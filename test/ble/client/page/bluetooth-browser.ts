import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const chromiumPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** For tap's `skip`: why there can be no such test here. */
export const withoutChromium = existsSync(chromiumPath)
  ? false
  : `Chromium is missing: there is no ${chromiumPath} (apt-get install chromium)`;

/** Chromium with Web Bluetooth, which on Linux is behind a switch, and with a camera that sees a test picture. */
export async function openBluetoothBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--enable-features=WebBluetooth',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ],
  });
}
