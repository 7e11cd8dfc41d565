import { crc16Arc } from './crc16-arc.ts';
import { meterLocalTime } from './meter-local-time.ts';
import type { P1Readings } from './p1-readings.ts';

/** Netherlands DSMR 5 and 3, Belgium, Sweden. */
export type TelegramVariant = 'nl-5' | 'nl-3' | 'be' | 'se';

export interface TelegramOptions {
  readonly variant: TelegramVariant;
  /** IANA, of the meter's clock. */
  readonly zone: string;
}

const meterIdHex = '4530303339303031383237363534333139';
const gasIdHex = '4730303332353631323738373634353139';
const waterIdHex = '5730303135383234363130393237333138';

/** What a P1 port sends: the telegram with its checksum, lines ending in CRLF. */
export function dsmrTelegram(readings: P1Readings, { variant, zone }: TelegramOptions): string {
  const lines = writers[variant](readings, (atMs) => {
    const { digits, mark } = meterLocalTime(atMs, zone);
    return variant === 'nl-3' ? digits : `${digits}${mark}`;
  });
  const text = `${lines.join('\r\n')}\r\n!`;
  if (variant === 'nl-3') return `${text}\r\n`;
  const crc = crc16Arc(Buffer.from(text, 'latin1')).toString(16).toUpperCase().padStart(4, '0');
  return `${text}${crc}\r\n`;
}

type Writer = (readings: P1Readings, time: (atMs: number) => string) => readonly string[];

const writers: Readonly<Record<TelegramVariant, Writer>> = {
  'nl-5': (readings, time) => [
    '/ABC5\\2M550E-1012',
    '',
    '1-3:0.2.8(50)',
    `0-0:1.0.0(${time(readings.atMs)})`,
    `0-0:96.1.1(${meterIdHex})`,
    ...tariffLines(readings, [1, 2]),
    `0-0:96.14.0(000${readings.tariff})`,
    ...powerLines(readings, 2),
    '0-0:96.7.21(00007)',
    '0-0:96.7.9(00002)',
    '1-0:99.97.0(1)(0-0:96.7.19)(251102031500W)(0000000251*s)',
    '0-0:96.13.0()',
    ...phaseLines(readings, 2),
    ...childLines(1, ['003', gasIdHex, time(readings.childAtMs), readings.gasM3], '96.1.0', '24.2.1'),
    ...childLines(2, ['007', waterIdHex, time(readings.childAtMs), readings.waterM3], '96.1.0', '24.2.1'),
  ],
  'nl-3': (readings, time) => [
    '/ISk5\\2MT382-1004',
    '',
    `0-0:96.1.1(${meterIdHex})`,
    ...tariffLines(readings, [1, 2]),
    `0-0:96.14.0(000${readings.tariff})`,
    ...powerLines(readings, 2),
    '0-0:17.0.0(999.9*kW)',
    '0-0:96.3.10(1)',
    '0-0:96.13.0()',
    '0-1:24.1.0(3)',
    `0-1:96.1.0(${gasIdHex})`,
    `0-1:24.3.0(${time(readings.childAtMs)})(00)(60)(1)(0-1:24.2.1)(m3)`,
    `(${fixed(readings.gasM3, 5, 3)})`,
    '0-1:24.4.0(1)',
  ],
  be: (readings, time) => [
    '/FLU5\\253770234_A',
    '',
    '0-0:96.1.4(50217)',
    `0-0:96.1.1(${meterIdHex})`,
    `0-0:1.0.0(${time(readings.atMs)})`,
    ...tariffLines(readings, [2, 1]),
    `0-0:96.14.0(000${3 - readings.tariff})`,
    ...powerLines(readings, 2),
    ...phaseLines(readings, 2),
    '0-0:96.3.10(1)',
    '0-0:96.13.0()',
    ...childLines(1, ['003', gasIdHex, time(readings.childAtMs), readings.gasM3], '96.1.1', '24.2.3'),
  ],
  se: (readings, time) => [
    '/LGF5E360',
    '',
    `0-0:1.0.0(${time(readings.atMs)})`,
    `1-0:1.8.0(${kwh(sum(readings.importWh), 8)})`,
    `1-0:2.8.0(${kwh(sum(readings.exportWh), 8)})`,
    ...powerLines(readings, 4),
    ...phaseLines(readings, 4),
  ],
};

/** The registers as that country numbers the low and the normal tariff. */
function tariffLines({ importWh, exportWh }: P1Readings, [low, normal]: readonly [number, number]): string[] {
  return [[1, importWh] as const, [2, exportWh] as const].flatMap(([direction, [lowWh, normalWh]]) =>
    [
      `1-0:${direction}.8.${low}(${kwh(lowWh, 6)})`,
      `1-0:${direction}.8.${normal}(${kwh(normalWh, 6)})`,
    ].sort(),
  );
}

function powerLines({ powerW }: P1Readings, digits: number): string[] {
  return [`1-0:1.7.0(${kw(Math.max(0, powerW), digits)})`, `1-0:2.7.0(${kw(Math.max(0, -powerW), digits)})`];
}

function phaseLines({ phaseW, phaseV, phaseA }: P1Readings, digits: number): string[] {
  return [
    ...phaseV.map((volt, phase) => `1-0:${3 + 2 * phase}2.7.0(${fixed(volt, 3, 1)}*V)`),
    ...phaseA.map((ampere, phase) => `1-0:${3 + 2 * phase}1.7.0(${fixed(Math.abs(ampere), 3, 0)}*A)`),
    ...phaseW.map((watt, phase) => `1-0:${2 + 2 * phase}1.7.0(${kw(Math.max(0, watt), digits)})`),
    ...phaseW.map((watt, phase) => `1-0:${2 + 2 * phase}2.7.0(${kw(Math.max(0, -watt), digits)})`),
  ];
}

type Child = readonly [type: string, idHex: string, time: string, cubicMetres: number];

function childLines(channel: number, [type, idHex, time, m3]: Child, idCode: string, code: string): string[] {
  return [
    `0-${channel}:24.1.0(${type})`,
    `0-${channel}:${idCode}(${idHex})`,
    `0-${channel}:${code}(${time})(${fixed(m3, 5, 3)}*m3)`,
  ];
}

function kwh(wattHours: number, digits: number): string {
  return `${fixed(wattHours / 1000, digits, 3)}*kWh`;
}

function kw(watt: number, digits: number): string {
  return `${fixed(watt / 1000, digits, 3)}*kW`;
}

function fixed(value: number, digits: number, decimals: number): string {
  return value.toFixed(decimals).padStart(digits + (decimals === 0 ? 0 : decimals + 1), '0');
}

function sum([one, two]: readonly [number, number]): number {
  return one + two;
}
