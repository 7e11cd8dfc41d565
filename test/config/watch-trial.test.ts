import t from 'tap';
import { trialMs } from '../../gateway/config/choose-configuration.ts';
import { startConfiguration } from '../../gateway/config/start-configuration.ts';
import { watchTrial } from '../../gateway/config/watch-trial.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import type { LivenessBreach } from '../../gateway/engine/liveness.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { plainInputs } from './inputs.ts';
import { createMemoryDisk, type MemoryDisk } from './memory-disk.ts';

const path = '/data/egw.yaml';
const breach: LivenessBreach = { task: 'harvest:roof', kind: 'stuck', overdueMs: 1 };

async function onTrial(disk: MemoryDisk) {
  const clock = new SimulatedClock(Date.UTC(2026, 0, 1));
  const options = { ...plainInputs, environment: { EGW_DATA_DIR: '/data' }, disk };
  const started = await startConfiguration(options, 1);
  const breaches: LivenessBreach[] = [];
  const errors: string[] = [];
  let rejections = 0;
  const stop = watchTrial(started, {
    clock,
    alarm: clock,
    logger: { ...silentLogger, error: (_, message) => errors.push(message) },
    livenessBreaches: () => breaches,
    onReject: () => (rejections += 1),
  });
  const choice = async () => (await startConfiguration(options, 2)).choice;
  return { clock, breaches, errors, stop, choice, rejections: () => rejections };
}

t.test('a configuration that runs well for the time of its trial is kept', async (t) => {
  const { clock, choice } = await onTrial(createMemoryDisk({ [path]: '{}\n' }));
  await clock.advance(trialMs - 10_000);
  t.match(await choice(), { why: 'trial' });
  await clock.advance(10_000);
  t.match(await choice(), { why: 'same' });
});

t.test('a full disk ends no gateway: the outcome is written when there is room, and told once', async (t) => {
  const disk = createMemoryDisk({ [path]: '{}\n' });
  const { clock, errors, choice } = await onTrial(disk);
  disk.isFull = true;
  await clock.advance(trialMs + 60_000);
  t.same(errors, ['the outcome of the trial cannot be written down']);
  disk.isFull = false;
  await clock.advance(5_000);
  t.match(await choice(), { why: 'same' });
});

t.test('one that breaks a contract is sent back, once', async (t) => {
  const disk = createMemoryDisk({ [path]: '{}\n' });
  await (await onTrial(disk)).clock.advance(trialMs);
  disk.files.set(path, 'site: { name: Barn }\n');
  const { clock, breaches, choice, rejections } = await onTrial(disk);
  breaches.push(breach);
  await clock.advance(60_000);
  t.equal(rejections(), 1);
  t.match(await choice(), { use: 'last-good', why: 'rejected_before' });
});

t.test('one that breaks a contract with nothing to go back to has its trial from then on', async (t) => {
  const { clock, breaches, choice, rejections } = await onTrial(createMemoryDisk({ [path]: '{}\n' }));
  await clock.advance(trialMs - 60_000);
  breaches.push(breach);
  await clock.advance(5_000);
  breaches.length = 0;
  await clock.advance(trialMs - 10_000);
  t.equal(rejections(), 0);
  t.match(await choice(), { why: 'trial' });
  await clock.advance(10_000);
  t.match(await choice(), { why: 'same' });
});

t.test('a trial that was ended looks no more', async (t) => {
  const { clock, stop, choice } = await onTrial(createMemoryDisk({ [path]: '{}\n' }));
  stop();
  await clock.advance(2 * trialMs);
  t.match(await choice(), { why: 'trial' });
});
