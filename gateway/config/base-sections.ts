import { Type } from 'typebox';
import { limits } from '../core/limits.ts';
import type { ConfigSection } from './section.ts';

const days = { minimum: 1, maximum: 36_500 };

const site = Type.Object(
  {
    name: Type.String({
      description: 'Name of the place, for people.',
      minLength: 1,
      maxLength: 64,
      default: 'Home',
    }),
    zone: Type.Optional(
      Type.String({
        description: "IANA time zone, such as Europe/Paris. Default: the machine's own.",
        maxLength: 64,
      }),
    ),
    clock: Type.Enum(['auto', 'always'], {
      description:
        'auto: the clock of the machine is believed when nothing speaks against it; always: whatever it says.',
      default: 'auto',
    }),
    latitude: Type.Optional(Type.Number({ description: 'Degrees, north +.', minimum: -90, maximum: 90 })),
    longitude: Type.Optional(Type.Number({ description: 'Degrees, east +.', minimum: -180, maximum: 180 })),
  },
  {
    description: 'Where the gateway stands.',
    additionalProperties: false,
    dependencies: { latitude: ['longitude'], longitude: ['latitude'] },
  },
);

const network = Type.Object(
  {
    allowLoopbackDevices: Type.Boolean({
      description: 'Lets devices stand on this machine itself: for simulators and tests only.',
      default: false,
    }),
  },
  { description: 'What the gateway may connect to.', additionalProperties: false },
);

const rates = Type.Object(
  {
    readPerSecond: Type.Optional(
      Type.Number({ description: 'Looking; 100 at once. Default: 20.', minimum: 1, maximum: 10_000 }),
    ),
    controlPerSecond: Type.Optional(
      Type.Number({
        description: 'Telling devices; five at once. Default: 1.',
        minimum: 0.01,
        maximum: 1_000,
      }),
    ),
    adminPerMinute: Type.Optional(
      Type.Number({
        description: 'Changing the gateway; ten at once. Default: 5.',
        minimum: 1,
        maximum: 10_000,
      }),
    ),
  },
  {
    description:
      'How often one token or key may ask over the network; the socket of the owner is not limited.',
    additionalProperties: false,
  },
);

const pemPath = { minLength: 1, maxLength: 4096 };

const tls = Type.Object(
  {
    port: Type.Integer({
      description: 'TCP port of the encrypted page and API; 0 takes any free one.',
      minimum: 0,
      maximum: 65_535,
      default: 8443,
    }),
    certificate: Type.Optional(
      Type.String({
        description:
          'File with your certificate and those of its authorities (PEM), absolute or seen from the data directory. Default: the gateway makes its own.',
        ...pemPath,
      }),
    ),
    key: Type.Optional(
      Type.String({ description: 'File with its private key (PEM, not encrypted).', ...pemPath }),
    ),
    only: Type.Boolean({
      description: 'Whether http.port is not opened at all.',
      default: false,
    }),
  },
  {
    description: 'Encryption. With neither file the gateway makes its own certificate.',
    additionalProperties: false,
    dependencies: { certificate: ['key'], key: ['certificate'] },
  },
);

const http = Type.Object(
  {
    host: Type.String({
      description: 'Address that the page and the API listen on. 0.0.0.0 opens them to the network.',
      minLength: 1,
      maxLength: 253,
      default: '127.0.0.1',
    }),
    port: Type.Integer({
      description: 'TCP port; 0 takes any free one.',
      minimum: 0,
      maximum: 65_535,
      default: 8080,
    }),
    names: Type.Array(
      Type.String({
        description: 'A name, such as egw.home.arpa.',
        minLength: 1,
        maxLength: 253,
        pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$',
      }),
      {
        description:
          "Names it is called by besides its own, its addresses and localhost, such as a router's DNS name.",
        maxItems: 16,
        default: [],
      },
    ),
    ancestorPaths: Type.Boolean({
      description: 'Answers at the paths of the gateway that this one follows, too: docs/compatibility.md.',
      default: true,
    }),
    plainTokens: Type.Optional(
      Type.Enum(['accept', 'refuse'], {
        description:
          'Whether tokens are taken from other machines without encryption, where whoever is on the way can read them. Default: accept without http.tls, refuse with it.',
      }),
    ),
    rates: Type.Optional(rates),
    tls: Type.Optional(tls),
  },
  { description: 'The page and the API.', additionalProperties: false },
);

