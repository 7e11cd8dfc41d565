import t from 'tap';
import { SmtpSession, type SmtpAnswer, type SmtpRules } from '../../../modbus-sim/services/smtp-session.ts';

const open: SmtpRules = {
  passwords: {},
  offersStartTls: false,
  isEncrypted: false,
  refusal: () => undefined,
};
const repliesOf = (answers: readonly SmtpAnswer[]): readonly string[] =>
  answers.map(({ reply }) => reply.slice(0, 3));

function talk(rules: SmtpRules, ...said: readonly string[]): readonly SmtpAnswer[] {
  const session = new SmtpSession(rules);
  return said.flatMap((text) => session.receive(Buffer.from(text)));
}

t.test('several commands at once are answered in their order', (t) => {
  const answers = talk(
    open,
    'EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nRCPT TO:<g@h.i>\r\nDATA\r\n',
    'Subject: =?utf-8?Q?=C3=A9t=C3=A9?= =?utf-8?B?IDI=?=\r\nMessage-ID: <1@x>\r\n\r\n..a\r\nb\r\n.\r\nQUIT\r\n',
  );
  t.same(repliesOf(answers), ['250', '250', '250', '250', '354', '250', '221']);
  t.match(answers[5]?.mail, {
    from: 'a@b.c',
    to: ['d@e.f', 'g@h.i'],
    subject: 'été 2',
    messageId: '<1@x>',
    text: '.a\nb\n',
  });
  t.end();
});

t.test('bytes may come one at a time', (t) => {
  const text = 'EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nA: b\r\n\r\nc\r\n.\r\n';
  t.same(repliesOf(talk(open, ...text.split(''))), ['250', '250', '250', '354', '250']);
  t.end();
});

t.test('what is out of its place is refused', (t) => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['MAIL FROM:<a@b.c>\r\n', ['503']],
    ['EHLO x\r\nRCPT TO:<a@b.c>\r\n', ['250', '503']],
    ['EHLO x\r\nMAIL FROM:<a@b.c>\r\nDATA\r\n', ['250', '250', '503']],
    ['EHLO x\r\nMAIL FROM:a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<>\r\n', ['250', '501', '250', '501']],
    ['EHLO x\r\nSTARTTLS\r\nVRFY a\r\nNOOP\r\n', ['250', '502', '502', '250']],
    ['x'.repeat(5_000), ['500']],
  ];
  for (const [text, replies] of table) t.same(repliesOf(talk(open, text)), replies, text.slice(0, 60));
  t.end();
});

t.test('nobody sends without a login where there are users', (t) => {
  const rules = { ...open, passwords: { ana: 'secret' } };
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  t.same(repliesOf(talk(rules, 'EHLO x\r\nMAIL FROM:<a@b.c>\r\n')), ['250', '530']);
  const good = `AUTH LOGIN\r\n${base64('ana')}\r\n${base64('secret')}\r\nMAIL FROM:<a@b.c>\r\n`;
  t.same(repliesOf(talk(rules, `EHLO x\r\n${good}`)), ['250', '334', '334', '235', '250']);
  const plain = (password: string): string => `EHLO x\r\nAUTH PLAIN ${base64(`\0ana\0${password}`)}\r\n`;
  t.same(repliesOf(talk(rules, plain('secret'))), ['250', '235']);
  t.same(repliesOf(talk(rules, plain('wrong'))), ['250', '535']);
  t.same(repliesOf(talk(rules, 'EHLO x\r\nAUTH CRAM-MD5\r\n')), ['250', '504']);
  t.end();
});

t.test('what was said before the encryption is forgotten', (t) => {
  const answers = talk({ ...open, offersStartTls: true }, 'EHLO x\r\nSTARTTLS\r\nMAIL FROM:<evil@x.y>\r\n');
  t.same(repliesOf(answers), ['250', '220']);
  t.equal(answers[1]?.then, 'encrypt');
  t.end();
});

t.test('a 421 is the end', (t) => {
  const rules: SmtpRules = { ...open, refusal: (step) => (step === 'rcpt' ? '421 4.7.0 busy' : undefined) };
  const answers = talk(rules, 'EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n');
  t.same(repliesOf(answers), ['250', '250', '421']);
  t.equal(answers[2]?.then, 'close');
  t.end();
});
