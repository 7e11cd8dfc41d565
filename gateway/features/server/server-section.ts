import { Type, type Static } from 'typebox';
import type { ConfigSection } from '../../config/section.ts';
import { limits } from '../../core/limits.ts';
import { serverProblems } from './server-checks.ts';

const idPattern = '^[a-z0-9]+(-[a-z0-9]+)*$';
const minutes = (description: string, usual: number, maximum = 240) =>
  Type.Number({ description, minimum: 0.5, maximum, default: usual });

const server = Type.Object(
  {
    name: Type.String({ description: 'For people.', minLength: 1, maxLength: 64, default: 'Server' }),
    startDate: Type.Optional(
      Type.String({
        description:
          'The first day of its accounts: 2024-06-01. Default: the day on which the meter is first read.',
        pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
      }),
    ),
    meter: Type.Optional(
      Type.String({
        description:
          'The plug it hangs on: a source or a part of one, alone or with a quantity (plug/load_energy_kwh).',
        pattern: '^[a-z0-9]+(-[a-z0-9]+)*(/[^/\\s]+)*$',
        maxLength: limits.seriesDeviceLengthMax + limits.quantityLengthMax,
      }),
    ),
    switch: Type.Optional(
      Type.String({
        description: 'What switches it: one of `switches`. Without it nothing is switched.',
        pattern: idPattern,
        maxLength: 64,
      }),
    ),
    policy: Type.Enum(['seed', 'tariff', 'none'], {
      description:
        'seed: off at 22:00 before a red day, on at 06:00 of the first day that is not red; tariff: off from 06:00 to 22:00 of a red day; none: only people switch.',
      default: 'seed',
    }),
    unknownColour: Type.Enum(['stay-on', 'turn-off', 'by-probability'], {
      description:
        'What to do when the colour is not known at the hour of switching, and the day may be red.',
      default: 'stay-on',
    }),
    redProbability: Type.Number({
      description: 'by-probability: off from this probability of red on.',
      minimum: 0,
      maximum: 1,
      default: 0.5,
    }),
    dryRun: Type.Boolean({
      description: 'true decides and writes down, and sends nothing.',
      default: false,
    }),
    offBelowWatts: Type.Number({
      description: 'It is off when its plug has shown less for a minute, and on when it shows more.',
      minimum: 0.1,
      maximum: 10_000,
      default: 15,
    }),
    offMinutes: minutes('It is told again when it is not off after so long; guests are stopped first.', 10),
    onMinutes: minutes('It is told again when it is not on after so long.', 5),
    tries: Type.Integer({
      description: 'Commands for one decision at most.',
      minimum: 1,
      maximum: 10,
      default: 3,
    }),
    ups: Type.Optional(
      Type.String({
        description: 'A source of the kind nut: the server is shut down when the mains are away for long.',
        pattern: idPattern,
        maxLength: 64,
      }),
    ),
    upsBatteryMinutes: minutes('On battery for so long: it is shut down.', 2),
    upsRuntimeMinutes: minutes('The battery lasts less: it is shut down.', 5),
    upsMainsMinutes: minutes('The mains are back for so long: the policy decides again.', 5),
  },
  {
    description: 'A machine that is shared: metered by a plug, and switched by the colours of Tempo.',
    additionalProperties: false,
  },
);

/** The configuration of the server, in force. */
export type ServerSettings = Static<typeof server>;

export const serverSection: ConfigSection = { key: 'server', schema: server, problems: serverProblems };

/** Of a section that has passed the schema; undefined: there is no server, neither metered nor switched. */
export function serverSettings(section: unknown): ServerSettings | undefined {
  const settings = section as ServerSettings | undefined;
  return settings?.meter === undefined && settings?.switch === undefined ? undefined : settings;
}
