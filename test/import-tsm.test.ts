import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { bindTsmCommands } from '../gateway/features/imports/tsm-commands.ts';
import { TsmIntake } from '../gateway/features/imports/tsm-intake.ts';
import { runTsmImport } from '../gateway/import-tsm.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { createStubGateway } from './faces/stub-gateway.ts';
import { pricingId, pricingRows, writeTsm } from './io/imports/tsm-files.ts';
import { openScratch } from './storage/scratch.ts';
import { asStore } from './storage/upkeep/history.ts';

const season = '2024-2025';
const records = {
  pricing: pricingRows(season, ['price_fullpeak', 'price_offpeak']),
  day: [
    { date: '2025-01-10', id_pricing: pricingId(season, '3') },
    { date: '2025-01-12', id_pricing: pricingId(season, '3') },
  ],
  user: [{ id: '123456789012345678', username: 'ann\u001b[31m', permission_level: 0 }],
  user_presence_status: [{ id: 1, id_user: '99', arrival_date: '2024-06-01', leave_date: null }],
};

async function homeWith(t: Test): Promise<(...argv: string[]) => Promise<{ code: number; out: string }>> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-import-tsm-'));
  const service = openScratch(directory);
  const store = asStore(service);
  const intake = new TsmIntake({
    clock: new SimulatedClock(Date.UTC(2025, 5, 1)),
    store,
    hearColours: async (said) => {
      await store.call(
        'putTempoDays',
        said.map((one) => ({ ...one, before: [] })),
      );
    },
    putPrices: async (rows) => await store.call('putTempoPrices', rows),
    news: () => undefined,
  });
  const gateway = await createStubGateway(bindTsmCommands({ intake }));
  await gateway.rest.listenLocal(join(directory, 'egw.sock'));
  writeTsm(join(directory, 'database.db'), 'code', records);
  t.teardown(async () => {
    await gateway.rest.close();
    service.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return async (...argv) => {
    let out = '';
    const code = await runTsmImport({
      argv: argv
        .filter((text) => text !== '--json')
        .map((text) => text.replace('DB', join(directory, 'database.db'))),
      json: argv.includes('--json'),
      environment: { EGW_DATA_DIR: directory },
      io: {
        stdout: { write: (text) => (out += text) },
        stderr: { write: () => true },
        onInterrupt: () => () => undefined,
      },
    });
    return { code, out };
  };
}

t.test('a database is sent to a gateway, and what came of it is shown', async (t) => {
  const say = await homeWith(t);
  const dry = await say('DB', '--dry-run');
  t.match(dry.out, /would be added: 1 colours of days, 1 prices of seasons, 1 members/);
  t.match(dry.out, /this was a dry run/);
  const { code, out } = await say('DB');
  t.equal(code, 0);
  t.match(out, /^added: 1 colours of days, 1 prices of seasons, 1 members\n/);
  t.match(out, /the colour of 2025-01-12: it cannot have been red/);
  t.match(out, /user_presence_status row 1: there is no user 99/);
  const again = JSON.parse((await say('DB', '--json')).out) as { known: number };
  t.match(again, { dryRun: false, known: 3, added: { colours: 0, members: 0 }, refused: [{}, {}] });
});

t.test('what is said wrongly is refused', async (t) => {
  const say = await homeWith(t);
  await t.rejects(say(), { code: 'command_unknown', message: /FILE is missing/ });
  await t.rejects(say('DB', 'DB'), { code: 'command_unknown', message: /too much/ });
  await t.rejects(say('DB', '--force'), { code: 'command_unknown' });
  await t.rejects(say(import.meta.filename), { code: 'input_invalid' });
});
