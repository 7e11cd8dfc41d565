import { readFileSync } from 'node:fs';
import t from 'tap';
import {
  alertsSection,
  alertsSettings,
  type AlertsSettings,
} from '../../../gateway/features/alerts/alerts-section.ts';
import { load, problemsOf } from '../../config/inputs.ts';

const inputs = { sections: [alertsSection], compiledSchemas: new Map() };
const home = `devices:
  - { id: meter, driver: eastron-sdm630, transport: { kind: modbus-tcp, host: 192.168.1.20 } }
`;

async function settingsOf(alerts: string): Promise<AlertsSettings> {
  const { config } = await load(`${home}alerts: ${alerts}\n`, inputs);
  return alertsSettings(config.features['alerts']);
}

t.test('without a section nothing is set', async (t) => {
  const nothing: AlertsSettings = {
    language: 'en',
    link: undefined,
    quietHours: undefined,
    silent: { isEnabled: false, periods: 3, forMs: 0 },
    notifiers: undefined,
    rules: [],
    leftOut: [],
  };
  const { config } = await load(home, inputs);
  t.same(alertsSettings(config.features['alerts']), nothing);
  t.same(alertsSettings(undefined), nothing);
});

t.test('a section says how people are told', async (t) => {
  const settings = await settingsOf(`
  language: fr
  link: https://egw.home:8443/boiler-room/
  quietHours: { from: '22:00', to: '07:30' }
  silent: { enabled: true, periods: 5, for: 2m }
  notifiers: []
  rules:
    - { id: boiler-fire-out, repeat: 30m, recovered: false }
    - { id: house-draws, reading: meter/grid_power_w, above: 9000, clears: 6000, for: 5m }
    - { id: meter-gone, state: { of: meter, is: [down] } }
    - { id: disk, health: storage, status: failing }
    - { id: no-meter, silent: meter, periods: 10, title: 'Plus de {device} !' }`);
  t.equal(settings.language, 'fr');
  t.equal(settings.link, 'https://egw.home:8443/boiler-room');
  t.same(settings.quietHours, { fromMinute: 1_320, toMinute: 450 });
  t.same(settings.silent, { isEnabled: true, periods: 5, forMs: 120_000 });
  t.same(settings.notifiers, []);
  t.same(settings.leftOut, []);
  t.equal(settings.rules.length, 5);
});

