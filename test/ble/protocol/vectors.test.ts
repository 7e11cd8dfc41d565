import t from 'tap';
import { FragmentJoiner, splitIntoFragments } from '../../../ble/protocol/fragments.ts';
import { decodeGatewayHello, decodePhoneHello, encodeRefusal } from '../../../ble/protocol/frames.ts';
import { RecordOpener, RecordSealer } from '../../../ble/protocol/records.ts';
import {
  provisioningVectors,
  vectorSection,
  writtenVectorSection,
} from '../../../scripts/provisioning-vectors.ts';

const vectors = provisioningVectors();

function text(name: string): string {
  const value = vectors.get(name);
  if (value === undefined) throw new Error(`no vector is named ${name}`);
  return value;
}

function bytes(name: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text(name), 'hex'));
}

t.test('the document has them as they are computed', (t) => {
  t.equal(writtenVectorSection(), vectorSection());
  t.end();
});

t.test('the code reads and writes what the document has', (t) => {
  t.equal(decodePhoneHello(bytes('m1')).nonce.length, 16);
  const { identity, signature } = decodeGatewayHello(bytes('m2'));
  t.equal(identity.length, 32);
  t.equal(signature?.length, 64);
  const toGateway = Buffer.from(text('payload of record 0 to the gateway (text)'));
  const sealer = new RecordSealer(bytes('K_to_device'));
  t.same(sealer.seal(toGateway), bytes('record 0 to the gateway'));
  t.same(sealer.seal(Buffer.from('{"id":2,"verb":"status","input":{}}')), bytes('record 1 to the gateway'));
  const answer = new RecordOpener(bytes('K_to_client')).open(bytes('record 0 to the phone'));
  t.equal(Buffer.from(answer).toString(), text('payload of record 0 to the phone (text)'));
  t.same(splitIntoFragments(bytes('record 0 to the gateway'), 100), [
    bytes('first fragment, of 100 bytes'),
    bytes('second fragment'),
  ]);
  const joiner = new FragmentJoiner();
  joiner.add(bytes('first fragment, of 100 bytes'), 0);
  t.same(joiner.add(bytes('second fragment'), 0), bytes('record 0 to the gateway'));
  t.same(encodeRefusal({ reason: 'wait', waitSeconds: 16 }), bytes('refusal: wait 16 s'));
  t.end();
});
