import { test } from 'tap';
import { qrTextWidth } from '../../gateway/core/qr-text.ts';
import { SetupCode } from '../../gateway/features/provisioning/setup-code.ts';
import { labelOf } from '../../gateway/features/provisioning/setup-label.ts';
import { announcementFor, secretsOf } from '../../gateway/system/announcement.ts';
import { SimulatedDisk } from '../../sim/simulated-disk.ts';

const code = new SetupCode({ disk: new SimulatedDisk(), path: undefined, labelled: '7K3M-9QXC-41TZ-HW0E' });
const label = labelOf(code, 'A'.repeat(52), undefined);
const said = {
  addresses: ['http://192.168.1.10:8080'],
  pairingCode: label.code,
  setupQr: label.qr,
  fingerprint: undefined,
};

void test('a terminal shows the code, the address and, where it is wide enough, the QR code', (t) => {
  t.equal(label.text, `EGW1:${'A'.repeat(52)}:7K3M9QXC41TZHW0E`);
  t.ok(label.qr.every((row) => row.length === label.qr.length && /^[01]+$/.test(row)));
  t.ok(qrTextWidth(label.qr) + 2 <= 60, `${qrTextWidth(label.qr)} columns`);
  const wide = announcementFor(said, 80);
  t.match(wide, 'pairing code 7K3M-9QXC-41TZ-HW0E');
  t.match(wide, '#pair=7K3M-9QXC-41TZ-HW0E');
  t.match(wide, '█');
  t.notMatch(announcementFor(said, 59), '█');
  t.notMatch(announcementFor(said), '█');
  t.notMatch(announcementFor({ ...said, setupQr: [] }, 80), '█');
  t.end();
});

void test('a log has the code once and nothing else', (t) => {
  t.equal(secretsOf(said), 'pairing code 7K3M-9QXC-41TZ-HW0E\n');
  t.equal(secretsOf({ ...said, pairingCode: undefined }), '');
  t.end();
});
