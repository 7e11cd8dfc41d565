import { nextState } from '../../engine/state-machine.ts';
import type { WordsBefore } from '../../io/drivers/index.ts';
import type { ControlRecord, IntentState, StoredIntent, WriteCount } from '../../storage/store-calls.ts';
import type { ControlAddress, ControlPorts } from './control-ports.ts';
import { intentMachine, type IntentInput } from './intent-machine.ts';
import type { WriteBudgets } from './write-budgets.ts';

/** An intent that is on disk; its state here may be ahead of the disk's when the database failed. */
export interface OpenIntent {
  readonly id: string;
  readonly value: number | null;
  /** What the device held before the first set point, for controls that put it back. */
  readonly before: WordsBefore | undefined;
  state: IntentState;
}

export function openIntentOf({ id, value, before, state }: StoredIntent): OpenIntent {
  return { id, value, before: wordsBeforeOf(before), state };
}

export interface NewIntent {
  readonly address: ControlAddress;
  /** null: the device is only to be put back. */
  readonly value: number | null;
  readonly source: string;
  readonly principal: string;
  readonly leaseMs: number;
  readonly before: WordsBefore | undefined;
}

/** Where an input leads some intents. */
export type IntentStep = readonly [intents: readonly OpenIntent[], input: IntentInput];

export interface WriteCharge extends ControlAddress {
  readonly writes: number;
}

/** What devices are told, on disk before they are told it. Errors: those of the store. */
export class IntentJournal {
  readonly #ports: Pick<ControlPorts, 'clock' | 'store' | 'bootId'>;
  readonly #budgets: WriteBudgets;
  #opened = 0;

  constructor(ports: Pick<ControlPorts, 'clock' | 'store' | 'bootId'>, budgets: WriteBudgets) {
    this.#ports = ports;
    this.#budgets = budgets;
  }

  /** Returns once the intent, and the writes that it will take, are on disk. */
  async open(intent: NewIntent, writes: number): Promise<OpenIntent> {
    this.#opened += 1;
    const { device, control } = intent.address;
    const openedMs = this.#ports.clock.wall();
    const stored: StoredIntent = {
      id: `${this.#ports.bootId}:${this.#opened}`,
      device,
      control,
      value: intent.value,
      source: intent.source,
      principal: intent.principal,
      bootId: this.#ports.bootId,
      openedMs: Math.round(openedMs),
      leaseUntilMs: Math.round(openedMs + intent.leaseMs),
      state: intent.value === null ? 'reverting' : 'intended',
      before: intent.before === undefined ? null : JSON.stringify(intent.before),
    };
    await this.#record({ open: stored, writes: this.#budgets.charge(device, control, writes) });
    return openIntentOf(stored);
  }

  /**
   * Moves the intents on, and counts writes that did not come with them. An input that does not concern an
   * intent leaves it as it is.
   */
  async move(steps: readonly IntentStep[], charge?: WriteCharge): Promise<void> {
    const moves: { id: string; state: IntentState }[] = [];
    for (const [intents, input] of steps) {
      for (const intent of intents) {
        intent.state = nextState(intentMachine, intent.state, input);
        moves.push({ id: intent.id, state: intent.state });
      }
    }
    await this.#record({ moves, ...(charge !== undefined && { writes: this.#charged(charge) }) });
  }

  async charge(charge: WriteCharge): Promise<void> {
    await this.#record({ writes: this.#charged(charge) });
  }

  #charged({ device, control, writes }: WriteCharge): WriteCount {
    return this.#budgets.charge(device, control, writes);
  }

  async #record(record: ControlRecord): Promise<void> {
    await this.#ports.store.call('recordControl', record);
  }
}

/** What cannot be read is not known, and nothing is put back that is not known. */
function wordsBeforeOf(text: string | null): WordsBefore | undefined {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as WordsBefore;
  } catch {
    return undefined;
  }
}
