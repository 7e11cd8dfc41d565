import t from 'tap';
import { createAlertRouter, type RouterParts } from '../../../gateway/features/alerts/alert-router.ts';
import type { NewAlert } from '../../../gateway/storage/alert-calls.ts';

const notifiers = [
  { id: 'mail', recipients: ['ana@example.org', 'bo@example.org'] },
  { id: 'sms', recipients: ['33612345678'] },
  { id: 'room', recipients: [''] },
];
const usual: RouterParts = {
  notifiers,
  notifiersOf: () => undefined,
  usual: undefined,
  quietHours: { fromMinute: 22 * 60, toMinute: 7 * 60 },
  zone: 'Europe/Paris',
  isTimeKnown: () => true,
};
const noon = Date.parse('2026-02-13T12:00:00+01:00');
const evening = Date.parse('2026-02-13T21:00:00+01:00');
const night = Date.parse('2026-02-14T03:00:00+01:00');
const morning = Date.parse('2026-02-14T07:00:00+01:00');

function alert(given: Partial<NewAlert>): NewAlert {
  return {
    ...{ rule: 'freezer', subject: 'freezer/temperature_c', episodeMs: night, kind: 'alert', sequence: 0 },
    ...{ atMs: night, notedMs: night, severity: 'warning', facts: '{}', deliveries: [] },
    ...given,
  };
}

t.test('everyone is told, unless the configuration or the rule says whom', (t) => {
  const at = alert({ notedMs: noon });
  const told = (parts: Partial<RouterParts>): string[] =>
    createAlertRouter({ ...usual, ...parts })
      .route(at)
      .map(({ notifier, recipient }) => `${notifier}:${recipient}`);
  const all = ['mail:ana@example.org', 'mail:bo@example.org', 'sms:33612345678', 'room:'];
  t.same(told({}), all);
  t.same(told({ usual: ['sms'] }), ['sms:33612345678']);
  const byRule = (rule: string): readonly string[] | undefined => (rule === 'freezer' ? ['room'] : undefined);
  t.same(told({ usual: ['sms'], notifiersOf: byRule }), ['room:']);
  t.same(told({ notifiersOf: () => [] }), [], 'a rule can be told to nobody');
  t.same(told({ usual: ['gone', 'sms'] }), ['sms:33612345678']);
  t.end();
});

const due: readonly (readonly [string, Partial<NewAlert>, number])[] = [
  ['a warning by day', { notedMs: noon }, noon],
  ['a warning by night', {}, morning],
  ['what is only to be known, by night', { severity: 'info' }, morning],
  ['safety by night', { severity: 'safety' }, night],
  ['safety, by night, of what began in the evening', { severity: 'safety', episodeMs: evening }, night],
  [
    'a reminder of safety, by night, of what began in the evening',
    { severity: 'safety', kind: 'reminder', sequence: 9, episodeMs: evening },
    night,
  ],
  ['a reminder of safety by night', { severity: 'safety', kind: 'reminder', sequence: 1 }, night],
  ['a reminder of a warning by night', { kind: 'reminder', sequence: 1 }, morning],
  ['the end of a warning by night', { kind: 'recovered' }, morning],
  ['the end of what woke people this night', { severity: 'safety', kind: 'recovered' }, night],
  [
    'the end, by night, of what began in the evening',
    { severity: 'safety', kind: 'recovered', episodeMs: evening },
    morning,
  ],
  [
    'the end, by day, of what began at night',
    { severity: 'safety', kind: 'recovered', notedMs: morning },
    morning,
  ],
  ['a test by night', { kind: 'test', severity: 'info' }, night],
];

for (const [name, given, dueMs] of due) {
  t.test(`${name} is due at ${new Date(dueMs).toISOString()}`, (t) => {
    const dues = createAlertRouter(usual)
      .route(alert(given))
      .map((one) => one.dueMs);
    t.same(dues, [dueMs, dueMs, dueMs, dueMs]);
    t.end();
  });
}

t.test('nothing waits while nobody knows what time it is, or where there are no quiet hours', (t) => {
  for (const parts of [{ isTimeKnown: () => false }, { quietHours: undefined }]) {
    t.equal(createAlertRouter({ ...usual, ...parts }).route(alert({}))[0]?.dueMs, night);
  }
  t.end();
});
