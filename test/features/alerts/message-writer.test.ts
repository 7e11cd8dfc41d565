import fc from 'fast-check';
import t from 'tap';
import { languages, type AlertFacts, type AlertRule, type Language } from '../../../gateway/core/alert.ts';
import { alertsSettings } from '../../../gateway/features/alerts/alerts-section.ts';
import { septetsOf } from '../../../gateway/features/alerts/gsm-text.ts';
import { listRules } from '../../../gateway/features/alerts/list-rules.ts';
import { AlertWriter, type WriterParts } from '../../../gateway/features/alerts/message-writer.ts';
import type { AlertKind, StoredAlert } from '../../../gateway/storage/alert-calls.ts';

const began = Date.parse('2026-02-13T06:40:00+01:00');
const over = began + 80 * 60_000;
const settings = alertsSettings({
  silent: { enabled: true },
  rules: [
    { id: 'cold', reading: 'freezer/temperature_c', above: -12 },
    { id: 'dark', reading: 'lamp/relay_on', equals: 0 },
    { id: 'gone', state: { of: 'meter', is: ['down'] } },
    { id: 'disk', health: 'storage' },
    {
      id: 'mine',
      silent: 'meter',
      title: 'Plus de {device} !',
      text: 'Regarder le disjoncteur.\nDepuis {sinceMs}',
    },
  ],
});
const rules = new Map(listRules([], settings).map(({ rule }) => [rule.id, rule]));

const kinds = ['alert', 'reminder', 'recovered'] as const;

const facts: Readonly<Record<string, AlertFacts>> = {
  cold: { device: 'Freezer', quantity: 'temperature_c', value: -8.25, unit: '°C', limit: -12 },
  dark: { device: 'Lamp', quantity: 'relay_on', value: 1, unit: '', limit: 0 },
  gone: { device: 'Meter', state: 'down' },
  disk: { status: 'failing', message: 'the disk is full' },
  mine: { device: 'Compteur', sinceMs: began - 30_000 },
  silent: { device: 'Probes', sinceMs: began - 15_000 },
};

function writer(given: Partial<WriterParts> = {}): AlertWriter {
  return new AlertWriter({
    rules: () => rules,
    languageOf: (notifier) => (notifier === 'fr' ? 'fr' : 'en'),
    site: 'Chalet',
    zone: 'Europe/Paris',
    gatewayId: () => 'abcdefghijklmnop',
    link: 'https://egw.home',
    ...given,
  });
}

function factsOf(rule: string, kind: AlertKind): AlertFacts {
  const state = kind === 'recovered' ? { state: 'up' } : {};
  return { ...facts[rule], ...state };
}

function alert(rule: string, kind: AlertKind = 'alert', given: Partial<StoredAlert> = {}): StoredAlert {
  return {
    ...{ id: 7, rule, subject: 'storage', episodeMs: began, kind, sequence: 0, severity: 'warning' },
    ...{
      atMs: kind === 'recovered' ? over : began,
      notedMs: over,
      facts: JSON.stringify(factsOf(rule, kind)),
    },
    ...{ acknowledgedMs: null, acknowledgedBy: null },
    ...given,
  };
}

type Told = readonly [rule: string, kind: AlertKind, title: string, text: string, short: string];

