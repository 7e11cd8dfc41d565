import { readFileSync } from 'node:fs';
import t from 'tap';
import { explainConfig } from '../../gateway/config/explain-config.ts';
import { showConfig } from '../../gateway/config/show-config.ts';
import { notifiers } from '../../gateway/io/notifiers/index.ts';
import { notifierPorts } from '../io/notifiers/notifier-ports.ts';
import { load, problemsOf } from './inputs.ts';

const inputs = { kinds: { sources: [], sinks: [], uplinks: [], notifiers, switches: [] } };
const discord = 'https://discord.com/api/webhooks/1160000000000000001/to-ken_geheim-77';
const text = `notifiers:
  - { id: mail, kind: mail, host: smtp.gmail.com, user: a@gmail.com, password: geheim-11, recipients: [b@example.org] }
  - { id: sms, kind: vonage-sms, apiKey: geheim-22, apiSecret: geheim-33, recipients: [+33 6 12 34 56 78], language: fr }
  - { id: chat, kind: discord-webhook, url: "${discord}", enabled: false }
  - { id: router, kind: http-sms, url: "http://192.168.1.9/?k=geheim-44&to={to}&text={text}", recipients: ["0033612345678"], fields: [a=geheim-55] }
  - { id: hook, kind: webhook, url: https://example.org/geheim-66, token: geheim-88 }
`;

t.test('a notifier has the defaults of its kind', async (t) => {
  const { config } = await load(text, inputs);
  t.match(config.notifiers, [
    {
      id: 'mail',
      kind: 'mail',
      enabled: true,
      options: { host: 'smtp.gmail.com', security: 'starttls', recipients: ['b@example.org'], language: '' },
      missingSecrets: [],
    },
    { id: 'sms', options: { from: 'eGW', language: 'fr', baseUrl: 'https://rest.nexmo.com' } },
    { id: 'chat', enabled: false },
    { id: 'router', options: { method: 'GET', numbers: 'plus' } },
    { id: 'hook' },
  ]);
  t.same((await load('', inputs)).config.notifiers, []);
});

t.test('a notifier with a mistake is left out, and the others tell', async (t) => {
  const wrong = `${text}  - { id: other, kind: mail, host: h, recipients: [nobody] }
  - { id: local, kind: vonage-sms, apiKey: a, apiSecret: b, recipients: ["0612345678"] }
  - { id: long, kind: vonage-sms, apiKey: a, apiSecret: b, recipients: [], from: AlerteChaudiere }
  - { id: hook, kind: webhook, url: https://example.org/ }
  - { id: chat2, kind: discord-webhook, url: https://discord.com/channels/1/2 }
  - { id: pigeon, kind: pigeon }
`;
  const { config, quarantinedNotifiers } = await load(wrong, inputs);
  t.equal(config.notifiers.length, 5);
  t.same(quarantinedNotifiers.map(({ id, kind }) => `${id ?? ''} ${kind ?? ''}`).toSorted(), [
    'chat2 discord-webhook',
    'hook webhook',
    'local vonage-sms',
    'long vonage-sms',
    'other mail',
    'pigeon pigeon',
  ]);
  const problems = await problemsOf(wrong, inputs);
  t.match(problems.join('\n'), /notifiers\[5\]\.recipients\[0\]/);
  t.match(problems.join('\n'), /notifiers\[8\]\.id .*already the id of notifiers\[4\]/);
  t.notMatch(problems.join('\n'), /channels\/1\/2|nobody|061234/, 'an address is a secret, a wrong one too');
});

t.test('secrets are nowhere to be read', async (t) => {
  const loaded = await load(text, inputs);
  const shown = JSON.stringify([explainConfig(loaded), showConfig(loaded)]);
  for (const secret of ['geheim', discord, 'to-ken', 'b@example.org', '33 6 12']) t.notMatch(shown, secret);
  t.match(shown, 'smtp.gmail.com');
  for (const secret of [
    'geheim-11',
    'geheim-22',
    'geheim-33',
    discord,
    'geheim-88',
    'b@example.org',
    'a=geheim-55',
  ])
    t.ok(loaded.secrets.has(secret), 'it is kept out of the log');
});

t.test(
  'secrets come from the environment, by names of our own and those of the monitor before',
  async (t) => {
    const bare = `notifiers:
  - { id: mail, kind: mail, host: h, user: a@b.fr, recipients: [b@example.org] }
  - { id: second-mail, kind: mail, host: h, user: a@b.fr, recipients: [b@example.org] }
  - { id: sms, kind: vonage-sms, recipients: ["33612345678"] }
`;
    const environment = {
      MAIL_PASSWORD: 'for all',
      EGW_NOTIFIER_SECOND_MAIL_PASSWORD: 'for this',
      NEXMO_API_KEY: 'key',
      NEXMO_API_SECRET: 'secret',
      EGW_NOTIFIER_MAIL_RECIPIENTS: 'c@example.org, d@example.org',
    };
    const { config, warnings } = await load(bare, { ...inputs, environment });
    t.match(config.notifiers, [
      { options: { password: 'for all', recipients: ['c@example.org', 'd@example.org'] } },
      { options: { password: 'for this' } },
      { options: { apiKey: 'key', apiSecret: 'secret' }, missingSecrets: [] },
    ]);
    t.same(
      warnings.filter((line) => line.includes('notifier')),
      [],
    );
    const without = await load(bare, inputs);
    t.same(without.config.notifiers[2]?.missingSecrets, ['apiKey', 'apiSecret']);
    t.match(without.warnings.join('\n'), /notifier sms is skipped: .*EGW_NOTIFIER_SMS_API_KEY/);
  },
);

t.test('the examples of the documentation are understood, and can be opened', async (t) => {
  const page = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8');
  const example = /## Notifiers\n.*?```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const environment = { MAIL_PASSWORD: 'a', NEXMO_API_KEY: 'b', NEXMO_API_SECRET: 'c' };
  const { config, quarantinedNotifiers, warnings } = await load(example, { ...inputs, environment });
  t.same(quarantinedNotifiers, []);
  t.same(warnings, []);
  t.same(
    config.notifiers.map(({ kind }) => kind).toSorted(),
    notifiers.map(({ id }) => id),
  );
  for (const { kind, options } of config.notifiers)
    t.ok(notifiers.find(({ id }) => id === kind)?.open(options, notifierPorts(t)));
});
