import t from 'tap';
import { nextState } from '../../../../gateway/engine/state-machine.ts';
import {
  orderMachine,
  orderStep,
  type OrderInput,
  type OrderStep,
  type OrderTime,
  type SeenServer,
} from '../../../../gateway/features/server/switching/order-machine.ts';
import { serverOrderStates, type ServerOrderState } from '../../../../gateway/storage/server-calls.ts';

const inputs: readonly OrderInput[] = [
  ...(['there', 'followed', 'begin', 'taken', 'unclear', 'not-taken', 'refused'] as const),
  ...(['overdue', 'given-up', 'replaced'] as const),
];

/** Where each input leads, in the order of `inputs`; `-`: nowhere. */
const rows: Readonly<Record<ServerOrderState, string>> = {
  waiting: 'unneeded done sending - - - failed - failed superseded',
  sending: '- done - sent sent waiting failed waiting failed superseded',
  sent: '- done - - - - - waiting failed superseded',
  done: '- - - - - - - - - -',
  unneeded: '- - - - - - - - - -',
  failed: '- - - - - - - - - -',
  superseded: '- - - - - - - - - -',
  dry: '- - - - - - - - - -',
};

t.test('each state of an order, by each input', (t) => {
  for (const state of serverOrderStates) {
    const leads = rows[state].split(' ');
    inputs.forEach((input, index) => {
      const wanted = leads[index] === '-' ? state : leads[index];
      t.equal(nextState(orderMachine, state, input), wanted, `${state}, ${input}`);
    });
  }
  t.end();
});

const minuteMs = 60_000;
const usual: OrderTime = {
  ...{ sinceDecidedMs: 5_000, sinceStartMs: 60 * minuteMs, sinceSentMs: minuteMs },
  ...{ retryInMs: 0, otherUnderwayMs: 0 },
};
const on: SeenServer = { position: 'on', leaning: 'on', canBeSeen: true };
const off: SeenServer = { position: 'off', leaning: 'off', canBeSeen: true };
const goingOff: SeenServer = { ...off, position: undefined };
const goingOn: SeenServer = { ...on, position: undefined };
const unseen: SeenServer = { position: undefined, leaning: undefined, canBeSeen: true };
const neverSeen: SeenServer = { ...unseen, canBeSeen: false };

t.test('the next step of an order to switch off, by what is seen and how long it takes', (t) => {
  const steps: readonly (readonly [string, string, SeenServer, Partial<OrderTime>, OrderStep])[] = [
    ['on', 'waiting 0', on, {}, 'send'],
    ['off for a minute', 'waiting 0', off, {}, 'there'],
    ['off after a command that was overdue', 'waiting 1', off, {}, 'followed'],
    ['off for a moment', 'waiting 0', goingOff, {}, 'wait'],
    ['off now and then', 'waiting 0', goingOff, { sinceDecidedMs: 3 * minuteMs }, 'send'],
    ['on for a moment', 'waiting 0', goingOn, {}, 'send'],
    ['not seen', 'waiting 0', unseen, {}, 'send'],
    ['not seen yet', 'waiting 0', unseen, { sinceStartMs: minuteMs }, 'wait'],
    ['never seen', 'waiting 0', neverSeen, { sinceStartMs: minuteMs }, 'send'],
    ['it may be coming on still', 'waiting 0', off, { otherUnderwayMs: minuteMs }, 'wait'],
    ['it has come on', 'waiting 0', on, { otherUnderwayMs: minuteMs }, 'send'],
    ['coming on, and not seen', 'waiting 0', unseen, { otherUnderwayMs: minuteMs }, 'wait'],
    ['the switch was away a moment ago', 'waiting 0', on, { retryInMs: 1_000 }, 'wait'],
    ['told often enough', 'waiting 3', on, {}, 'given-up'],
    ['somebody has asked long ago', 'waiting 0 person', on, { sinceDecidedMs: 61 * minuteMs }, 'given-up'],
    ['the policy has long ago', 'waiting 0', on, { sinceDecidedMs: 61 * minuteMs }, 'send'],
    ['sent, on', 'sent 1', on, {}, 'wait'],
    ['sent, going off', 'sent 1', goingOff, {}, 'wait'],
    ['sent, off', 'sent 1', off, {}, 'followed'],
    ['sent, and nothing can tell', 'sent 1', neverSeen, {}, 'followed'],
    ['perhaps sent, and nothing can tell', 'sent 1 policy timeout', neverSeen, {}, 'wait'],
    [
      'perhaps sent, and the time is over',
      'sent 1 policy timeout',
      neverSeen,
      { sinceSentMs: 10 * minuteMs },
      'overdue',
    ],
    ['sent, and the time is over', 'sent 1', on, { sinceSentMs: 10 * minuteMs }, 'overdue'],
    ['sent, not seen, and the time is over', 'sent 1', unseen, { sinceSentMs: 10 * minuteMs }, 'overdue'],
    ['sent, and told often enough', 'sent 3', on, { sinceSentMs: 10 * minuteMs }, 'given-up'],
    [
      'sent by a life before, and nothing seen yet',
      'sent 3',
      unseen,
      { sinceSentMs: 60 * minuteMs, sinceStartMs: minuteMs },
      'wait',
    ],
    ['cut off while it was sent', 'sending 1', on, {}, 'wait'],
    ['cut off, and done', 'sending 1', off, {}, 'followed'],
    ['cut off, and the time is over', 'sending 1', on, { sinceSentMs: 10 * minuteMs }, 'overdue'],
  ];
  for (const [title, written, seen, time, step] of steps) {
    const [state = '', tries = '', cause = 'policy', problem = null] = written.split(' ');
    const given = {
      wanted: 'off' as const,
      state: state as ServerOrderState,
      tries: Number(tries),
      cause: cause as 'policy' | 'person',
      problem,
    };
    t.equal(
      orderStep(given, seen, { ...usual, ...time }, { followMs: 10 * minuteMs, tries: 3 }),
      step,
      title,
    );
  }
  t.end();
});
