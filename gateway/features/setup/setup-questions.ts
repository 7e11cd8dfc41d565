/** What is tried live once the questions that it needs are answered. */
export type SetupTest = 'meter' | 'weather-key' | 'weather-place' | 'thermostats';

export interface SetupQuestion {
  /** The variable in `.env`. */
  readonly variable: string;
  /** Older names of the same. */
  readonly aliases?: readonly string[];
  /** The option of the source that it is; of the period `period`. */
  readonly option?: { readonly kind: string; readonly name: string };
  readonly isSecret?: true;
  /** For people: what it is, and what an answer looks like. */
  readonly about: string;
  /** Tried when this one is answered. */
  readonly test?: SetupTest;
}

/** The questions of the logger mesura's wizard, in its order. */
export const setupQuestions: readonly SetupQuestion[] = [
  {
    variable: 'ENERGY_API_URL',
    option: { kind: 'homewizard-p1', name: 'host' },
    about:
      'Smart meter: address of your HomeWizard P1 meter, such as 192.168.1.20 or http://p1meter-aabbcc.local/api/v1/data',
    test: 'meter',
  },
  {
    variable: 'ENERGY_INTERVAL',
    option: { kind: 'homewizard-p1', name: 'period' },
    about: 'How often the meter is read: 10s, 1m or 1h; 24h at most',
  },
  {
    variable: 'OPENWEATHER_API_KEY',
    option: { kind: 'openweathermap', name: 'apiKey' },
    isSecret: true,
    about: 'Weather: your API key of openweathermap.org',
    test: 'weather-key',
  },
  {
    variable: 'WEATHER_INTERVAL',
    option: { kind: 'openweathermap', name: 'period' },
    about: 'How often the weather is read; the service has new data every 10m',
  },
  {
    variable: 'LATITUDE',
    option: { kind: 'openweathermap', name: 'latitude' },
    about: 'Where the home is: degrees north, such as 50.83172; negative in the south',
  },
  {
    variable: 'LONGITUDE',
    option: { kind: 'openweathermap', name: 'longitude' },
    about: 'Degrees east, such as 5.76712; negative in the west',
    test: 'weather-place',
  },
  {
    variable: 'EVOHOME_USERNAME',
    aliases: ['EVOHOME_EMAIL'],
    option: { kind: 'evohome', name: 'username' },
    about: 'Honeywell Evohome: the e-mail address of your Total Connect Comfort account',
  },
  {
    variable: 'EVOHOME_PASSWORD',
    option: { kind: 'evohome', name: 'password' },
    isSecret: true,
    about: 'Its password',
    test: 'thermostats',
  },
  {
    variable: 'EVOHOME_INTERVAL',
    option: { kind: 'evohome', name: 'period' },
    about: 'How often the rooms are read; more often than every 5m may lock the account',
  },
  {
    variable: 'DATA_DIR',
    about: 'The folder of the database and of all state, with this .env',
  },
  {
    variable: 'SEPARATE_DBS',
    about:
      'For Grafana (sink sqlite-wide of egw.yaml): true writes a SQLite file a source, false all into monitor.db',
  },
];

/** Where the answers begin that a test is about. */
export function firstQuestionOf(test: SetupTest): number {
  const first = {
    meter: 'ENERGY_API_URL',
    'weather-key': 'OPENWEATHER_API_KEY',
    'weather-place': 'LATITUDE',
    thermostats: 'EVOHOME_USERNAME',
  };
  return setupQuestions.findIndex(({ variable }) => variable === first[test]);
}
