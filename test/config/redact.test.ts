import fc from 'fast-check';
import t from 'tap';
import { createRedact, isSecretName, redacted } from '../../gateway/config/redact.ts';

const canary = 'canary-s3cr3t-value';

t.test('what stands under the name of a secret is hidden, whatever its type', (t) => {
  const names = [
    'password',
    'dbPassword',
    'token',
    'apiToken',
    'secret',
    'clientSecret',
    'apiKey',
    'api_key',
    'API-KEY',
  ];
  for (const name of [
    ...names,
    'privateKey',
    'passphrase',
    'authorization',
    'Cookie',
    'psk',
    'pin',
    'credentials',
  ]) {
    t.ok(isSecretName(name), name);
    for (const value of [canary, 123456, true, [canary], { inner: canary }]) {
      t.same(createRedact()({ deep: [{ [name]: value }] }), { deep: [{ [name]: redacted }] }, name);
    }
  }
  t.end();
});

t.test('what is no secret stays', (t) => {
  const value = {
    host: '192.168.1.2',
    port: 502,
    key: 'a',
    spinning: 1,
    list: [1, null, undefined, true],
    at: new Date(5),
  };
  t.same(createRedact()(value), value);
  t.same(createRedact()({ password: undefined, token: null }), { password: undefined, token: null });
  t.end();
});

t.test('secrets are found within texts', (t) => {
  const texts = [
    `mqtt://user:${canary}@broker:1883/x`,
    `https://host/x?a=1&access_token=${canary}&b=2`,
    `Authorization: Bearer ${canary}`,
    `made egw_${canary}`,
  ];
  for (const text of texts) t.notMatch(createRedact()(text), new RegExp(canary), text);
  t.equal(createRedact()('http://host:80/a@b'), 'http://host:80/a@b');
  t.end();
});

t.test('a value of the environment is hidden wherever it stands', (t) => {
  const redact = createRedact([canary, 'on']);
  t.same(redact({ message: `failed with ${canary}!`, list: [canary] }), {
    message: `failed with ${redacted}!`,
    list: [redacted],
  });
  t.equal(redact('turned on'), 'turned on', 'a value of two letters would hide half of every text');
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (json, text) => {
      const shown = JSON.stringify(redact({ json, text: `${text}${canary}${text}` }));
      return !shown.includes(canary);
    }),
  );
  t.end();
});

t.test('what refers to itself ends, and bytes are only counted', (t) => {
  const loop: Record<string, unknown> = { bytes: new Uint8Array(3) };
  loop['self'] = loop;
  t.match(JSON.stringify(createRedact()(loop)), /\[3 bytes\].*nested too deep/);
  t.end();
});
