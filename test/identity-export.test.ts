import t, { type Test } from 'tap';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../gateway/core/logger.ts';
import { identityExport } from '../gateway/identity-export.ts';
import { openMachineSigner } from '../gateway/machine-signer.ts';
import { gatewayIdOf } from '../gateway/features/identity/gateway-name.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';

async function homeWithKey(t: Test): Promise<{ directory: string; id: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-export-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const clock = new SimulatedClock(0);
  const signer = await openMachineSigner({ features: {} }, directory, {
    clock,
    alarm: clock,
    logger: silentLogger,
  });
  return { directory, id: gatewayIdOf(signer.publicKey) };
}

async function run(directory: string, ...argv: string[]): Promise<string> {
  let out = '';
  const io = { stdout: { write: (text: string) => (out += text) } } as never;
  await identityExport.run({ argv, json: false, environment: { EGW_DATA_DIR: directory }, io });
  return out;
}

t.test('the key is copied for its owner alone, and works in another data directory', async (t) => {
  const { directory, id } = await homeWithKey(t);
  const target = join(directory, 'safe', 'key.pem');
  t.match(await run(directory, target, '--yes'), new RegExp(`key of ${id} is in`));
  t.equal(statSync(target).mode & 0o777, 0o600);
  const other = mkdtempSync(join(tmpdir(), 'egw-import-'));
  t.teardown(() => rmSync(other, { recursive: true, force: true }));
  writeFileSync(join(other, 'identity.pem'), readFileSync(target), { mode: 0o600 });
  const clock = new SimulatedClock(0);
  const ports = { clock, alarm: clock, logger: silentLogger };
  const signer = await openMachineSigner({ features: {} }, other, ports);
  t.equal(gatewayIdOf(signer.publicKey), id);
});

t.test('it is not copied by mistake, over another file, or damaged', async (t) => {
  const { directory } = await homeWithKey(t);
  const target = join(directory, 'key.pem');
  await t.rejects(run(directory, target), { code: 'command_unknown', message: /--yes/ });
  await t.rejects(run(directory, '--yes'), { code: 'command_unknown', message: /FILE/ });
  await t.rejects(run(directory, target, '--yes', '--force'), { code: 'command_unknown' });
  writeFileSync(target, 'mine');
  await t.rejects(run(directory, target, '--yes'), { code: 'already_exists' });
  t.equal(readFileSync(target, 'utf8'), 'mine');
  await t.rejects(run(join(directory, 'none'), join(directory, 'x'), '--yes'), { code: 'not_found' });
  const path = join(directory, 'identity.pem');
  chmodSync(path, 0o600);
  writeFileSync(path, readFileSync(path, 'utf8').replace('PRIVATE', 'PIRATE'));
  await t.rejects(run(directory, join(directory, 'y'), '--yes'), { code: 'identity_damaged' });
});
