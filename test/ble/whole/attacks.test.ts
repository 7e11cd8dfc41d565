import t from 'tap';
import { AirRecord } from '../../../bench/provisioning/air-record.ts';
import { touch } from '../../../bench/provisioning/bench-gateway.ts';
import { startChain } from '../../../bench/provisioning/chain.ts';
import { fuzzAllWays } from '../../../bench/provisioning/fuzz-all.ts';
import { provisionUnder } from '../../../bench/provisioning/link-losses.ts';
import { replaySession } from '../../../bench/provisioning/replays.ts';
import { wrongCodesUntilBarred } from '../../../bench/provisioning/wrong-codes.ts';
import { scratchFolder } from '../../interop/scratch-folder.ts';
import { stayAlive } from './stay-alive.ts';

t.setTimeout(240_000);
stayAlive();
const seed = Number(process.env['EGW_TEST_SEED'] ?? 20_261_122) || Date.now();
const directory = scratchFolder(t);
const chain = await startChain(directory);

t.test('who listens hears no password, no code and no token', async (t) => {
  const record = new AirRecord(chain.air);
  const { tries } = await provisionUnder(chain, {});
  record.stop();
  const token = tries.at(-1)?.token ?? '';
  t.match(token, /^egw_/);
  const { code } = chain.label;
  for (const secret of ['the right password', code, (code.match(/.{4}/g) ?? []).join('-'), token])
    t.notOk(record.holds(secret), secret);
  t.ok(record.holds('eGW '), 'the name is heard');
});

t.test('who listens does hear what is said in the clear, over however many packets', async (t) => {
  await touch(chain.gateway.owner);
  const record = new AirRecord(chain.air);
  const link = await chain.phone.connect();
  const secret = 'a password that nobody has sealed';
  const message = Buffer.from(`${'.'.repeat(235)}${secret}`);
  for (let at = 0; at < message.length; at += link.fragmentBytesMax - 1) {
    const part = message.subarray(at, at + link.fragmentBytesMax - 1);
    await link.write(Buffer.concat([Buffer.of(at === 0 ? 0 : 0x81), part])).catch(() => undefined);
  }
  await link.close();
  record.stop();
  t.ok(record.holds(secret));
});

t.test('a session that is said again by another begins nothing', async (t) => {
  const { messages, accepted } = await replaySession(chain, 3);
  t.ok(messages > 10, `${messages} messages`);
  t.equal(accepted, 0);
});

t.test('whatever is sent to any of the ways in, it can be set up afterwards', async (t) => {
  t.comment(`seed ${seed}`);
  for (const outcome of await fuzzAllWays(chain, directory, { packets: 500, seed })) {
    t.equal(outcome.firstFault, undefined, `${outcome.way}, seed ${seed}`);
    t.ok(outcome.isProvisionable, outcome.way);
  }
});

t.test('five wrong codes bar the door, and a touch opens it', async (t) => {
  await touch(chain.gateway.owner);
  const { wrong, told } = await wrongCodesUntilBarred(chain);
  t.equal(wrong, 5, told.join(' '));
  t.equal(told.at(-1), 'barred');
  const { isProvisioned } = await provisionUnder(chain, {});
  t.ok(isProvisioned);
});

t.test('everything ends', async () => {
  await chain.stop();
});
