import fc from 'fast-check';
import t from 'tap';
import { joinNetwork } from '../../../ble/client/join-network.ts';
import type { Joining } from '../../../ble/client/session-messages.ts';
import { SetupClient } from '../../../ble/client/setup-client.ts';
import { parseLabel } from '../../../ble/client/setup-label.ts';
import { FakeGateway, FakeProblem } from './fake-gateway.ts';
import { TestClock } from './test-clock.ts';

const home = { ssid: 'Home', password: 'right password', isHidden: false };
const nothing = { failure: null, message: null, hint: null, rolledBackTo: null };
const steps = ['associating', 'authenticating', 'address', 'checking'] as const;

/** A gateway that joins: a step each time it is asked how it stands, or has told one. */
class JoiningGateway {
  readonly fake: FakeGateway;
  readonly attempts: Record<string, unknown>[] = [];
  tellsEvents = true;
  joinedSsid: string | undefined;
  #step = 0;

  constructor() {
    this.fake = new FakeGateway({
      verbs: {
        'set-wifi': (input) => this.#begin(input),
        status: () => this.#status(),
      },
    });
  }

  /** As a start of the gateway does. */
  forget(): void {
    this.attempts.length = 0;
    this.fake.loseLink();
  }

  advance(): void {
    const last = this.attempts.at(-1);
    if (last === undefined || last['stage'] === 'joined' || last['stage'] === 'failed') return;
    this.#step += 1;
    const isRight = last['password'] === home.password;
    if (!isRight && this.#step === 2) Object.assign(last, wrong);
    else if (this.#step >= steps.length) Object.assign(last, { stage: 'joined' });
    else Object.assign(last, { stage: steps[this.#step] });
    if (last['stage'] === 'joined') this.joinedSsid = String(last['ssid']);
    if (this.tellsEvents) this.fake.event(this.#told(last));
  }

  #begin({ ssid, password }: Readonly<Record<string, unknown>>): object {
    this.#step = 0;
    const attempt = { attempt: this.attempts.length + 1, ssid, password, ...nothing, stage: 'associating' };
    this.attempts.push(attempt);
    return this.#told(attempt);
  }

  #status(): object {
    this.advance();
    const last = this.attempts.at(-1);
    return {
      wireless: { radio: 'on', joined: this.joinedSsid === undefined ? null : { ssid: this.joinedSsid } },
      joining: last === undefined ? null : this.#told(last),
    };
  }

  #told({
    attempt,
    ssid,
    stage,
    failure,
    message,
    hint,
    rolledBackTo,
  }: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return { attempt, ssid, stage, failure, message, hint, rolledBackTo };
  }
}

const wrong = {
  stage: 'failed',
  failure: 'wifi_password_wrong',
  message: '"Home" does not take the password',
  hint: 'type it again: capitals and spaces count',
  rolledBackTo: 'Old',
};

function make(gateway = new JoiningGateway()): {
  gateway: JoiningGateway;
  client: SetupClient;
  join: (wish?: typeof home) => Promise<Joining>;
  told: Joining[];
} {
  const clock = new TestClock();
  const label = parseLabel(gateway.fake.label);
  const client = new SetupClient({ connect: () => gateway.fake.connect(), label, clock });
  const told: Joining[] = [];
  return {
    gateway,
    client,
    told,
    join: (wish = home) => joinNetwork(client, clock, wish, (joining) => told.push(joining)),
  };
}

const stagesOf = (told: readonly Joining[]): string[] => told.map(({ stage }) => stage);

t.test('a network is joined, and each stage is told once', async (t) => {
  const { gateway, join, told } = make();
  t.match(await join(), { stage: 'joined', ssid: 'Home', attempt: 1 });
  t.same(stagesOf(told), [...steps, 'joined']);
  t.match(gateway.attempts, [{ password: home.password }]);
});

t.test('without events, looking again and again tells the same', async (t) => {
  const { gateway, join, told } = make();
  gateway.tellsEvents = false;
  t.match(await join(), { stage: 'joined' });
  t.same(stagesOf(told), [...steps, 'joined']);
});

t.test('a wrong password is an answer with words, and the next attempt is one of its own', async (t) => {
  const { join, told } = make();
  t.match(await join({ ...home, password: 'wrong password' }), wrong);
  t.match(await join(), { stage: 'joined', attempt: 2 });
  t.same(stagesOf(told), ['associating', 'authenticating', 'failed', ...steps, 'joined']);
});

t.test('a wish that the gateway refuses is its error', async (t) => {
  const { gateway, join } = make();
  gateway.fake.verbs = {
    ...gateway.fake.verbs,
    'set-wifi': () => {
      throw new FakeProblem({ code: 'wifi_busy', message: 'busy', hint: 'wait', retryable: true });
    },
  };
  await t.rejects(join(), { code: 'wifi_busy' });
});

t.test('a wish that arrived before the link was lost is not sent again; one that did not is', async (t) => {
  const arrived = make();
  const { 'set-wifi': begin = () => ({}) } = arrived.gateway.fake.verbs;
  const once = (gateway: JoiningGateway, arrives: boolean): void => {
    gateway.fake.verbs = {
      ...gateway.fake.verbs,
      'set-wifi': (input) => {
        const answer = arrives ? begin(input) : {};
        gateway.fake.verbs = { ...gateway.fake.verbs, 'set-wifi': begin };
        gateway.fake.loseLink();
        return answer;
      },
    };
  };
  once(arrived.gateway, true);
  t.match(await arrived.join(), { stage: 'joined', attempt: 1 });
  t.equal(arrived.gateway.attempts.length, 1);
  t.equal(arrived.gateway.fake.verbsAsked.filter((verb) => verb === 'set-wifi').length, 1);

  const lost = make(arrived.gateway);
  once(lost.gateway, false);
  t.match(await lost.join(), { stage: 'joined', attempt: 2 });
  t.equal(lost.gateway.attempts.length, 2);
});

t.test('a gateway that was started again while it joined is asked what it has joined', async (t) => {
  const { gateway, join } = make();
  await join();
  gateway.joinedSsid = undefined;
  const { status = () => ({}) } = gateway.fake.verbs;
  let looks = 0;
  gateway.fake.verbs = {
    ...gateway.fake.verbs,
    status: (input) => {
      looks += 1;
      if (looks === 3) {
        gateway.joinedSsid = 'Home';
        gateway.forget();
      }
      return status(input);
    },
  };
  t.match(await join(), { stage: 'joined', ssid: 'Home' });
});

t.test(
  'wherever the link is lost, both ends agree on what became of it, and one attempt was made',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 90 }), fc.boolean(), async (lostAfter, isRight) => {
        const { gateway, client, join } = make();
        await client.open();
        gateway.fake.fragmentsLeft = lostAfter;
        const end = await join(isRight ? home : { ...home, password: 'wrong password' });
        const last = gateway.attempts.at(-1);
        t.equal(end.stage, isRight ? 'joined' : 'failed');
        t.equal(end.stage, last?.['stage']);
        t.equal(gateway.attempts.length, 1);
        t.equal(gateway.joinedSsid, isRight ? 'Home' : undefined);
        await client.close();
      }),
      { numRuns: 100 },
    );
  },
);
