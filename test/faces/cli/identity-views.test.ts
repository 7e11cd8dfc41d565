import t from 'tap';
import { createPaint } from '../../../gateway/faces/cli/paint.ts';
import { identityView, signedView } from '../../../gateway/faces/cli/identity-views.ts';

const plain = createPaint({ write: () => undefined }, {});
const facts = {
  id: 'abcdefgh234567ab',
  serial: '01233831995c5b7701',
  name: 'Home',
  owner: null,
  algorithm: 'Ed25519',
  publicKey: 'WJ8W',
  compactKey: null,
  pem: '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n',
};

t.test('the public key stands as it goes into a file', (t) => {
  const shown = identityView(facts, plain);
  t.match(shown, /^id +abcdefgh234567ab$/m);
  t.ok(shown.endsWith(`\n\n${facts.pem}`));
  t.notMatch(identityView({ ...facts, pem: null }, plain), /BEGIN/);
  t.end();
});

t.test('what was signed is shown line by line, without what a terminal obeys', (t) => {
  const answer = { ...facts, signed: 'gw-message-1\nhi \u001b[31m\n5\n00', signature: 'Uu', atMs: 0 };
  const shown = signedView(answer, plain);
  t.match(shown, /\ngw-message-1\nhi .*\n5\n00\n$/);
  t.notMatch(shown, /\u001b/);
  t.match(signedView({ ...answer, signature: '' }, plain), /signature +none/);
  t.end();
});
