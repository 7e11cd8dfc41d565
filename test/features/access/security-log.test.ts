import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createSecurityLog, type SecurityLog } from '../../../gateway/features/access/security-log.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { MemoryStore } from '../../faces/memory-store.ts';

const event = { kind: 'token.unknown', origin: '10.0.0.1', detail: 'GET /api/v1/devices' };

function bench(): { time: ManualTime; store: MemoryStore; log: SecurityLog; written(): Promise<void> } {
  const time = new ManualTime();
  const store = new MemoryStore();
  const log = createSecurityLog({ store, clock: time, alarm: time, logger: silentLogger });
  // The store answers at once, so what was begun is done when the queue of promises is empty.
  const written = async (): Promise<void> => {
    for (let turn = 0; turn < 500; turn += 1) await Promise.resolve();
  };
  return { time, store, log, written };
}

t.test('the first event is written at once, a burst after it as one', async (t) => {
  const { time, store, log, written } = bench();
  log.note(event);
  time.pass(0);
  await written();
  t.match(store.security, [{ ...event, count: 1 }]);
  for (let count = 0; count < 1_000; count += 1) log.note(event);
  time.pass(limits.securityWriteIntervalMs - 1);
  await written();
  t.equal(store.security.length, 1);
  time.pass(1);
  await written();
  t.match(store.security, [{ count: 1 }, { ...event, count: 1_000 }]);
});

t.test('however many origins there are, memory and writes are bounded, and none is left out', async (t) => {
  const { time, store, log, written } = bench();
  for (let count = 0; count < 5_000; count += 1) log.note({ ...event, origin: `10.0.0.${count}` });
  time.pass(0);
  await written();
  t.equal(store.security.length, limits.securityEventsPending + 1);
  t.match(store.security.at(-1), { origin: 'many', count: 5_000 - limits.securityEventsPending });
});

t.test('what waits is written at the end, and nothing after it', async (t) => {
  const { time, store, log } = bench();
  log.note(event);
  await log.close();
  t.equal(store.security.length, 1);
  log.note(event);
  time.pass(60_000);
  t.equal(store.security.length, 1);
  t.equal(time.waiting, 0);
});

t.test('events of an hour are counted, but for what anybody does who comes for the first time', (t) => {
  const { time, log } = bench();
  for (let count = 0; count < 7; count += 1) log.note(event);
  log.note({ ...event, kind: 'credential.missing' });
  log.note({ ...event, kind: 'signature.challenge_required' });
  t.equal(log.countOfHour(), 7);
  time.pass(30 * 60_000);
  log.note(event);
  t.equal(log.countOfHour(), 8);
  time.pass(31 * 60_000);
  t.equal(log.countOfHour(), 1);
  t.end();
});

t.test('a store that fails loses the event and nothing else', async (t) => {
  const { store, log } = bench();
  store.failing = new Error('no disk');
  log.note(event);
  await t.resolves(log.close());
});
