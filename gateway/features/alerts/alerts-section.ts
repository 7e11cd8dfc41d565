import { Type } from 'typebox';
import type { ConfigSection, LeftOutItem } from '../../config/section.ts';
import { alertSeverities, languages, type Language } from '../../core/alert.ts';
import { durationPattern, parseDurationMs } from '../../core/duration.ts';
import { limits } from '../../core/limits.ts';
import { alertProblems } from './alerts-checks.ts';
import { parseClock } from './parse-clock.ts';
import type { QuietHours } from './quiet-hours.ts';
import { silentPeriodsDefault, stateNames } from './rule-condition.ts';
import type { WrittenRule } from './written-rule.ts';

/** The configuration of alerts, in force. */
export interface AlertsSettings {
  readonly language: Language;
  /** Where the page is, without a slash at its end; undefined: messages have no link. */
  readonly link: string | undefined;
  readonly quietHours: QuietHours | undefined;
  /** Of every source and device. */
  readonly silent: { readonly isEnabled: boolean; readonly periods: number; readonly forMs: number };
  /** Ids; undefined: all that are switched on. */
  readonly notifiers: readonly string[] | undefined;
  readonly rules: readonly WrittenRule[];
  readonly leftOut: readonly LeftOutItem[];
}

/** Alerts of one subject come apart by so much unless said. */
export const cooldownMsDefault = 10 * 60_000;

const period = (description: string) => Type.Optional(Type.String({ description, pattern: durationPattern }));
const number = (description: string) =>
  Type.Optional(Type.Number({ description, minimum: -1e12, maximum: 1e12 }));
const text = (description: string, maxLength: number) =>
  Type.Optional(Type.String({ description, minLength: 1, maxLength, pattern: '\\S' }));
const periods = (description: string) => Type.Integer({ description, minimum: 1, maximum: 1_000 });
const notifierIds = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ description: 'Id of a notifier.', minLength: 1, maxLength: 64 }), {
      description,
      maxItems: limits.configuredItemsMax,
      uniqueItems: true,
    }),
  );
const clock = (description: string) =>
  Type.String({ description, pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });

const rule = Type.Object(
  {
    id: Type.String({
      description: 'That of a rule that there is, which is set here, or of one of your own.',
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
      maxLength: 64,
    }),
    enabled: Type.Optional(Type.Boolean({ description: 'Whether it is looked at.' })),
    severity: Type.Optional(
      Type.Enum([...alertSeverities], {
        description: 'safety is told at any hour. Default: as the rule has it; of your own: warning.',
      }),
    ),
    for: period('It must hold so long, such as 5m. Default: as the rule has it; of your own: at once.'),
    cooldown: period('Between two alerts of one subject. Default: 10m.'),
    repeat: period('A reminder goes out so often, such as 1h, until somebody sees to it. Default: never.'),
    recovered: Type.Optional(Type.Boolean({ description: 'Whether its end is told, too. Default: true.' })),
    notifiers: notifierIds('Only with these. Default: those of alerts.notifiers.'),
    title: text('Of your own: its title, with places such as {value}.', 200),
    text: text('Of your own: what is said, with places such as {value}.', 1_000),
    reading: text(
      'Of your own: a value, as device/quantity: freezer/temperature_c.',
      limits.seriesDeviceLengthMax + limits.quantityLengthMax + 1,
    ),
    above: number('It holds while the value is more.'),
    below: number('It holds while the value is less.'),
    equals: number('It holds while the value is this one.'),
    differs: number('It holds while the value is any but this one.'),
    clears: number('It is over only when the value is back at this one; with above or below.'),
    state: Type.Optional(
      Type.Object(
        {
          of: Type.String({ description: 'Id of a device or a source.', minLength: 1, maxLength: 64 }),
          is: Type.Array(Type.Enum([...stateNames], { description: 'A state.' }), {
            description: 'It holds while it is in one of these states.',
            minItems: 1,
            maxItems: stateNames.length,
            uniqueItems: true,
          }),
        },
        {
          description: 'Of your own: the state of a device or a source.',
          required: ['of', 'is'],
          additionalProperties: false,
        },
      ),
    ),
    health: text('Of your own: lines of the health whose subjects begin so: storage.', 200),
    status: Type.Optional(
      Type.Enum(['degraded', 'failing'], {
        description: 'With health: it holds while a line is that bad, or worse. Default: degraded.',
      }),
    ),
    silent: text('Of your own: id of a device or a source that says nothing good.', 64),
    periods: Type.Optional(periods('With silent: so many of its periods. Default: 3.')),
  },
  { description: 'A rule, or what is set of one.', required: ['id'], additionalProperties: false },
);

export const alertsSection: ConfigSection = {
  key: 'alerts',
  partedList: 'rules',
  problems: alertProblems,
  schema: Type.Object(
    {
      language: Type.Enum([...languages], {
        description: 'Of messages, where a notifier names no other.',
        default: 'en',
      }),
      link: Type.Optional(
        Type.String({
          description: 'Where people reach the page, such as https://egw.home:8443: messages link to it.',
          minLength: 1,
          maxLength: 500,
        }),
      ),
      quietHours: Type.Optional(
        Type.Object(
          {
            from: clock('By the clock of the site, such as 22:00.'),
            to: clock('Not in them; the next morning where it is earlier: 07:00.'),
          },
          {
            description: 'When only what is of safety is told; the rest is told at their end.',
            required: ['from', 'to'],
            additionalProperties: false,
          },
        ),
      ),
      silent: Type.Object(
        {
          enabled: Type.Boolean({
            description: 'Whether people are told of every source and device that says nothing good.',
            default: false,
          }),
          periods: {
            ...periods('So many of its own periods.'),
            default: silentPeriodsDefault,
          },
          for: period('And so long after that. Default: at once.'),
        },
        { description: 'Sources and devices that fall silent.', additionalProperties: false, default: {} },
      ),
      notifiers: notifierIds('With which alerts are sent. Default: all that are switched on.'),
      rules: Type.Array(rule, {
        description: 'What is set of rules, and rules of your own. A bad one is left out, the rest runs.',
        maxItems: limits.alertRulesMax,
        default: [],
      }),
    },
    { description: 'What people are told of, and when.', additionalProperties: false },
  ),
};

interface WrittenAlerts {
  readonly language?: Language;
  readonly link?: string;
  readonly quietHours?: { readonly from: string; readonly to: string };
  readonly silent?: { readonly enabled?: boolean; readonly periods?: number; readonly for?: string };
  readonly notifiers?: readonly string[];
  readonly rules?: readonly WrittenRule[];
  readonly leftOut?: readonly LeftOutItem[];
}

/** Of a section that has passed its checks; the defaults where there is none. */
export function alertsSettings(section: unknown): AlertsSettings {
  const written = (section ?? {}) as WrittenAlerts;
  const { language = 'en', link, quietHours, silent = {}, notifiers, rules = [], leftOut = [] } = written;
  return {
    language,
    link: link?.replace(/\/+$/, ''),
    quietHours: quietHours && {
      fromMinute: parseClock(quietHours.from),
      toMinute: parseClock(quietHours.to),
    },
    silent: {
      isEnabled: silent.enabled ?? false,
      periods: silent.periods ?? silentPeriodsDefault,
      forMs: parseDurationMs(silent.for ?? '') ?? 0,
    },
    ...{ notifiers, rules, leftOut },
  };
}
