import t from 'tap';
import { parseLabel } from '../../../ble/client/setup-label.ts';
import { CentralError } from '../../../ble/tester/central.ts';
import { runProvisionTest, type TestReport, type TestWish } from '../../../ble/tester/provision-test.ts';
import { FakeGateway, FakeProblem } from '../client/fake-gateway.ts';
import { TestClock } from '../client/test-clock.ts';
import { FakeCentral } from './fake-central.ts';

const nothing = { failure: null, message: null, hint: null, rolledBackTo: null };

/** A gateway that joins the network Home with the password right. */
function gatewayOf(): FakeGateway {
  let joining: Record<string, unknown> | null = null;
  return new FakeGateway({
    verbs: {
      info: () => ({ name: 'Cellar', version: '0.1.0' }),
      scan: () => ({ networks: [{ ssid: 'Home', signalPct: 70, security: 'wpa-psk' }] }),
      status: () => ({ wireless: { radio: 'on', joined: null }, internet: 'none', addresses: [], joining }),
      'set-wifi': ({ ssid, password }) => {
        const isRight = password === 'right';
        joining = isRight
          ? { attempt: 1, ssid, ...nothing, stage: 'joined' }
          : {
              ...{ attempt: 1, ssid, ...nothing, stage: 'failed', failure: 'wifi_password_wrong' },
              ...{ message: 'The password is wrong.', hint: 'Type it again.' },
            };
        return { attempt: 1, ssid, ...nothing, stage: 'associating' };
      },
      'pair-key': ({ label }) => ({ token: `token of ${String(label)}` }),
    },
  });
}

async function run(
  gateways: readonly FakeGateway[],
  wish: TestWish,
): Promise<TestReport & { told: string[] }> {
  const central = new FakeCentral(gateways);
  const told: string[] = [];
  const report = await runProvisionTest(
    {
      openCentral: () => Promise.resolve(central),
      clock: new TestClock(),
      told: ({ step }) => told.push(step),
    },
    wish,
  );
  t.ok(central.isClosed, 'the radio is given back');
  return { ...report, told };
}

t.test('without a label, what is nearby is shown and nobody is spoken with', async (t) => {
  const one = gatewayOf();
  const barred = gatewayOf();
  barred.door = 3;
  barred.triesLeft = 0;
  const lost = gatewayOf();
  lost.fragmentsLeft = 0;
  const report = await run([one, barred, lost], {});
  t.same(report.gateways, [
    { gatewayId: one.gatewayId, signalDbm: -60, state: 'open', triesLeft: 5 },
    { gatewayId: barred.gatewayId, signalDbm: -60, state: 'barred', triesLeft: 0 },
    { gatewayId: lost.gatewayId.slice(0, 8), signalDbm: -60, state: 'unreachable', triesLeft: 0 },
  ]);
  t.equal(report.problem, undefined);
  t.same(report.told, ['radio', 'look', 'facts']);
  t.same(
    [one, barred].flatMap(({ framesGot }) => framesGot),
    [],
  );
});

t.test('with a label all is done that was wished, and each step is told with its time', async (t) => {
  const gateway = gatewayOf();
  const report = await run([gateway, gatewayOf()], {
    label: parseLabel(gateway.label),
    network: { ssid: 'Home', password: 'right', isHidden: false },
    pairAs: 'laptop',
  });
  t.equal(report.problem, undefined);
  t.same(report.told, ['radio', 'look', 'facts', 'prove', 'info', 'status', 'scan', 'join', 'pair']);
  t.equal(report.token, 'token of laptop');
  t.ok(report.steps.every(({ tookMs }) => tookMs >= 0));
});

t.test('where it stops is said, with words and a code', async (t) => {
  const gateway = gatewayOf();
  const label = parseLabel(gateway.label);
  const cases: readonly [string, readonly FakeGateway[], TestWish, string][] = [
    ['nobody is there', [], {}, 'out_of_reach'],
    ['the wrong code', [gateway], { label: { ...label, code: '0000111122223333' } }, 'code_wrong'],
    ['the label of another', [gatewayOf()], { label }, 'out_of_reach'],
    ['which of two', [gateway, gatewayOf()], { label: parseLabel(gateway.code) }, 'out_of_reach'],
    [
      'the wrong password',
      [gateway],
      { label, network: { ssid: 'Home', password: 'wrong', isHidden: false } },
      'wifi_password_wrong',
    ],
  ];
  for (const [what, gateways, wish, code] of cases) {
    const { problem } = await run(gateways, wish);
    t.equal(problem?.code, code, what);
    t.ok(problem?.hint, `${what}: what to do`);
  }
  const named = await run([gateway, gatewayOf()], {
    label: parseLabel(gateway.code),
    gateway: gateway.gatewayId.slice(0, 4).toUpperCase(),
  });
  t.equal(named.problem, undefined, 'of two, one can be named');
});

t.test('a verb that is refused, and a machine without a radio', async (t) => {
  const gateway = gatewayOf();
  gateway.verbs = {
    ...gateway.verbs,
    scan: () => {
      throw new FakeProblem({ code: 'wifi_busy', message: 'It is busy.', hint: 'Wait.', retryable: true });
    },
  };
  const refused = await run([gateway], { label: parseLabel(gateway.label) });
  t.match(refused.problem, { code: 'wifi_busy', hint: 'Wait.' });
  const parts = { clock: new TestClock(), told: () => undefined };
  const missing = new CentralError('radio_missing', 'There is none.', 'Plug one in.');
  const report = await runProvisionTest({ ...parts, openCentral: () => Promise.reject(missing) }, {});
  t.match(report, { gateways: [], problem: { code: 'radio_missing', hint: 'Plug one in.' } });
});