const inEnglish: readonly Told[] = [
  [
    ...(['cold', 'alert', 'Freezer: temperature_c above -12 °C'] as const),
    'temperature_c of Freezer at Chalet is -8.25 °C, above -12 °C, since 13 Feb 06:40.',
    'Chalet: Freezer temperature_c -8.25 C, above -12 C, since 13 Feb 06:40',
  ],
  [
    ...(['cold', 'reminder', 'Still: Freezer: temperature_c above -12 °C'] as const),
    'temperature_c of Freezer at Chalet is -8.25 °C, above -12 °C, since 13 Feb 06:40.',
    'Still: Chalet: Freezer temperature_c -8.25 C, above -12 C, since 13 Feb 06:40',
  ],
  [
    ...(['dark', 'recovered', 'Lamp: relay_on no longer equal to 0'] as const),
    'relay_on of Lamp at Chalet is 1, no longer equal to 0, since 13 Feb 08:00, after 1 h 20 min.',
    'Chalet: Lamp relay_on 1, no longer equal to 0, since 13 Feb 08:00',
  ],
  [
    ...(['gone', 'alert', 'Meter is down'] as const),
    'Meter at Chalet is down since 13 Feb 06:40.',
    'Chalet: Meter is down since 13 Feb 06:40',
  ],
  [
    ...(['gone', 'recovered', 'Meter is up now'] as const),
    'Meter at Chalet is up since 13 Feb 08:00, after 1 h 20 min.',
    'Chalet: Meter is up since 13 Feb 08:00',
  ],
  [
    ...(['disk', 'alert', 'Gateway: storage is failing'] as const),
    'The gateway at Chalet says since 13 Feb 06:40: the disk is full.',
    'Chalet: storage is failing since 13 Feb 06:40: the disk is full',
  ],
  [
    ...(['disk', 'recovered', 'Gateway: storage is well again'] as const),
    'The gateway at Chalet is well again with storage since 13 Feb 08:00, after 1 h 20 min.',
    'Chalet: storage is well again since 13 Feb 08:00',
  ],
  [
    ...(['silent', 'alert', 'No data from Probes'] as const),
    'Nothing good has come from Probes at Chalet since 13 Feb 06:39. It is asked again by itself.',
    'Chalet: no data from Probes since 13 Feb 06:39',
  ],
  [
    ...(['silent', 'recovered', 'Data from Probes again'] as const),
    'Probes at Chalet gives data again since 13 Feb 08:00, after 1 h 20 min without.',
    'Chalet: data from Probes again since 13 Feb 08:00',
  ],
  [
    ...(['mine', 'alert', 'Plus de Compteur !'] as const),
    'Regarder le disjoncteur.\nDepuis 13 Feb 06:39',
    'Chalet: Regarder le disjoncteur. Depuis 13 Feb 06:39',
  ],
];

const inFrench: readonly Told[] = [
  [
    ...(['cold', 'reminder', 'Toujours : Freezer : temperature_c au-dessus de -12 °C'] as const),
    'temperature_c de Freezer à Chalet est à -8,25 °C, au-dessus de -12 °C, depuis le 13/02 06h40.',
    'Toujours : Chalet : Freezer temperature_c -8,25 C, au-dessus de -12 C, depuis le 13/02 06h40',
  ],
  [
    ...(['cold', 'recovered', 'Freezer : temperature_c n’est plus au-dessus de -12 °C'] as const),
    'temperature_c de Freezer à Chalet est à -8,25 °C, plus au-dessus de -12 °C, depuis le 13/02 08h00, après 1 h 20 min.',
    'Chalet : Freezer temperature_c -8,25 C, plus au-dessus de -12 C, depuis le 13/02 08h00',
  ],
  [
    ...(['dark', 'alert', 'Lamp : relay_on égal à 0'] as const),
    'relay_on de Lamp à Chalet est à 1, égal à 0, depuis le 13/02 06h40.',
    'Chalet : Lamp relay_on 1, égal à 0, depuis le 13/02 06h40',
  ],
  [
    ...(['gone', 'alert', 'Meter : état down'] as const),
    'Meter à Chalet est dans l’état down depuis le 13/02 06h40.',
    "Chalet : Meter dans l'état down depuis le 13/02 06h40",
  ],
  [
    ...(['disk', 'alert', 'Passerelle : storage, état failing'] as const),
    'La passerelle de Chalet signale depuis le 13/02 06h40 : the disk is full.',
    'Chalet : storage, état failing depuis le 13/02 06h40 : the disk is full',
  ],
  [
    ...(['silent', 'alert', 'Plus de données de Probes'] as const),
    'Rien de bon n’est venu de Probes à Chalet depuis le 13/02 06h39. La passerelle continue de demander.',
    'Chalet : plus de données de Probes depuis le 13/02 06h39',
  ],
  [
    ...(['silent', 'recovered', 'Probes donne à nouveau des données'] as const),
    'Probes à Chalet donne à nouveau des données depuis le 13/02 08h00, après 1 h 20 min sans.',
    'Chalet : à nouveau des données de Probes depuis le 13/02 08h00',
  ],
  [
    ...(['mine', 'recovered', 'Terminé : Plus de Compteur !'] as const),
    'Compteur à Chalet donne à nouveau des données depuis le 13/02 08h00, après 1 h 20 min sans.',
    'Chalet: Terminé : Plus de Compteur !',
  ],
];

