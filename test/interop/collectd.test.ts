import assert from 'node:assert';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { withParts } from './debian-part.ts';
import { agrees, byPlace, startFrozenHome, startFrozenHomeOnLine, type HomeValue } from './frozen-home.ts';
import { OtherProgram } from './other-program.ts';
import { scratchFolder } from './scratch-folder.ts';

const encodings = { u16: 'Uint16', s16: 'Int16', u32: 'Uint32', s32: 'Int32', f32: 'Float' } as const;
const lookAgainMs = 100;

const homes = {
  'over Modbus TCP': { start: startFrozenHome, parts: ['collectd-core'] },
  'on a serial line': { start: startFrozenHomeOnLine, parts: ['collectd-core', 'socat'] },
} as const;

for (const [where, { start, parts }] of Object.entries(homes)) {
  const title = `collectd's modbus plugin reads of the simulated home ${where} what the gateway does`;
  withParts(parts, title, async (t) => {
    const home = (await start(t)).filter(isForCollectd);
    t.ok(home.length > 40, 'most values are in a format that the plugin knows');
    const folder = scratchFolder(t);
    mkdirSync(join(folder, 'csv'));
    writeFileSync(join(folder, 'types.db'), 'gauge value:GAUGE:U:U\n');
    writeFileSync(join(folder, 'collectd.conf'), configuration(folder, home));
    const collectd = new OtherProgram(t, '/usr/sbin/collectd', ['-f', '-C', join(folder, 'collectd.conf')]);
    for (const [index, value] of home.entries()) {
      const said = await written(collectd, join(folder, 'csv'), index);
      t.ok(agrees(value, said), `${value.field.name} is ${value.value}, and collectd says ${said}`);
    }
  });
}

/** One value that a device refuses ends the plugin's whole reading of that host. */
function isForCollectd({ value, field }: HomeValue): boolean {
  return value !== 'refused' && field.encoding in encodings;
}

/** Without scales: what is compared is the number that stands in the registers. */
function configuration(folder: string, home: readonly HomeValue[]): string {
  const data = home.map(({ field, wordOrder }, index) => {
    const type = encodings[field.encoding as keyof typeof encodings];
    const isSwapped = wordOrder === 'little' && !type.endsWith('16');
    return `<Data "v${index}">
      RegisterBase ${field.address}
      RegisterCmd ${field.table === 'input' ? 'ReadInput' : 'ReadHolding'}
      RegisterType ${type}${isSwapped ? 'LE' : ''}
      Type gauge
      Instance "v${index}"
    </Data>`;
  });
  const hosts = [...byPlace(home).values()].map(
    (values, index) => `<Host "place-${index}">
      ${values[0] === undefined ? '' : address(values[0].endpoint)}
      ${[...new Set(values.map(({ unit }) => unit))].map((unit) => slave(unit, values, home)).join('\n      ')}
    </Host>`,
  );
  return `BaseDir "${folder}"
PIDFile "${join(folder, 'collectd.pid')}"
TypesDB "${join(folder, 'types.db')}"
Interval 1
LoadPlugin csv
LoadPlugin modbus
<Plugin csv>
  DataDir "${join(folder, 'csv')}"
</Plugin>
<Plugin modbus>
  ${[...data, ...hosts].join('\n  ')}
</Plugin>
`;
}

/** The plugin's serial lines are always without parity, with one stop bit. */
function address(endpoint: HomeValue['endpoint']): string {
  return 'port' in endpoint
    ? `Address "${endpoint.host}"\n      Port "${endpoint.port}"`
    : `Device "${endpoint.path}"\n      Baudrate ${endpoint.baudRate}`;
}

function slave(unit: number, values: readonly HomeValue[], home: readonly HomeValue[]): string {
  const mine = values.filter((value) => value.unit === unit);
  return `<Slave ${unit}>
        ${mine.map((value) => `Collect "v${home.indexOf(value)}"`).join('\n        ')}
      </Slave>`;
}

/** The first number that collectd wrote for the value, as soon as it is there. */
async function written(collectd: OtherProgram, folder: string, index: number): Promise<number> {
  for (;;) {
    const path = globSync(`*/modbus-slave_*/gauge-v${index}-*`, { cwd: folder })[0];
    const lines = path === undefined ? [] : readFileSync(join(folder, path), 'utf8').split('\n');
    const [, number] = /^[\d.]+,(.+)$/.exec(lines[1] ?? '') ?? [];
    if (number !== undefined) return Number(number);
    assert(!collectd.hasEnded, `collectd ended: ${collectd.output}`);
    await setTimeout(lookAgainMs);
  }
}

t.end();
