import t from 'tap';
import { missingForI2cBus, runOnI2cBus } from './i2c-bus-program.ts';
import { scratchFolder } from './scratch-folder.ts';

// Building an addon takes its time on a busy machine.
t.setTimeout(300_000);

const request = {
  bus: 1,
  address: 0x48,
  channels: ['a0', 'a1', 'a2', 'a3'],
  fullScaleMv: 4096,
  dataRate: 860,
  mode: 'single',
  mainsHz: 50,
  cycles: 10,
};

/** Runs in another Node, with the gateway's own modules: what the real package makes of a converter. */
const script = `
import { readdirSync, readlinkSync } from 'node:fs';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { sampleAds1115 } from './gateway/io/sources/ads1115-sampler.mjs';
import { openI2cBus } from './gateway/io/i2c-bus.mjs';

const request = ${JSON.stringify(request)};
const cell = new Int32Array(new SharedArrayBuffer(4));
const time = { nowMs: () => performance.now(), sleep: (forMs) => void Atomics.wait(cell, 0, 0, forMs) };
const sample = (more) => sampleAds1115({ ...request, ...more }, { openBus: openI2cBus, time });
const failure = (more) => sample(more).then(() => 'none', ({ code, facts }) => ({ code, facts }));
const handles = () => readdirSync('/proc/self/fd').filter((fd) => {
  try { return readlinkSync('/proc/self/fd/' + fd).endsWith('fake-i2c-1'); } catch { return false; }
}).length;

if (isMainThread) {
  // First in threads, one after another: the package can be loaded by one at a time.
  const inThreads = [];
  for (const job of ['well', 'ended', 'well']) {
    const worker = new Worker(new URL(import.meta.url), { argv: [job] });
    const said = await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
    inThreads.push({ said, handles: handles() });
  }
  const well = await sample({});
  const continuous = await sample({ mode: 'continuous', channels: ['a0'] });
  const missing = await failure({ address: 0x49 });
  const noBus = await failure({ bus: 99 });
  for (let reading = 0; reading < 20; reading += 1) await sample({ channels: ['a1'], cycles: 1 });
  console.log(JSON.stringify({ inThreads, well, continuous, missing, noBus, handles: handles() }));
} else if (process.argv[2] === 'ended') {
  // Ended in the middle of its work, with the bus open.
  const bus = await openI2cBus(1);
  await bus.i2cRead(0x48, 2, Buffer.alloc(2));
  parentPort.postMessage(handles());
} else {
  parentPort.postMessage((await sample({ cycles: 1 })).length);
}
`;

t.test(
  'the real i2c-bus reads a converter, tells a missing one, and leaves no handle open',
  { skip: missingForI2cBus() ?? false, timeout: 120_000 },
  async (t) => {
    const said = (await runOnI2cBus(scratchFolder(t), script)) as Record<string, unknown>;
    t.match(said['inThreads'], [
      { said: 4, handles: 0 },
      { said: 1, handles: 0 },
      { said: 4, handles: 0 },
    ]);
    const inputsMv = [1_000, 2_500, 3_300, -120];
    t.match(
      said['well'],
      inputsMv.map((mv) => ({ crestMv: mv, saturated: 0 })),
    );
    t.equal((said['continuous'] as unknown[]).length, 1);
    t.match(said['missing'], {
      code: 'source_unavailable',
      facts: { address: '0x49', systemCode: 'EREMOTEIO' },
    });
    t.match(said['noBus'], { code: 'source_unavailable', facts: { bus: 99, systemCode: 'ENOENT' } });
    t.equal(said['handles'], 0);
  },
);
