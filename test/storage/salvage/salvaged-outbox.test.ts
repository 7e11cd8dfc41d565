import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { makeScratch } from '../faults/appender-process.ts';
import { batchOf, internSeries, openScratch, packAll, startMs } from '../scratch.ts';
import { Backend } from '../telemetry/backend.ts';
import { assertConserved, batchesOf, recordsOf, sealAll, startOf } from '../telemetry/sealing.ts';
import { damage, kindFor, seeded } from './damage.ts';
import { copyHome } from './damaged-home.ts';

t.setTimeout(120_000);
const trials = 20;
const commits = 300;
const folder = makeScratch();
t.teardown(() => rmSync(folder, { recursive: true }));
const home = buildHome(join(folder, 'home'));

/** Three hours of one commit in 36 s, sealed every minute or so; the last ones are not sealed. */
function buildHome(directory: string): string {
  mkdirSync(directory);
  const service = openScratch(directory);
  const ids = internSeries(service, 3);
  service.openTelemetry(startOf(0));
  for (let index = 1; index <= commits; index += 1) {
    const atMs = startMs + index * 36_000;
    const batch = batchOf(ids.map((id) => [id, atMs, id * 1_000 + index]));
    service.appendReadings({ bootId: 'boot', sequence: index }, batch);
    if (index < commits - 5) sealAll(service, atMs);
    if (index % 50 === 0) packAll(service, atMs);
  }
  service.close();
  return directory;
}

/** What a backend gets that had nothing before. */
function hearAll(service: DatabaseService): Backend {
  const backend = new Backend();
  // Reading finds what is damaged, and sealing tells it.
  for (let round = 0; round < 2; round += 1) {
    sealAll(service, startMs);
    const { chainsBefore, place } = service.telemetryStatus();
    for (const { epoch } of [...chainsBefore, ...(place === undefined ? [] : [place])])
      for (const batch of batchesOf(service, epoch)) backend.take(batch);
  }
  return backend;
}

/** What is refused as damaged is salvaged before the next call. */
function again<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    assert.equal(errorCodeOf(error), 'database_unreadable');
    return work();
  }
}

t.test('after any damage a backend gets every batch that is left, and is told of the others', (t) => {
  let salvaged = 0;
  let lost = 0;
  for (let seed = 1; seed <= trials; seed += 1) {
    const random = seeded(seed);
    const directory = join(folder, `trial-${seed}`);
    copyHome(home, directory);
    const said = `seed ${seed}: ${damage(directory, kindFor(random), random)}`;
    const service = openScratch(directory);
    const backend = again(() => {
      service.openTelemetry(startOf(1));
      return hearAll(service);
    });
    assertConserved(service);
    const { chainsBefore, place, readingsDropped } = service.telemetryStatus();
    assert.ok(place !== undefined, said);
    for (const { epoch, after, sequence, head } of [...chainsBefore, { after: 0, ...place }]) {
      if (after === 0) assert.deepEqual(backend.hadTo(epoch), { sequence, head }, said);
    }
    assert.equal(backend.declaredMissing, readingsDropped + left(service), said);
    salvaged += chainsBefore.length;
    lost += readingsDropped;
    service.close();
    rmSync(directory, { recursive: true });
  }
  t.ok(salvaged > 3, `${salvaged} were salvaged`);
  t.ok(lost > 0, `${lost} readings were lost in batches`);
  t.end();
});

/** Readings that left the log unsealed, as they were told. */
function left(service: DatabaseService): number {
  const { place } = service.telemetryStatus();
  return batchesOf(service, place?.epoch)
    .flatMap(recordsOf)
    .filter(({ kind, reason }) => kind === 'gap' && reason === 'off')
    .reduce((sum, { readings }) => sum + Number(readings), 0);
}

t.test('where the outbox stood is found by its batches when it is written down nowhere', (t) => {
  const directory = join(folder, 'forgotten');
  copyHome(home, directory);
  const file = new Sqlite(join(directory, 'egw.db'));
  file.prepare("UPDATE mark SET value = 'x' WHERE name = 'telemetry'").run();
  file.close();
  const service = openScratch(directory);
  service.openTelemetry(startOf(1));
  const backend = hearAll(service);
  const { chainsBefore } = service.telemetryStatus();
  t.match(chainsBefore, [{ epoch: startOf(0).newEpoch, after: 0, sequence: commits - 5 }]);
  t.equal(backend.commits.size, commits, 'every commit, once');
  t.equal(backend.declaredMissing, 0);
  assertConserved(service);
  service.close();
  t.end();
});
