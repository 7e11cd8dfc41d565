import t from 'tap';
import { nextState, StateMachine, type TransitionTable } from '../../gateway/engine/state-machine.ts';

type State = 'shut' | 'open' | 'locked';
type Input = 'push' | 'pull' | 'turn_key';

const door: TransitionTable<State, Input> = {
  shut: { push: 'open', turn_key: 'locked' },
  open: { pull: 'shut', push: 'open' },
  locked: { turn_key: 'shut' },
};

const cells: [State, Input, State][] = [
  ['shut', 'push', 'open'],
  ['shut', 'pull', 'shut'],
  ['shut', 'turn_key', 'locked'],
  ['open', 'push', 'open'],
  ['open', 'pull', 'shut'],
  ['open', 'turn_key', 'open'],
  ['locked', 'push', 'locked'],
  ['locked', 'pull', 'locked'],
  ['locked', 'turn_key', 'shut'],
];
for (const [from, input, to] of cells) {
  t.test(`${from} × ${input} is ${to}`, async (t) => {
    t.equal(nextState(door, from, input), to);
    const heard: unknown[] = [];
    const machine = new StateMachine(door, from, (transition) => heard.push(transition));
    t.equal(machine.send(input), from !== to, 'it says whether it moved');
    t.equal(machine.state, to);
    t.same(heard, from === to ? [] : [{ from, to, input }], 'and tells its listener only when it did');
  });
}

t.test('a listener sees the new state, and may send on', async (t) => {
  const states: State[] = [];
  const machine: StateMachine<State, Input> = new StateMachine(door, 'open', ({ to }) => {
    states.push(machine.state);
    if (to === 'shut') machine.send('turn_key');
  });
  machine.send('pull');
  t.same(states, ['shut', 'locked']);
  t.equal(machine.state, 'locked');
});
