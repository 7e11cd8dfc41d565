import { existsSync } from 'node:fs';
import t, { type Test } from 'tap';

/** Where libmodbus-dev has the sources of libmodbus's own tests. */
export const libmodbusExamples = '/usr/share/doc/libmodbus-dev/examples';

/** What the tests of this folder need, none of which comes with npm. All are Debian's; .ci/run installs them. */
const paths = {
  mbpoll: '/usr/bin/mbpoll',
  socat: '/usr/bin/socat',
  gcc: '/usr/bin/gcc',
  'pkg-config': '/usr/bin/pkg-config',
  'libc6-dev': '/usr/include/stdio.h',
  'libmodbus-dev': '/usr/include/modbus/modbus.h',
  /** The sources of libmodbus's own tests, which come with the same package but for images without documentation. */
  'libmodbus-dev/examples': `${libmodbusExamples}/unit-test-server.c`,
  'bluez-test-tools': '/usr/bin/btvirt',
  'collectd-core': '/usr/lib/collectd/modbus.so',
  'python3-pymodbus': '/usr/lib/python3/dist-packages/pymodbus',
  'python3-serial': '/usr/lib/python3/dist-packages/serial',
  'python3-serial-asyncio': '/usr/lib/python3/dist-packages/serial_asyncio',
} as const;
export type DebianPart = keyof typeof paths;

/** All that it takes to build and run a program with libmodbus. */
export const libmodbusParts: readonly DebianPart[] = ['gcc', 'pkg-config', 'libc6-dev', 'libmodbus-dev'];
export const pymodbusParts: readonly DebianPart[] = [
  'python3-pymodbus',
  'python3-serial',
  'python3-serial-asyncio',
];

// Other people's programs start when they start: tap's own 30 s are too few on a busy machine.
t.setTimeout(300_000);

/** One test with parts that are not ours, skipped by name where one is missing. */
export function withParts(
  parts: readonly DebianPart[],
  title: string,
  check: (t: Test) => Promise<void>,
): void {
  t.test(title, { skip: skipReason(parts), timeout: 120_000 }, check);
}

function skipReason(parts: readonly DebianPart[]): string | false {
  const missing = parts.filter((part) => !existsSync(paths[part]));
  if (missing.length === 0) return false;
  const files = missing.map((part) => paths[part]).join(', ');
  return `${missing.join(', ')} missing: there is no ${files} (apt-get install ${missing.map(packageOf).join(' ')})`;
}

function packageOf(part: DebianPart): string {
  return part.split('/')[0] ?? part;
}
