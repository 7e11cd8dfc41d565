import t from 'tap';
import type { Alert, Delivery, Notifier, Rule } from '../../../../gateway/faces/web/page/alert-types.ts';
import {
  alertState,
  alertTone,
  deliveryWords,
  notifierState,
  notifierTrouble,
  ruleState,
  ruleTimes,
  ruleTitle,
  testWords,
} from '../../../../gateway/faces/web/page/alert-words.ts';
import { boilerWords } from '../../../../gateway/features/boiler/boiler-words.ts';
import { hourMs, minuteMs, nowMs, time } from './known-boiler.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const alert = (facts: Partial<Alert> = {}): Alert => ({
  ...{ id: 1, rule: 'boiler-fire-out', subject: 'boiler', kind: 'alert', severity: 'safety' },
  ...{ title: 'Out', text: 'It is out.', atMs: nowMs, episodeMs: nowMs - 20 * minuteMs, isOpen: true },
  ...{ acknowledgedMs: null, acknowledgedBy: null },
  ...facts,
});
const delivery = (facts: Partial<Delivery> = {}): Delivery => ({
  ...{ id: 1, notifier: 'mail', recipient: 'a…@b.org', state: 'sent', tries: 1, dueMs: nowMs },
  ...{ endedMs: nowMs, reason: null },
  ...facts,
});
const notifier = (facts: Partial<Notifier> = {}): Notifier => ({
  ...{ id: 'mail', name: 'Mail', title: 'Mail', enabled: true, problem: null, recipients: [], queued: 0 },
  ...{ sentMs: null, failedMs: null, reason: null },
  ...facts,
});
const rule = (facts: Partial<Rule> = {}): Rule => ({
  ...{ id: 'wet', enabled: true, severity: 'warning', title: 'Wet', condition: null, forMs: 0 },
  ...{ cooldownMs: 0, repeatMs: null, problem: null, subjects: [] },
  ...facts,
});

t.test('an alert says how long it goes on and who sees to it, and what is over that it is', (t) => {
  t.equal(plain(alertState(alert(), time)), 'for 20 min');
  const seen = alert({ acknowledgedMs: nowMs, acknowledgedBy: 'Ana' });
  t.equal(plain(alertState(seen, time)), 'for 20 min, seen to by Ana');
  t.equal(alertState(alert({ isOpen: false }), time), 'over');
  t.equal(alertState(alert({ isOpen: false, kind: 'recovered' }), time), 'told that it is over');
  t.same([alert(), alert({ severity: 'warning' }), alert({ isOpen: false })].map(alertTone), [
    'down',
    'suspect',
    'past',
  ]);
  t.end();
});

t.test('a message says to whom it went and what became of it', (t) => {
  const words = (facts: Partial<Delivery>): string => plain(deliveryWords(delivery(facts), time));
  t.equal(words({}), 'mail, a…@b.org: sent 12:00');
  t.equal(words({ tries: 3, reason: 'was late' }), 'mail, a…@b.org: sent 12:00 after 3 tries');
  t.equal(
    words({ recipient: '', state: 'failed', tries: 9, reason: 'no credit' }),
    'mail: given up after 9 tries: no credit',
  );
  t.equal(words({ state: 'queued', tries: 0 }), 'mail, a…@b.org: waits');
  t.equal(words({ state: 'queued', tries: 0, dueMs: nowMs + hourMs }), 'mail, a…@b.org: waits until 13:00');
  t.equal(
    words({ state: 'queued', tries: 1, dueMs: nowMs + hourMs, reason: 'refused' }),
    'mail, a…@b.org: waits for try 2, 13:00: refused',
  );
  t.equal(words({ state: 'sending' }), 'mail, a…@b.org: is being sent');
  t.end();
});

t.test('a rule says where it stands, when it tells, and why it is left out', (t) => {
  const subject = (
    name: string,
    state: Rule['subjects'][number]['state'],
    unknownSinceMs: number | null = null,
  ) => ({ subject: name, state, sinceMs: nowMs, unknownSinceMs });
  t.equal(ruleState(rule()), 'quiet');
  t.equal(ruleState(rule({ enabled: false })), 'off');
  t.equal(ruleState(rule({ problem: 'no such device' })), 'left out: no such device');
  t.equal(ruleState(rule({ subjects: [subject('a', 'quiet', nowMs)] })), 'nothing is known');
  t.equal(
    ruleState(rule({ subjects: ['a', 'b', 'c', 'd', 'e'].map((name) => subject(name, 'firing')) })),
    'a told, goes on; b told, goes on; c told, goes on; and 2 more',
  );
  t.equal(ruleTimes(rule()), 'at once');
  t.equal(
    plain(ruleTimes(rule({ forMs: 5 * minuteMs, cooldownMs: 10 * minuteMs, repeatMs: hourMs }))),
    'after 5 min, not again within 10 min, reminds every 1 h 00 min',
  );
  t.end();
});

t.test('the title of a rule leaves out what only an alert knows', (t) => {
  for (const words of Object.values(boilerWords)) {
    for (const { title } of Object.values(words)) {
      const told = ruleTitle({ id: 'x', title });
      t.notMatch(told, /[{}]| (since|le|depuis)$| {2}/, told);
    }
  }
  t.equal(ruleTitle({ id: 'x', title: 'Boiler out since {time}' }), 'Boiler out');
  t.equal(ruleTitle({ id: 'x', title: 'No data from …' }), 'No data');
  t.equal(ruleTitle({ id: 'silent', title: '{subject}' }), 'silent');
  t.end();
});

t.test('a notifier says whether it sends, and a test what became of it', (t) => {
  const both = (facts: Partial<Notifier>): string =>
    [notifierState(notifier(facts), time), notifierTrouble(notifier(facts))].map(plain).join(' / ');
  t.equal(both({}), 'nothing sent yet / ');
  t.equal(both({ enabled: false }), 'off / ');
  t.equal(both({ problem: 'the password is missing' }), 'cannot send / the password is missing');
  t.equal(both({ sentMs: nowMs, failedMs: nowMs - 1, reason: 'old' }), 'sent last 12:00 / ');
  t.equal(both({ failedMs: nowMs, reason: 'no credit' }), 'gave up 12:00 / no credit');
  t.equal(both({ queued: 2, sentMs: nowMs, reason: 'no answer' }), 'sent last 12:00, 2 wait / no answer');
  t.equal(testWords({ isSent: true, results: [delivery()] }, time), 'The test was sent.');
  t.equal(testWords({ isSent: true, results: [delivery(), delivery()] }, time), 'All 2 tests were sent.');
  t.equal(
    testWords(
      { isSent: false, results: [delivery(), delivery({ state: 'failed', reason: 'refused' })] },
      time,
    ),
    'mail, a…@b.org: given up: refused',
  );
  t.end();
});
