import '../../property-seed.ts';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import t from 'tap';
import {
  decodeWifiConnect,
  decodeWifiRemove,
  encodeDiagnostics,
  encodeWifiServices,
} from '../../../ble/ancestor/ancestor-messages.ts';
import { readByteFields } from '../../../ble/ancestor/protobuf.ts';
import { anyText } from '../any-text.ts';

/** The same messages, by a library that has nothing to do with ours. */
const { root } = protobuf.parse(`syntax = "proto3";
  message wifi_services_v1 { repeated string services = 1; }
  message diagnostics_v1 { map<string, string> diagnostics = 1; }
  message wifi_connect_v1 { string service = 1; string password = 2; }
  message wifi_remove_v1 { string service = 1; }
  message add_gateway_v1 { string owner = 1; uint64 amount = 2; uint64 fee = 3; string payer = 4; }`);

const encode = (name: string, value: object): Uint8Array => {
  const type = root.lookupType(name);
  return Uint8Array.from(type.encode(type.create(value)).finish());
};
const decode = (name: string, bytes: Uint8Array): unknown => root.lookupType(name).decode(bytes).toJSON();

t.test('what we write another reads', (t) => {
  fc.assert(
    fc.property(fc.array(anyText(20), { maxLength: 6 }), (services) => {
      const read = decode('wifi_services_v1', encodeWifiServices(services)) as { services?: string[] };
      return JSON.stringify(read.services ?? []) === JSON.stringify(services);
    }),
  );
  const diagnostics = { 'Name:': 'Küche', 'Payer: ': '', 'PubKey: ': 'x'.repeat(200) };
  t.strictSame(decode('diagnostics_v1', encodeDiagnostics(diagnostics)), { diagnostics });
  const many = Array.from({ length: 40 }, (_, index) => `a rather long network name ${index}`);
  const bytes = encodeWifiServices(many);
  t.ok(bytes.length <= 512);
  t.strictSame(decode('wifi_services_v1', bytes), { services: many.slice(0, 16) }, 'whole names only');
  t.end();
});

t.test('what another writes we read', (t) => {
  fc.assert(
    fc.property(anyText(8), anyText(16), (service, password) => {
      const read = decodeWifiConnect(encode('wifi_connect_v1', { service, password }));
      if (service === '') return read === undefined;
      return read?.ssid === service && read.password === (password === '' ? undefined : password);
    }),
  );
  t.equal(decodeWifiRemove(encode('wifi_remove_v1', { service: 'home' })), 'home');
  const more = encode('add_gateway_v1', { owner: 'home', amount: 2 ** 40, fee: 7, payer: 'x' });
  t.strictSame(decodeWifiConnect(more), { ssid: 'home' }, 'numbers and fields of others are passed over');
  const twice = Buffer.concat([
    encode('wifi_connect_v1', { service: 'one' }),
    encode('wifi_connect_v1', { service: 'two', password: 'secret12' }),
  ]);
  t.strictSame(decodeWifiConnect(twice), { ssid: 'two', password: 'secret12' }, 'the last counts');
  t.end();
});

t.test('what is no message, or too long, is refused', (t) => {
  const rows: readonly (string | Uint8Array)[] = [
    '',
    '0a',
    '0a05686f6d65',
    '0affffffffffffffffff01686f6d65',
    '0a80808080808080808080',
    '02046162',
    '0b04686f6d65',
    '0c',
    '00',
    '0a04686f6d65fa',
    '0a04686f6d6511',
    '0a04686f6d651d0000',
    '0a02c328',
    'ffffffffffffffffffff01',
    encode('wifi_connect_v1', { service: 'x'.repeat(33) }),
    encode('wifi_connect_v1', { service: 'home', password: 'x'.repeat(65) }),
    Buffer.concat(Array.from({ length: 33 }, () => encode('wifi_connect_v1', { service: 'home' }))),
  ];
  for (const row of rows) {
    const bytes = typeof row === 'string' ? Buffer.from(row, 'hex') : row;
    t.equal(decodeWifiConnect(bytes), undefined, Buffer.from(bytes).toString('hex').slice(0, 40));
  }
  t.strictSame(decodeWifiConnect(Buffer.from('0a04686f6d651d00000000110000000000000000', 'hex')), {
    ssid: 'home',
  });
  t.end();
});

t.test('any bytes are read as the library reads them, or refused', (t) => {
  const field = fc
    .tuple(fc.nat(5), fc.constantFrom(0, 1, 2, 2, 2, 5), fc.uint8Array({ max: 0x7f, maxLength: 12 }))
    .map(([number, wireType, data]) =>
      wireType === 2 ? [(number << 3) | 2, data.length, ...data] : [(number << 3) | wireType, ...data],
    );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 512, size: 'max' }),
    fc.array(field, { maxLength: 6 }).map((fields) => Uint8Array.from(fields.flat())),
  );
  let accepted = 0;
  fc.assert(
    fc.property(bytes, (message) => {
      const read = readByteFields(message);
      const own = decodeWifiConnect(message);
      if (own === undefined) return true;
      accepted += 1;
      const other = decode('wifi_connect_v1', message) as { service?: string; password?: string };
      return read !== undefined && other.service === own.ssid && other.password === own.password;
    }),
    { numRuns: 3_000 },
  );
  t.ok(accepted > 20, `${accepted} were messages`);
  t.end();
});
