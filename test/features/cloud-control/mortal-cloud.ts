/**
 * Control from the cloud over a real database, in a process that kills itself (SIGKILL) at the n-th of its moments:
 * before and after each call of the database, and around what a command does. Messages are lines on stdin, as is
 * `end`; results are lines on stdout, and what ran is in a file. `node mortal-cloud.ts DIRECTORY MOMENT`
 */
import { appendFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Type } from 'typebox';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createSchemaChecks } from '../../../gateway/faces/commands/schema-check.ts';
import { createCloud, type CloudPorts } from '../../../gateway/features/cloud-control/cloud.ts';
import { defineCommand } from '../../../gateway/features/command.ts';
import { closed } from '../../../gateway/features/schema.ts';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import type { StoreCalls } from '../../../gateway/storage/store-calls.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import { createRealAlarm } from '../../../gateway/system/real-alarm.ts';
import { BackendKey } from './backend-key.ts';

const directory = process.argv[2] ?? '.';
let momentsLeft = Number(process.argv[3]);

function moment(): void {
  momentsLeft -= 1;
  if (momentsLeft === 0) process.kill(process.pid, 'SIGKILL');
}

const set = defineCommand({
  id: 'thing.set',
  summary: 'Notes that it ran',
  scope: 'control',
  input: closed({ name: Type.String() }),
  output: closed({}),
  http: { method: 'POST', path: '/things' },
  run: (_ports: null, { name }) => {
    moment();
    appendFileSync(join(directory, 'ran'), `${name}\n`);
    moment();
    return {};
  },
});

const database = await openInProcessDatabase({ directory, zone: 'UTC', nowMs: realClock.wall() });
const store: CloudPorts['store'] = {
  call: async <Name extends keyof StoreCalls>(name: Name, ...parameters: Parameters<StoreCalls[Name]>) => {
    moment();
    const answer = await database.call(name, ...parameters);
    moment();
    return answer;
  },
};
const { control } = createCloud(
  {
    clock: realClock,
    alarm: createRealAlarm(realClock),
    logger: silentLogger,
    isClockTrusted: () => true,
    identity: {
      gatewayId: 'abcdefghijklmnop',
      serial: '0123456789abcdef01',
      sign: () => Promise.resolve(''),
      signMessage: (_domain, message) => Promise.resolve({ ...message, signature: '' }),
    },
    checkOf: createSchemaChecks(),
    restPaths: () => ({ find: () => undefined }),
    send: ({ body }) => {
      moment();
      writeSync(1, `${Buffer.from(body).toString()}\n`);
    },
    store,
    findDevice: () => undefined,
    openBroker: () => Promise.reject(new Error('no broker')),
    security: { note: () => undefined },
    rates: { take: () => undefined },
    commands: () => ({
      declarationOf: (id) => (id === set.id ? set : undefined),
      dispatch: (_id, input, call) => Promise.resolve(set.run(null, input as { name: string }, call)),
    }),
  },
  { rootKey: new BackendKey('root').publicKey, isOff: false },
);
await control.start();
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  control.receive(Buffer.from(line), 'main');
  await control.settled();
}
await control.stop();
await database.close();
process.exit(0);
