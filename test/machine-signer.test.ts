import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { silentLogger } from '../gateway/core/logger.ts';
import { createIdentityKeeping } from '../gateway/identity-keeping.ts';
import { openMachineSigner } from '../gateway/machine-signer.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { virtualConfig } from '../sim/virtual-config.ts';
import { ManualTime } from './faces/manual-time.ts';

const noDatabase = {} as Database;

/** Time passes by itself, since nothing else runs: a wait is over at once. */
function portsOf(): Parameters<typeof openMachineSigner>[2] {
  const clock = new ManualTime();
  const alarm: Parameters<typeof openMachineSigner>[2]['alarm'] = {
    at: (_atMs, callback) => {
      queueMicrotask(callback);
      return () => undefined;
    },
    nextTurn: (callback) => {
      queueMicrotask(callback);
      return () => undefined;
    },
  };
  return { clock, alarm, logger: silentLogger };
}

function directoryOf(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'egw-signer-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

t.test('unless the configuration says otherwise the key is in a file, and all is well', async (t) => {
  const directory = directoryOf(t);
  const signer = await openMachineSigner({ features: {} }, directory, portsOf());
  t.equal(signer.algorithm, 'Ed25519');
  t.equal(statSync(join(directory, 'identity.pem')).mode & 0o777, 0o600);
  const parts = { config: virtualConfig([], 'UTC'), clock: new ManualTime(), database: noDatabase, signer };
  t.same(createIdentityKeeping(parts).health(), []);
});

t.test('a gateway that signs nothing says so in its health', async (t) => {
  const signer = await openMachineSigner(
    { features: { identity: { signer: 'none' } } },
    directoryOf(t),
    portsOf(),
  );
  const parts = { config: virtualConfig([], 'UTC'), clock: new ManualTime(), database: noDatabase, signer };
  t.match(createIdentityKeeping(parts).health(), [
    { subject: 'identity', status: 'degraded', message: /none/ },
  ]);
});

t.test('a chip on a bus that this machine does not have is told from one that does not answer', async (t) => {
  const features = { identity: { signer: 'atecc608', i2cBus: 250 } };
  await t.rejects(openMachineSigner({ features }, directoryOf(t), portsOf()), {
    code: 'signer_unavailable',
    message: /0x35 or 0x60/,
    hint: /identity\.i2cBus|npm rebuild i2c-bus/,
  });
});

t.test('a signer that there is not is refused', async (t) => {
  const features = { identity: { signer: 'tpm' } };
  await t.rejects(openMachineSigner({ features }, directoryOf(t), portsOf()), { code: 'config_invalid' });
});
