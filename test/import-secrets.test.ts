import { readFileSync, statSync, writeFileSync, chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parseDotenv } from '../gateway/config/dotenv.ts';
import { runSecretsImport } from '../gateway/import-secrets.ts';

const secrets = [
  'p#ss w0rd"\'',
  'abcd1234',
  'vonage-secret',
  'ann@example.org',
  '33612345678',
  'battery-staple',
];
const file = {
  Common: {
    MAIL_PASSWORD: secrets[0],
    SECRET_KEY: secrets[5],
    NEXMO_API_KEY: secrets[1],
    NEXMO_API_SECRET: secrets[2],
  },
  Prod: {
    URL: 'http://203.0.113.7:5007/charts/',
    USERS_EMAILS: [secrets[3], 'bob@example.org'],
    USERS_PHONES: [secrets[4]],
  },
};
const names = [
  'MAIL_PASSWORD',
  'EGW_NOTIFIER_MAIL_RECIPIENTS',
  'NEXMO_API_KEY',
  'NEXMO_API_SECRET',
  'EGW_NOTIFIER_SMS_RECIPIENTS',
];

interface Home {
  readonly directory: string;
  readonly secretFile: string;
  run(...argv: string[]): string;
}

function home(t: Test, content: string = JSON.stringify(file)): Home {
  const directory = t.testdir();
  const secretFile = join(directory, 'chaudiere_secret_config.py');
  writeFileSync(secretFile, content);
  return {
    directory,
    secretFile,
    run: (...argv) => {
      let said = '';
      const code = runSecretsImport({
        argv: argv.filter((text) => text !== '--json'),
        json: argv.includes('--json'),
        environment: { EGW_DATA_DIR: directory },
        io: {
          stdout: { write: (text) => (said += text) },
          stderr: { write: (text) => (said += text) },
          onInterrupt: () => () => undefined,
        },
      });
      t.equal(code, 0);
      for (const secret of secrets) t.notOk(said.includes(secret), 'no secret is told');
      return said;
    },
  };
}

const variablesIn = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    parseDotenv(readFileSync(join(directory, '.env'), 'utf8')).entries.map(({ name, value }) => [
      name,
      value,
    ]),
  );

t.test('secrets go to .env, and what is to be written is told', (t) => {
  const at = home(t);
  t.match(at.run(at.secretFile, '--dry-run'), /would be put into[^]*dry run: nothing was changed/);
  t.notOk(existsSync(join(at.directory, '.env')));
  const said = at.run(at.secretFile);
  t.match(said, /MAIL_PASSWORD, EGW_NOTIFIER_MAIL_RECIPIENTS, .*: in .*\.env now/);
  t.match(said, /Common\.SECRET_KEY: not needed here/);
  t.match(said, /notifiers:\n {2}- \{ id: mail, kind: mail, host: SERVER, security: tls, user: ADDRESS \}/);
  t.match(said, /\n {2}- \{ id: sms, kind: vonage-sms \}\nalerts:\n {2}link: "http:\/\/203\.0\.113\.7:5007"/);
  t.same(variablesIn(at.directory), {
    MAIL_PASSWORD: secrets[0],
    EGW_NOTIFIER_MAIL_RECIPIENTS: 'ann@example.org,bob@example.org',
    NEXMO_API_KEY: secrets[1],
    NEXMO_API_SECRET: secrets[2],
    EGW_NOTIFIER_SMS_RECIPIENTS: secrets[4],
  });
  t.equal(statSync(join(at.directory, '.env')).mode & 0o777, 0o600);
  t.end();
});

t.test('the same again changes nothing, and what is there stands', (t) => {
  const at = home(t);
  const path = join(at.directory, '.env');
  writeFileSync(path, '# ours\nMAIL_PASSWORD=other\nNEXMO_API_KEY=\n', { mode: 0o644 });
  chmodSync(path, 0o644);
  const first = JSON.parse(at.run(at.secretFile, '--json')) as Readonly<Record<string, unknown>>;
  t.match(first, { dryRun: false, added: names.slice(1), known: [], differing: ['MAIL_PASSWORD'] });
  const text = readFileSync(path, 'utf8');
  t.match(text, /^# ours\nMAIL_PASSWORD=other\nNEXMO_API_KEY=abcd1234\n/);
  t.equal(statSync(path).mode & 0o777, 0o600, 'nobody else reads it any more');
  const again = JSON.parse(at.run(at.secretFile, '--json')) as Readonly<Record<string, unknown>>;
  t.match(again, { added: [], known: names.slice(1), differing: ['MAIL_PASSWORD'] });
  t.equal(readFileSync(path, 'utf8'), text);
  t.end();
});

t.test('only what is there is taken', (t) => {
  const at = home(t, '{"Prod": {"USERS_EMAILS": ["ann@example.org"], "URL": "http://me:secret@home"}}');
  const report = JSON.parse(at.run(at.secretFile, '--json')) as { readonly configuration: readonly string[] };
  t.equal(report.configuration.length, 2, 'no SMS, and no address with a password in it');
  const none = home(t, '{"Prod": {}}');
  t.match(none.run(none.secretFile), /there is nothing in it to take/);
  t.end();
});

t.test('a wrong command line, or a file that is none, says so and changes nothing', (t) => {
  const at = home(t);
  const wrong = home(t, '{"Prod": {"USERS_EMAILS": ["ann at example"]}}');
  const table: readonly (readonly [Home, readonly string[], string, RegExp])[] = [
    [at, [], 'command_unknown', /FILE is missing/],
    [at, [at.secretFile, 'b'], 'command_unknown', /"b" is too much/],
    [at, [at.secretFile, '--environment', 'Prod'], 'command_unknown', /environment/],
    [at, [at.secretFile, '--env', 'prod'], 'input_invalid', /no environment "prod"/],
    [at, [at.secretFile, '--env', 'Dev'], 'input_invalid', /no Dev, but Prod/],
    [at, [join(at.directory, 'nothing')], 'not_found', /there is no/],
    [wrong, [wrong.secretFile], 'input_invalid', /entry 1 of USERS_EMAILS/],
  ];
  for (const [{ run, directory }, argv, code, message] of table) {
    t.throws(() => run(...argv), { code, message }, argv.join(' '));
    t.notOk(existsSync(join(directory, '.env')));
  }
  t.end();
});
