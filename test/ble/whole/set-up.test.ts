import t from 'tap';
import { realClock } from '../../../ble/real-clock.ts';
import { touch } from '../../../bench/provisioning/bench-gateway.ts';
import { BenchPhone } from '../../../bench/provisioning/bench-phone.ts';
import { startChain } from '../../../bench/provisioning/chain.ts';
import {
  packetsOfSetup,
  provisionAtRandom,
  provisionUnder,
  provisionWithLoss,
} from '../../../bench/provisioning/link-losses.ts';
import { runPerson } from '../../../bench/provisioning/persistent-person.ts';
import { runPhone } from '../../../bench/provisioning/phone-run.ts';
import { SetupClient } from '../../../ble/client/setup-client.ts';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { scratchFolder } from '../../interop/scratch-folder.ts';
import { stayAlive } from './stay-alive.ts';

t.setTimeout(180_000);
stayAlive();
const seed = Number(process.env['EGW_TEST_SEED'] ?? 20_261_122) || Date.now();
const chain = await startChain(scratchFolder(t));
const { gateway, label, phone } = chain;
const wish = { label, ssid: 'Home', password: 'the right password', pairAs: 'phone' };
const aSecond = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 1_050));

t.test('a gateway is set up: network, token, and the token is good', async (t) => {
  const outcome = await runPhone(() => phone.connect(), wish, realClock);
  t.match(outcome, { end: 'provisioned', token: /^egw_/ });
  t.equal((await gateway.wireless.state()).joined?.ssid, 'Home');
  const answer = await gateway.owner.ask({ method: 'GET', path: '/api/v1/provisioning' });
  t.match(answer.body, { isOwned: true, wireless: { joined: { ssid: 'Home' } } });
});

t.test('what a network does is told to the person, and the right password works after all', async (t) => {
  const attempts = [
    ['Home', 'the wrong password', 'wifi_password_wrong'],
    ['Cellar', 'another password', 'wifi_no_address'],
    ['Gone', 'a third password', 'wifi_network_not_found'],
  ] as const;
  for (const [ssid, password, code] of attempts) {
    await touch(gateway.owner);
    await aSecond();
    const outcome = await runPhone(() => phone.connect(), { ...wish, ssid, password }, realClock);
    t.match(outcome, { end: 'stopped', code, isRetryable: true }, ssid);
    t.equal((await gateway.wireless.state()).joined?.ssid, 'Home', 'the network of before is joined again');
  }
  const { isProvisioned } = await provisionUnder(chain, {});
  t.ok(isProvisioned);
});

t.test('two phones at once: one is told that the other is there, and comes in after it', async (t) => {
  await touch(gateway.owner);
  const other = await BenchPhone.open(2);
  t.teardown(async () => await other.close());
  await aSecond();
  const first = new SetupClient({ connect: () => phone.connect(), label, clock: realClock });
  await first.open();
  const busy = await runPhone(() => other.connect(), wish, realClock);
  t.match(busy, { end: 'stopped', code: 'busy', isRetryable: true });
  t.ok((await first.call('info'))['gatewayId'], 'the first is not disturbed');
  await first.close();
  await aSecond();
  const { isProvisioned } = await runPerson(() => other.connect(), wish, realClock);
  t.ok(isProvisioned);
});

t.test('a link that is lost anywhere: both sides agree in the end', async (t) => {
  const packets = await packetsOfSetup(chain);
  t.ok(packets > 30, 'all of it goes over the air');
  for (const share of [0.1, 0.4, 0.6, 0.8, 0.95]) {
    const person = await provisionWithLoss(chain, Math.floor(packets * share));
    t.ok(person.isProvisioned, `at ${Math.round(share * 100)} %: ${JSON.stringify(person.tries)}`);
  }
  t.comment(`seed ${seed}`);
  const random = new SeededRandom(seed);
  for (const run of ['one', 'two', 'three']) {
    const person = await provisionAtRandom(chain, random.fork(run));
    t.ok(person.isProvisioned, `run ${run} of seed ${seed}: ${JSON.stringify(person)}`);
  }
});

t.test('everything ends', async () => {
  await chain.stop();
});
