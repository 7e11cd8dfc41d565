import fc from 'fast-check';
import t from 'tap';
import {
  isSamePairingCode,
  makePairingCode,
  normalisePairingCode,
} from '../../../gateway/features/pairing-code.ts';
import { createPairing } from '../../../gateway/features/access/pairing.ts';
import { ManualTime } from '../../faces/manual-time.ts';

const wrong = 'ZZZZ-ZZZZ-ZZZZ-ZZZZ';

t.test('a code is four groups of four that nobody misreads', (t) => {
  const seen = new Set(Array.from({ length: 500 }, makePairingCode));
  t.equal(seen.size, 500);
  for (const code of seen) t.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  t.end();
});

t.test('a code typed as people type it is the same code', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('lower', 'space', 'dash', 'letter', 'none'), { maxLength: 30 }),
      (habits) => {
        const code = makePairingCode();
        const typed = habits.reduce((text, habit, index) => {
          const at = index % text.length;
          if (habit === 'lower') return text.toLowerCase();
          if (habit === 'letter')
            return text.replaceAll('0', 'o').replaceAll('1', index % 2 === 0 ? 'l' : 'I');
          if (habit === 'none') return text.replaceAll('-', '');
          return `${text.slice(0, at)}${habit === 'space' ? ' ' : '-'}${text.slice(at)}`;
        }, code);
        return isSamePairingCode(code, typed);
      },
    ),
  );
  t.equal(normalisePairingCode('oil0-1'), '01101');
  t.notOk(isSamePairingCode('7K3M-9QXC-41TZ-HW0E', '7K3M-9QXC-41TZ-HW0F'));
  t.notOk(isSamePairingCode('7K3M-9QXC-41TZ-HW0E', '7K3M-9QXC-41TZ-HW0'));
  t.end();
});

t.test('pairing is closed until it is opened, and closes after the right code', (t) => {
  const time = new ManualTime();
  const pairing = createPairing(time);
  t.same(pairing.state(), { open: false, code: null, remainingMs: null });
  t.throws(() => pairing.redeem(wrong), { code: 'pairing_closed' });
  const code = pairing.openUntilUsed();
  time.pass(365 * 86_400_000);
  t.same(pairing.state(), { open: true, code, remainingMs: null });
  pairing.redeem(code);
  t.throws(() => pairing.redeem(code), { code: 'pairing_closed' });
  t.end();
});

t.test('a window ends after five minutes, and a new one has a new code', (t) => {
  const time = new ManualTime();
  const pairing = createPairing(time);
  const first = pairing.openWindow();
  t.equal(first.remainingMs, 300_000);
  time.pass(299_999);
  t.equal(pairing.state().remainingMs, 1);
  time.pass(1);
  t.throws(() => pairing.redeem(first.code ?? ''), { code: 'pairing_closed' });
  const second = pairing.openWindow();
  t.not(second.code, first.code);
  t.throws(() => pairing.redeem(first.code ?? ''), { code: 'pairing_code_wrong' });
  t.doesNotThrow(() => pairing.redeem(second.code ?? ''));
  t.end();
});

t.test('five wrong codes bar it for five minutes, the right code too', (t) => {
  const time = new ManualTime();
  const pairing = createPairing(time);
  const code = pairing.openUntilUsed();
  for (let attempt = 0; attempt < 5; attempt += 1)
    t.throws(() => pairing.redeem(wrong), { code: 'pairing_code_wrong' });
  t.throws(() => pairing.redeem(code), { code: 'rate_limited', facts: { retryAfterSeconds: 300 } });
  t.same(pairing.state(), { open: false, code: null, remainingMs: null });
  time.pass(299_001);
  t.throws(() => pairing.redeem(code), { code: 'rate_limited', facts: { retryAfterSeconds: 1 } });
  time.pass(999);
  t.doesNotThrow(() => pairing.redeem(code));
  t.end();
});

t.test('a barred window is over when its bar ends, unless its owner opens a new one', (t) => {
  const time = new ManualTime();
  const pairing = createPairing(time);
  const { code } = pairing.openWindow();
  for (let attempt = 0; attempt < 5; attempt += 1) t.throws(() => pairing.redeem(wrong));
  time.pass(300_000);
  t.throws(() => pairing.redeem(code ?? ''), { code: 'pairing_closed' });
  pairing.openWindow();
  for (let attempt = 0; attempt < 5; attempt += 1) t.throws(() => pairing.redeem(wrong));
  const opened = pairing.openWindow();
  t.doesNotThrow(() => pairing.redeem(opened.code ?? ''));
  t.end();
});

t.test('a code whose token could not be made can be used again', (t) => {
  const pairing = createPairing(new ManualTime());
  const code = pairing.openUntilUsed();
  pairing.redeem(code)();
  t.doesNotThrow(() => pairing.redeem(code));
  t.end();
});
