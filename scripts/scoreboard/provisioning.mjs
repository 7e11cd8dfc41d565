// Setting up over Bluetooth: packets that nobody should send, wrong codes, what can be heard, and links that break.
import { bench, figure, run } from './figure.mjs';

export async function measure() {
  await bench('provisioning', '--packets', '100000', '--runs', '100', '--seed', '1');
  await measureImprovVectors();
}

/** The packets that the specification of Improv gives, and those of its own tests; see test/ble/improv/. */
async function measureImprovVectors() {
  const { code, output } = await run('--no-warnings', 'test/ble/improv/improv-packet.test.ts');
  const [, total = '0', passed = '0'] = /^# \{ total: (\d+), pass: (\d+)/m.exec(output) ?? [];
  figure('improv-vectors', passed, `of ${total}`, code === 0 && total !== '0' && passed === total);
}
