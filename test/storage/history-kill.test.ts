import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { DatabaseService } from '../../gateway/storage/database-service.ts';
import { importedHours, importNowMs, importOptions } from './faults/imported-hours.ts';

const importer = fileURLToPath(new URL('./faults/importer.ts', import.meta.url));

/** Kills the importer when it has taken so many hours; answers their starts. */
async function importUntilKilled(directory: string, hours: number): Promise<ReadonlySet<number>> {
  const child = spawn(process.execPath, ['--no-warnings', importer, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const taken = new Set<number>();
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    taken.add(Number(line));
    if (taken.size === hours) child.kill('SIGKILL');
  }
  await closed;
  return taken;
}

function open(directory: string): DatabaseService {
  return new DatabaseService({ directory, zone: 'Europe/Paris', nowMs: importNowMs });
}

/** All that can be seen of what was imported. */
function seen(service: DatabaseService): unknown {
  while (service.rollUp(importNowMs).remaining);
  while (service.countEnergy(importNowMs).remaining);
  const [series] = service.listSeries().map(({ id }) => id);
  const query = { series: series ?? 0, fromMs: 0, toMs: importNowMs, rowsMax: 10_000 };
  const { startMs, mwh } = service.energyRange({ series: [query.series], fromMs: 0, toMs: importNowMs });
  return [
    service.rawRange(query).rows,
    ...(['1m', '1h', '1d'] as const).map((level) => service.rollupRange(query, level).rows),
    [...startMs],
    [...mwh],
  ];
}

t.test(
  'of imports that are killed nothing taken is lost, and said again nothing is there twice',
  async (t) => {
    const directories = t.testdir({ killed: {}, whole: {} });
    const taken = new Set<number>();
    for (const hours of [3, 41])
      for (const startMs of await importUntilKilled(`${directories}/killed`, hours)) taken.add(startMs);
    const [killed, whole] = [open(`${directories}/killed`), open(`${directories}/whole`)];
    for (const hour of importedHours()) {
      const { added, known } = killed.addHistory([hour], importOptions);
      t.equal(added + known, 60);
      if (taken.has(hour.startMs)) t.equal(added, 0, `${hour.startMs} was acknowledged`);
      whole.addHistory([hour], importOptions);
    }
    t.ok(taken.size >= 41);
    t.same(seen(killed), seen(whole));
    killed.close();
    whole.close();
  },
);
