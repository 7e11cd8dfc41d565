import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { knownGatewayBefore } from '../../../gateway/features/identity/known-gateway.ts';
import type { SecurityNote } from '../../../gateway/features/security-events.ts';
import { openInProcessDatabase } from '../../../gateway/storage/in-process-database.ts';

t.test('a gateway that has become another one is told of, once', async (t) => {
  const noted: SecurityNote[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'egw-known-'));
  const store = await openInProcessDatabase({ directory, zone: 'UTC', nowMs: 1_700_000_000_000 });
  t.teardown(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  const ports = { store, security: { note: (event: SecurityNote) => noted.push(event) } };
  t.equal(await knownGatewayBefore('aaaaaaaaaaaaaaaa', ports), undefined, 'its first start');
  t.equal(await knownGatewayBefore('aaaaaaaaaaaaaaaa', ports), undefined, 'as before');
  t.same(noted, []);
  t.equal(await knownGatewayBefore('bbbbbbbbbbbbbbbb', ports), 'aaaaaaaaaaaaaaaa');
  t.equal(await knownGatewayBefore('bbbbbbbbbbbbbbbb', ports), undefined, 'told once');
  t.same(noted, [{ kind: 'identity.changed', origin: 'local', detail: 'it was aaaaaaaaaaaaaaaa' }]);
});