for (const [language, told] of [['en', inEnglish] as const, ['fr', inFrench] as const]) {
  for (const [rule, kind, title, text, short] of told) {
    t.test(`${rule}, ${kind}, in ${language}: ${title}`, (t) => {
      t.same(writer().say(alert(rule, kind), language), { title, text, short });
      t.end();
    });
  }
}

t.test('no rule of the configuration leaves a place empty, in any language', (t) => {
  for (const [rule, kind] of [...rules.keys()].flatMap((id) => kinds.map((one) => [id, one] as const))) {
    for (const language of languages) {
      const { title, text, short } = writer().say(alert(rule, kind), language);
      t.notMatch(`${title}${text}${short}`, /[{}]|undefined|null|NaN|–/, `${rule} ${kind} ${language}`);
    }
  }
  t.end();
});

t.test('a message goes to its recipient in the language of its notifier, with a name of its own', (t) => {
  const page: AlertRule | undefined = rules.get('cold');
  const withPage = new Map([['cold', { ...(page as AlertRule), page: '#/boiler' }]]);
  const message = writer({ rules: () => withPage }).write(alert('cold'), {
    ...{ id: 31, notifier: 'fr', recipient: 'x' },
  });
  t.same(message, {
    reference: 'egw-abcdefghijklmnop-7-31',
    kind: 'alert',
    severity: 'warning',
    rule: 'cold',
    subject: 'storage',
    language: 'fr',
    title: 'Freezer : temperature_c au-dessus de -12 °C',
    text: 'temperature_c de Freezer à Chalet est à -8,25 °C, au-dessus de -12 °C, depuis le 13/02 06h40.',
    short: 'Chalet : Freezer temperature_c -8,25 C, au-dessus de -12 C, depuis le 13/02 06h40',
    link: 'https://egw.home/#/boiler',
    atMs: began,
    site: 'Chalet',
  });
  const delivery = { id: 32, notifier: 'en', recipient: '' };
  t.equal(writer().write(alert('cold'), delivery).link, 'https://egw.home/');
  t.notOk('link' in writer({ link: undefined }).write(alert('cold'), delivery));
  t.end();
});

t.test('a test says that it is one, and so does what no rule is left of', (t) => {
  const said = languages.map((language) => writer().say(alert('test', 'test'), language).text);
  t.same(said, [
    'This is a test from Chalet, sent on 13 Feb 06:40.\nAlerts come the same way.',
    'Ceci est un essai de Chalet, envoyé le 13/02 06h40.\nLes alertes arrivent par le même chemin.',
  ]);
  const gone = alert('removed', 'recovered', { facts: 'no JSON', subject: 'oven' });
  t.equal(
    writer().say(gone, 'en').text,
    'Over at Chalet since 13 Feb 08:00: alert removed, oven, of 13 Feb 06:40.',
  );
  t.end();
});

t.test('facts from anywhere neither break nor mark up a message', (t) => {
  const evil = { device: '{value}\r\nBcc: <b>x\u202e', state: ['x'], value: { a: 1 } };
  for (const stored of [JSON.stringify(evil), '[1]', 'null', '"x"', '{"device":']) {
    const { title, text } = writer().say(alert('gone', 'alert', { facts: stored }), 'en');
    t.notMatch(title, /[\r\n\u202e]/);
    t.notMatch(text, /undefined|\[object/);
  }
  const { title } = writer().say(alert('gone', 'alert', { facts: JSON.stringify(evil) }), 'en');
  t.equal(title, '{value} Bcc: <b>x is –');
  t.end();
});

t.test(
  'whatever a home is called and says, a message has one line of title, and a short text that one SMS holds',
  (t) => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    const any = fc.record({
      site: text,
      device: text,
      rule: fc.constantFrom(...rules.keys(), 'gone-rule'),
      kind: fc.constantFrom<AlertKind>('alert', 'reminder', 'recovered', 'test'),
      language: fc.constantFrom<Language>(...languages),
    });
    fc.assert(
      fc.property(any, ({ site, device, rule, kind, language }) => {
        const told = alert(rule, kind, { facts: JSON.stringify({ ...facts[rule], device }) });
        const said = writer({ site }).say(told, language);
        const isPlain = !/[\p{Cc}\p{Cs}]/u.test(said.title) && !/[\p{Cs}]/u.test(said.text);
        return isPlain && said.title.length <= 400 && septetsOf(said.short) < 160 && said.title !== '';
      }),
      { numRuns: 300 },
    );
    t.end();
  },
);
