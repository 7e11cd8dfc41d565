import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { fingerprintOf, gatewayIdOf, groupCode, parseLabel } from '../../../ble/client/setup-label.ts';
import { FakeGateway } from './fake-gateway.ts';

const fingerprint = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRST';
const code = '7K3M9QXC41TZHW0E';

t.test('a label is read as it is scanned, opened or typed', (t) => {
  const whole = { code, fingerprint };
  const typed = { code, fingerprint: undefined };
  for (const [text, expected] of [
    [`EGW1:${fingerprint}:${code}`, whole],
    [`egw1:${fingerprint.toLowerCase()}:7k3m-9qxc-41tz-hwoe`, whole],
    [`https://setup.example/egw#EGW1:${fingerprint}:${code}`, whole],
    [`#EGW1%3A${fingerprint}%3A${code}`, whole],
    ['http://192.168.1.20:8080/#pair=7K3M-9QXC-41TZ-HW0E', typed],
    ['7K3M-9QXC-41TZ-HW0E', typed],
    ['  7k3m 9qxc 4itz hwOe\n', typed],
    ['7K3M–9QXC–4LTZ–HWOE', typed],
  ] as const)
    t.same(parseLabel(text), expected, text);
  t.end();
});

t.test('what is no label says what is wrong with it', (t) => {
  for (const [text, fault, message] of [
    ['', 'label_unreadable', /there are 0/],
    ['7K3M-9QXC-41TZ-HW0', 'label_unreadable', /there are 15/],
    ['7K3M-9QXC-41TZ-HW0EE', 'label_unreadable', /there are 17/],
    ['7K3M-9QXC-41TZ-HW0U', 'label_unreadable', /no “U”/],
    ['https://example.org/', 'label_unreadable', /not of the label/],
    ['WIFI:S:Home;T:WPA;P:secret;;', 'label_unreadable', /not of the label/],
    [`EGW1:${fingerprint}`, 'label_unreadable', /damaged/],
    [`EGW1:${fingerprint.slice(1)}:${code}`, 'label_unreadable', /damaged/],
    [`EGW1:${fingerprint}:${code}:more`, 'label_unreadable', /damaged/],
    [`EGW2:${fingerprint}:${code}`, 'protocol_unknown', /newer/],
    ['%E0%A4%A', 'label_unreadable', /no “%”/],
  ] as const)
    t.throws(() => parseLabel(text), { code: fault, message, hint: /./ }, text);
  t.end();
});

t.test('a code is shown in groups while it is typed, and what is shown is read again', (t) => {
  for (const [typed, shown] of [
    ['', ''],
    ['7k3', '7K3'],
    ['7k3m', '7K3M'],
    ['7k3m9', '7K3M-9'],
    ['7k3m9qxc41tzhwoe99', '7K3M-9QXC-41TZ-HW0E'],
  ] as const)
    t.equal(groupCode(typed), shown);
  const symbols = fc.constantFrom(...Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ'));
  fc.assert(
    fc.property(fc.string({ unit: symbols, minLength: 16, maxLength: 16 }), (made) => {
      t.equal(parseLabel(groupCode(made)).code, made);
    }),
  );
  t.end();
});

t.test('whatever is scanned is a label or a clear error', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `EGW1:${text}`),
      ),
      (text) => {
        try {
          t.equal(parseLabel(text).code.length, 16);
        } catch (error) {
          t.match(error, { name: 'SetupError', hint: /./ });
        }
      },
    ),
  );
  t.end();
});

t.test(
  'a fingerprint is SHA-256 of the key in base 32, and begins with the name of the gateway',
  async (t) => {
    for (const identity of ['ed25519', 'es256'] as const) {
      const gateway = new FakeGateway({ identity });
      const fingerprint = await fingerprintOf(new Uint8Array(gateway.publicKey));
      t.equal(fingerprint, gateway.fingerprint);
      t.equal(fingerprint.length, 52);
      t.equal(gatewayIdOf(fingerprint), gateway.gatewayId);
      t.equal(createHash('sha256').update(gateway.publicKey).digest().length, 32);
    }
  },
);
