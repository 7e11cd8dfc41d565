import fc from 'fast-check';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { readChaudiereSecrets } from '../../../gateway/features/imports/chaudiere-secrets.ts';

const file = {
  Common: {
    MAIL_PASSWORD: 'correct-horse',
    SECRET_KEY: 'battery-staple',
    NEXMO_API_KEY: 'abcd1234',
    NEXMO_API_SECRET: 'of-common',
  },
  Prod: {
    URL: 'http://203.0.113.7:5007/charts/',
    USERS_EMAILS: ['ann@example.org', ' bob@example.org ', 'ann@example.org', ''],
    USERS_PHONES: ['33612345678', 33612345679],
    NEXMO_API_SECRET: 'of-prod',
  },
  Dev: { USERS_EMAILS: ['dev@example.org'], USERS_PHONES: [] },
};

t.test('Common comes first, and the environment goes over it', (t) => {
  t.same(readChaudiereSecrets(JSON.stringify(file), 'Prod'), {
    mailPassword: 'correct-horse',
    smsKey: 'abcd1234',
    smsSecret: 'of-prod',
    addresses: ['ann@example.org', 'bob@example.org'],
    phones: ['33612345678', '33612345679'],
    url: 'http://203.0.113.7:5007/charts/',
    unused: ['Common.SECRET_KEY'],
  });
  t.match(readChaudiereSecrets(`\uFEFF${JSON.stringify(file)}\n`, 'Dev'), {
    smsSecret: 'of-common',
    addresses: ['dev@example.org'],
    phones: [],
    url: undefined,
  });
  t.end();
});

t.test('what is no such file is named by its place', (t) => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['', /is not JSON/],
    ["MAIL_PASSWORD = 'correct-horse'", /is not JSON/],
    ['[]', /the file is no object/],
    ['{"Common": {}}', /it has no Prod$/],
    ['{"Dev": {}}', /it has no Prod, but Dev/],
    ['{"Common": [], "Prod": {}}', /Common is no object/],
    ['{"Prod": "x"}', /Prod is no object/],
    ['{"Prod": {}, "Prod": {}}', /"Prod" twice/],
    ['{"Prod": {"MAIL_PASSWORD": 5}}', /Prod\.MAIL_PASSWORD is no text/],
    ['{"Prod": {"MAIL_PASSWORD": "a\\nb"}}', /control character/],
    [`{"Prod": {"MAIL_PASSWORD": "${'x'.repeat(501)}"}}`, /longer than 500/],
    ['{"Prod": {"USERS_EMAILS": "ann@example.org"}}', /USERS_EMAILS is no list/],
    ['{"Prod": {"USERS_EMAILS": [["ann@example.org"]]}}', /USERS_EMAILS\[0\] is no text/],
    [`{"Prod": {"USERS_PHONES": [${new Array(51).fill('"1"').join()}]}}`, /more than 50/],
  ];
  for (const [text, message] of table)
    t.throws(() => readChaudiereSecrets(text, 'Prod'), { code: 'input_invalid', message }, text.slice(0, 60));
  t.end();
});

t.test('whatever is wrong in it, no value is told', (t) => {
  const secret = 'Zq7-hidden-value';
  const broken = fc.record({ at: fc.nat(), cut: fc.string({ maxLength: 3 }), count: fc.nat({ max: 5 }) });
  const whole = JSON.stringify({
    Common: { MAIL_PASSWORD: secret, NEXMO_API_KEY: secret, NEXMO_API_SECRET: secret },
    Prod: { USERS_EMAILS: [secret], USERS_PHONES: [secret] },
  });
  fc.assert(
    fc.property(broken, ({ at, cut, count }) => {
      const from = at % whole.length;
      const text = whole.slice(0, from) + cut + whole.slice(from + count);
      try {
        readChaudiereSecrets(text, 'Prod');
      } catch (error) {
        if (!(error instanceof GatewayError)) return false;
        return !`${error.message} ${error.hint ?? ''}`.includes('hidden');
      }
      return true;
    }),
  );
  t.end();
});