const deviceRetention = Type.Object(
  {
    rawHours: Type.Optional(
      Type.Integer({ description: 'Hours that its raw readings are kept.', minimum: 1, maximum: 876_000 }),
    ),
    minuteDays: Type.Optional(
      Type.Integer({ description: 'Days that its 1-minute rollups are kept.', ...days }),
    ),
    hourDays: Type.Optional(Type.Integer({ description: 'Days that its 1-hour rollups are kept.', ...days })),
    dayDays: Type.Optional(Type.Integer({ description: 'Days that its 1-day rollups are kept.', ...days })),
  },
  { description: 'What is not said is as for all others.', additionalProperties: false },
);

const retention = Type.Object(
  {
    rawDays: Type.Integer({ description: 'Days that raw readings are kept.', ...days, default: 7 }),
    minuteDays: Type.Integer({ description: 'Days that 1-minute rollups are kept.', ...days, default: 400 }),
    hourDays: Type.Optional(
      Type.Integer({ description: 'Days that 1-hour rollups are kept. Default: for ever.', ...days }),
    ),
    dayDays: Type.Optional(
      Type.Integer({ description: 'Days that 1-day rollups are kept. Default: for ever.', ...days }),
    ),
    devices: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }), deviceRetention, {
        description: 'Devices whose history is kept otherwise, by id.',
        additionalProperties: false,
      }),
    ),
  },
  { description: 'How long each level of history is kept.', additionalProperties: false, default: {} },
);

const card = Type.Object(
  {
    sizeGb: Type.Optional(
      Type.Number({
        description: 'Size of the card as its label says. Default: that of the file system.',
        minimum: 0.1,
        maximum: 1_000_000,
      }),
    ),
    // Makers of consumer cards do not say: flash of three bits a cell bears 3,000 to 5,000 writes mostly, and 300 in
    // the worst chips (micrometer.xyz/cdn/node/110).
    writesPerCell: Type.Integer({
      description:
        'How often the whole card can be written: 300 for the worst consumer cards, more for endurance ones.',
      minimum: 1,
      maximum: 1_000_000,
      default: 300,
    }),
  },
  { description: 'The card, for its expected life.', additionalProperties: false, default: {} },
);

const backup = Type.Object(
  {
    directory: Type.Optional(
      Type.String({
        description:
          'Folder of the backups, absolute or seen from the data directory; it must exist. Default: backups in that.',
        minLength: 1,
        maxLength: 4096,
      }),
    ),
    keep: Type.Integer({
      description: 'How many of those named by their time are kept, the newest.',
      minimum: 1,
      maximum: 1_000,
      default: 3,
    }),
    everyDays: Type.Optional(
      Type.Integer({
        description: 'Writes one by itself when the newest is so many days old. Default: never.',
        minimum: 1,
        maximum: 365,
      }),
    ),
  },
  { description: 'Copies of the database.', additionalProperties: false, default: {} },
);

const storage = Type.Object(
  {
    policy: Type.Enum(['durable', 'balanced', 'sdcard'], {
      description: 'How often readings are committed: every second, every 10 s, or every 60 s.',
      default: 'balanced',
    }),
    quotaMb: Type.Optional(
      Type.Integer({
        description:
          'Room that the database may take, in MB of 1,048,576 bytes; the oldest history gives way before. Default: half of its file system, 4096 at most.',
        minimum: limits.quotaMbMin,
        maximum: limits.quotaMbMax,
      }),
    ),
    retention,
    backup,
    card,
  },
  { description: 'The history of readings.', additionalProperties: false },
);

const log = Type.Object(
  {
    level: Type.Enum(['debug', 'info', 'warn', 'error'], {
      description: 'Least severe line that is written.',
      default: 'info',
    }),
    format: Type.Enum(['auto', 'json', 'pretty'], {
      description: 'auto writes lines for people on a terminal and JSON anywhere else.',
      default: 'auto',
    }),
  },
  { description: 'The log.', additionalProperties: false },
);

const home = Type.Object(
  {
    gridMeter: Type.Optional(
      Type.String({
        description: 'Id of the device that measures what the house takes from the grid.',
        maxLength: 64,
      }),
    ),
  },
  { description: 'How the devices make up the home.', additionalProperties: false },
);

/** The sections that belong to no feature. */
export const baseSections: readonly ConfigSection[] = [
  { key: 'site', schema: site },
  { key: 'network', schema: network },
  { key: 'http', schema: http },
  { key: 'storage', schema: storage },
  { key: 'log', schema: log },
  { key: 'home', schema: home },
];