const fatal: readonly (readonly [string, RegExp])[] = [
  ['{ language: de }', /alerts.language must be one of en, fr/],
  ['{ link: "ftp://x" }', /alerts.link must be an http/],
  ['{ link: "https://me:secret@egw.home" }', /alerts.link must be an http/],
  ['{ link: "https://egw.home/?token=1" }', /alerts.link must be an http/],
  ['{ link: "https://egw.home/#/boiler" }', /alerts.link must be an http/],
  ['{ link: egw.home }', /alerts.link must be an http/],
  ['{ quietHours: { from: "22:00", to: "22:00" } }', /quietHours.to must differ from quietHours.from/],
  ['{ quietHours: { from: "24:00", to: "07:00" } }', /quietHours.from must have the right form/],
  ['{ quietHours: { from: 22, to: "07:00" } }', /quietHours.from must be text/],
  ['{ quietHours: { from: "22:00" } }', /quietHours.to is missing/],
  ['{ silent: { periods: 0 } }', /silent.periods must be >= 1/],
  ['{ silent: { for: soon } }', /silent.for must have the right form/],
  ['{ notifiers: [mail] }', /alerts.notifiers\[0\] must be the id of a notifier, not "mail"/],
  ['{ rules: freezer }', /alerts.rules must be a list/],
  ['{ rule: [] }', /alerts.rule is an unknown key \(did you mean "rules"/],
];

for (const [alerts, problem] of fatal) {
  t.test(`alerts: ${alerts} is refused, and why`, async (t) => {
    t.match((await problemsOf(`${home}alerts: ${alerts}\n`, inputs)).join('\n'), problem);
  });
}

const bad: readonly (readonly [string, RegExp])[] = [
  ['{ id: a }', /rules\[1\].id must be that of a built-in rule, or have a condition, not "a"/],
  ['{ id: boiler-fire-uot }', /did you mean boiler-fire-out\?/],
  ['{ id: Freezer, silent: meter }', /rules\[1\].id must have the right form/],
  ['{ silent: meter }', /rules\[1\].id is missing/],
  ['{ id: test, silent: meter }', /rules\[1\].id must be another id/],
  ['{ id: good, silent: meter }', /rules\[1\].id must be there once/],
  ['{ id: boiler-jam, silent: meter }', /rules\[1\].silent must not be set of the built-in rule boiler-jam/],
  ['{ id: silent, title: Hm }', /rules\[1\].title must not be set of the built-in rule silent/],
  [
    '{ id: a, silent: meter, health: storage }',
    /rules\[1\].health must be the only condition, beside silent/,
  ],
  ['{ id: a, silent: metre }', /rules\[1\].silent must name a device .*did you mean meter\?/],
  ['{ id: a, state: { of: oven, is: [down] } }', /rules\[1\].state.of must name a device .*there are: meter/],
  ['{ id: a, state: { of: meter, is: [dead] } }', /rules\[1\].state.is\[0\] must be one of unseen, up/],
  ['{ id: a, state: { of: meter, is: [] } }', /rules\[1\].state.is must NOT have fewer than 1/],
  ['{ id: a, state: down }', /rules\[1\].state must be a map/],
  ['{ id: a, reading: meter, above: 1 }', /rules\[1\].reading must be a device and a quantity/],
  ['{ id: a, reading: meter/, above: 1 }', /rules\[1\].reading must be a device and a quantity/],
  ['{ id: a, reading: oven/grid_power_w, above: 1 }', /rules\[1\].reading must name a device/],
  ['{ id: a, reading: meter/grid_power, above: 1 }', /must end in a quantity .*did you mean grid_power_w\?/],
  ['{ id: a, reading: meter/grid_power_w }', /must have exactly one of above, below, equals, differs/],
  ['{ id: a, reading: meter/grid_power_w, above: 1, below: 0 }', /must have exactly one of above/],
  ['{ id: a, reading: meter/grid_power_w, above: high }', /rules\[1\].above must be a number, not "high"/],
  ['{ id: a, reading: meter/grid_power_w, above: .nan }', /rules\[1\].above/],
  ['{ id: a, reading: meter/grid_power_w, above: 1, clears: 2 }', /rules\[1\].clears must be 1 or less/],
  ['{ id: a, reading: meter/grid_power_w, below: 1, clears: 0 }', /rules\[1\].clears must be 1 or more/],
  ['{ id: a, reading: meter/grid_power_w, equals: 1, clears: 0 }', /clears must stand with above or below/],
  ['{ id: a, silent: meter, above: 5 }', /rules\[1\].above must stand with reading/],
  ['{ id: a, silent: meter, status: failing }', /rules\[1\].status must stand with health/],
  ['{ id: a, health: storage, periods: 3 }', /rules\[1\].periods must stand with silent/],
  ['{ id: a, health: "" }', /rules\[1\].health must NOT have fewer than 1/],
  ['{ id: a, silent: meter, for: 5 minutes }', /rules\[1\].for must have the right form/],
  ['{ id: a, silent: meter, for: 31d }', /rules\[1\].for must be at most 30d/],
  ['{ id: a, silent: meter, repeat: 0s }', /rules\[1\].repeat must be at least 1m/],
  ['{ id: boiler-fire-out, repeat: 10s }', /rules\[1\].repeat must be at least 1m/],
  ['{ id: a, silent: meter, severity: fatal }', /rules\[1\].severity must be one of safety, warning, info/],
  ['{ id: a, silent: meter, notifiers: [mail] }', /rules\[1\].notifiers\[0\] must be the id of a notifier/],
  [
    '{ id: a, silent: meter, title: "{value}!" }',
    /rules\[1\].title must have no place \{value\}.*\{device\}/,
  ],
  ['{ id: a, health: x, text: "{toString}" }', /rules\[1\].text must have no place \{toString\}/],
  ['{ id: a, silent: meter, colour: red }', /rules\[1\].colour is an unknown key/],
  ['7', /rules\[1\] must be a map/],
  ['null', /rules\[1\] must be a map/],
];

for (const [rule, problem] of bad) {
  t.test(`the rule ${rule} is left out, and why; the others run`, async (t) => {
    const alerts = `{ rules: [{ id: good, silent: meter }, ${rule}, { id: boiler-watch, enabled: true }] }`;
    const lines = await problemsOf(`${home}alerts: ${alerts}\n`, inputs);
    t.match(lines.join('\n'), problem);
    const settings = await settingsOf(alerts);
    t.same(
      settings.rules.map(({ id }) => id),
      ['good', 'boiler-watch'],
    );
    t.equal(settings.leftOut.length, 1);
    t.equal(settings.leftOut[0]?.index, 1);
    t.match(settings.leftOut[0]?.reason, /alerts.rules\[1\]/);
  });
}

t.test('a source may have quantities of its own, and parts', async (t) => {
  const source = { id: 'p1', title: 'Any', options: {}, pace: { periodMs: 10_000, periodMsMin: 1_000 } };
  const alerts = '{ rules: [{ id: a, reading: probes/28-0a/odd_name, below: 3 }] }';
  const text = `sources: [{ id: probes, kind: p1 }]\nalerts: ${alerts}\n`;
  const kinds = { sources: [source], sinks: [], uplinks: [], notifiers: [], switches: [] };
  const { config } = await load(text, { ...inputs, kinds });
  t.equal(alertsSettings(config.features['alerts']).rules.length, 1);
});

t.test('the example of the guide is a configuration without problems', async (t) => {
  const guide = readFileSync(new URL('../../../docs/alerts.md', import.meta.url), 'utf8');
  const example = [...guide.matchAll(/```yaml\n(.*?)```/gs)].find(([, yaml]) =>
    yaml?.includes('\n  rules:'),
  )?.[1];
  const source = { id: 'p1', title: 'Any', options: {}, pace: { periodMs: 10_000, periodMsMin: 1_000 } };
  const mail = { id: 'mail', title: 'Mail', options: {} };
  const kinds = { sources: [source], sinks: [], uplinks: [], notifiers: [mail], switches: [] };
  const ids = ['freezer', 'pump', 'probes'].map((id) => `{ id: ${id}, kind: p1 }`).join(', ');
  const text = `${home}sources: [${ids}]\nnotifiers: [{ id: mail, kind: mail }]\n${example ?? ''}`;
  const { config, leftOut } = await load(text, { ...inputs, compiledSchemas: new Map(), kinds });
  t.same(leftOut, []);
  t.equal(alertsSettings(config.features['alerts']).rules.length, 8);
});
