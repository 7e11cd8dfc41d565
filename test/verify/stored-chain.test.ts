import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import t from 'tap';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { publishedGateway } from './chain-builder.ts';
import { judged, printed } from './judged.ts';
import {
  fillStored,
  lineOf,
  openStored,
  sealSigned,
  StoredChain,
  storedEpoch,
  storedTamperingKinds,
} from './stored-chain.ts';
import { drawFrom } from './tampering.ts';

const key = ['--key', publishedGateway('owner').publicKey];

function exported(service: DatabaseService): readonly string[] {
  return service.telemetryBatches({ after: 0, batchesMax: 1_000, bytesMax: Infinity }).map(lineOf);
}

function expecting(service: DatabaseService): readonly string[] {
  const { place } = service.telemetryStatus();
  return [...key, '--expect', `${storedEpoch}:${place?.sequence ?? 0}:${place?.head ?? ''}`];
}

t.test('what a gateway seals is verified, record for record', (t) => {
  const service = openStored(t.testdir());
  fillStored(service);
  sealSigned(service);
  const verdict = judged(expecting(service), exported(service));
  t.match(printed(verdict).at(-1), /^verified: /, printed(verdict).join(' | '));
  t.match(verdict.chains, [{ epoch: storedEpoch, from: 1, readings: 72, faults: [] }]);
  service.close();
  t.end();
});

t.test(
  'whatever somebody who may write the database, and has no key, does to a stored chain is found',
  (t) => {
    const directory = t.testdir();
    const service = openStored(directory);
    fillStored(service);
    const words = expecting(service);
    service.close();
    const stored = new StoredChain(directory);
    for (const kind of storedTamperingKinds) {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const { lines, firstRecord } = stored.tampered(kind, drawFrom(seed));
          const verdict = judged(words, lines);
          const chain = verdict.chains.find(({ epoch }) => epoch === storedEpoch);
          t.equal(verdict.isVerified, false, kind);
          t.equal(chain?.faults[0]?.record, firstRecord, `${kind}: ${printed(verdict).join(' | ')}`);
        }),
        { numRuns: 5 },
      );
    }
    stored.close();
    t.end();
  },
);

t.test(
  'a stored batch that is damaged is declared gone by the gateway itself, and the rest is verified',
  (t) => {
    const directory = t.testdir();
    let service = openStored(directory);
    fillStored(service);
    service.close();
    const file = new Sqlite(join(directory, 'egw.db'));
    const [, second] = file.prepare<[], number>('SELECT place FROM outbox ORDER BY place').pluck().all();
    file.prepare("UPDATE outbox SET body = CAST(body || x'00' AS BLOB) WHERE place = ?").run(second);
    file.close();
    service = openStored(directory);
    exported(service);
    sealSigned(service);
    const verdict = judged(expecting(service), exported(service));
    t.equal(verdict.isVerified, true, printed(verdict).join(' | '));
    t.match(verdict.chains[0]?.gaps, [{ reason: 'damage', readings: 9 }]);
    service.close();
    t.end();
  },
);
