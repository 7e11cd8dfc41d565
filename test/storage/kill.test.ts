import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import t from 'tap';
import { everything, openScratch, startMs } from './scratch.ts';

const kills = 10;
const module = new URL('../../gateway/storage/database-service.ts', import.meta.url).href;

/** Appends for ever, three readings a commit, rolls up and packs in between, and prints each acknowledged one. */
function appender(directory: string, bootId: string): string {
  return `
    import { writeSync } from 'node:fs';
    const { DatabaseService } = await import(${JSON.stringify(module)});
    const service = new DatabaseService({ directory: ${JSON.stringify(directory)}, zone: 'UTC', nowMs: ${startMs} });
    const [series] = service.internSeries([{ device: 'meter', quantity: 'grid_power_w' }]);
    const from = service.databaseStatus().commits;
    for (let sequence = 1; ; sequence += 1) {
      const atMs = ${startMs} + (from + sequence) * 20_000;
      const batch = {
        series: Uint32Array.of(series, series, series),
        atMs: Float64Array.of(atMs, atMs + 1, atMs + 2),
        value: Float64Array.of(from + sequence, 1, 2),
        quality: new Uint8Array(3),
      };
      const { commit } = service.appendReadings({ bootId: ${JSON.stringify(bootId)}, sequence }, batch);
      writeSync(1, commit + ' ' + atMs + '\\n');
      if (sequence % 5 === 0) service.rollUp(atMs);
      if (sequence % 17 === 0) service.packReadings(atMs);
    }`;
}

t.test('of a process that is killed nothing acknowledged is lost, and nothing is there twice', async (t) => {
  const directory = t.testdir();
  const acknowledged = new Map<number, number>();
  for (let kill = 1; kill <= kills; kill += 1) {
    const script = appender(directory, `boot-${kill}`);
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
    const lines = createInterface(child.stdout);
    let count = 0;
    lines.on('line', (line) => {
      const [commit = NaN, atMs = NaN] = line.split(' ').map(Number);
      acknowledged.set(commit, atMs);
      count += 1;
      if (count === kill * 13) child.kill('SIGKILL');
    });
    await once(child, 'close');
    t.ok(count >= kill * 13);
  }
  const service = openScratch(directory, 'UTC');
  const { rows } = service.rawRange(everything(1));
  const times = rows.map(({ atMs }) => atMs);
  t.equal(new Set(times).size, times.length, 'nothing twice');
  const stored = new Set(times);
  const lost = [...acknowledged.values()].filter(
    (atMs) => ![0, 1, 2].every((index) => stored.has(atMs + index)),
  );
  t.same(lost, [], 'nothing lost');
  const { commits, readings } = service.databaseStatus();
  t.equal(readings, rows.length);
  t.equal(commits * 3, rows.length, 'commits are whole, and numbered without a gap');
  t.ok(commits - acknowledged.size <= kills, 'at most the last commit of each process was not heard of');
  const counted = service.rollupRange(everything(1), '1h').rows.reduce((sum, { n }) => sum + n, 0);
  t.equal(counted, rows.length, 'the rollups count every reading once');
  service.close();
});
