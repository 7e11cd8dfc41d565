import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { withParts } from './debian-part.ts';
import { agrees, startFrozenHome, type HomeValue } from './frozen-home.ts';
import { OtherProgram } from './other-program.ts';
import { scratchFolder } from './scratch-folder.ts';

const encodings = { u16: 'Uint16', s16: 'Int16', u32: 'Uint32', s32: 'Int32', f32: 'Float' } as const;
const lookAgainMs = 100;

withParts(
  ['collectd-core'],
  "collectd's modbus plugin reads of the simulated home what the gateway does",
  async (t) => {
    const home = (await startFrozenHome(t)).filter(isForCollectd);
    t.ok(home.length > 40, 'most values are in a format that the plugin knows');
    const folder = scratchFolder(t);
    mkdirSync(join(folder, 'csv'));
    writeFileSync(join(folder, 'types.db'), 'gauge value:GAUGE:U:U\n');
    writeFileSync(join(folder, 'collectd.conf'), configuration(folder, home));
    const collectd = new OtherProgram(t, '/usr/sbin/collectd', ['-f', '-C', join(folder, 'collectd.conf')]);
    for (const [index, value] of home.entries()) {
      const said = await written(collectd, join(folder, 'csv', `port-${value.port}`, 'modbus-device'), index);
      t.ok(agrees(value, said), `${value.field.name} is ${value.value}, and collectd says ${said}`);
    }
  },
);

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
  const hosts = [...new Set(home.map(({ port }) => port))].map((port) => {
    const mine = [...home.entries()].filter(([, value]) => value.port === port);
    return `<Host "port-${port}">
      Address "127.0.0.1"
      Port "${port}"
      <Slave ${mine[0]?.[1].unit}>
        Instance "device"
        ${mine.map(([index]) => `Collect "v${index}"`).join('\n        ')}
      </Slave>
    </Host>`;
  });
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

/** The first number that collectd wrote for the value, as soon as it is there. */
async function written(collectd: OtherProgram, folder: string, index: number): Promise<number> {
  for (;;) {
    const name = (existsSync(folder) ? readdirSync(folder) : []).find((each) =>
      each.startsWith(`gauge-v${index}-`),
    );
    const lines = name === undefined ? [] : readFileSync(join(folder, name), 'utf8').split('\n');
    const [, number] = /^[\d.]+,(.+)$/.exec(lines[1] ?? '') ?? [];
    if (number !== undefined) return Number(number);
    if (collectd.hasEnded) throw new Error(`collectd ended: ${collectd.output}`);
    await setTimeout(lookAgainMs);
  }
}

t.end();
