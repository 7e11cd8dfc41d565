/** For each state the inputs it reacts to, and where they lead; any other input leaves it where it is. */
export type TransitionTable<State extends string, Input extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Input, State>>>>
>;

/** Pure: where the input leads from the state. */
export function nextState<State extends string, Input extends string>(
  table: TransitionTable<State, Input>,
  state: State,
  input: Input,
): State {
  return table[state][input] ?? state;
}

export type TransitionListener<State extends string, Input extends string> = (transition: {
  readonly from: State;
  readonly to: State;
  readonly input: Input;
}) => void;

/** A state that moves by a pure table, and tells when it moved. */
export class StateMachine<State extends string, Input extends string> {
  readonly #table: TransitionTable<State, Input>;
  readonly #listener: TransitionListener<State, Input>;
  #state: State;

  constructor(
    table: TransitionTable<State, Input>,
    initial: State,
    listener: TransitionListener<State, Input> = () => undefined,
  ) {
    this.#table = table;
    this.#state = initial;
    this.#listener = listener;
  }

  get state(): State {
    return this.#state;
  }

  /** Moves on; true when the state changed. The listener is called after the move. */
  send(input: Input): boolean {
    const from = this.#state;
    const to = nextState(this.#table, from, input);
    if (to === from) return false;
    this.#state = to;
    this.#listener({ from, to, input });
    return true;
  }
}
