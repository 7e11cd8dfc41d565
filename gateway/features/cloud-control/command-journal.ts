import type { CloudCommand } from '../../storage/cloud-calls.ts';
import type { StorePort } from '../store-port.ts';
import type { CloudCommandMessage } from './cloud-messages.ts';
import { resultFromText, resultOfInterruption, resultText, type CommandResult } from './command-result.ts';

export type JournalPort = StorePort<
  'beginCloudCommand' | 'endCloudCommand' | 'findCloudCommand' | 'settleCloudCommands'
>;

/** One command, by what makes it unique. */
export type CommandAddress = Pick<CloudCommandMessage, 'issuer' | 'cmdId'>;

/** What is known of a command that has come before; no result while it runs. */
export interface Journaled {
  readonly result: CommandResult | undefined;
}

/** Results that the medium did not take are in memory, that many of them. */
const unsavedMax = 256;

/** What the cloud has told: on disk before it takes effect. Errors are those of the store. */
export class CommandJournal {
  readonly #store: JournalPort;
  readonly #unsaved = new Map<string, CommandResult>();

  constructor(store: JournalPort) {
    this.#store = store;
  }

  /** Begins it, once; false when its id is known already, or its number is not above the last one of its issuer. */
  async begin({ issuer, cmdId, seq }: CloudCommandMessage, receivedMs: number): Promise<boolean> {
    return await this.#store.call('beginCloudCommand', { issuer, id: cmdId, sequence: seq, receivedMs });
  }

  /** undefined when there is no such command. */
  async find({ issuer, cmdId }: CommandAddress): Promise<Journaled | undefined> {
    const found = await this.#store.call('findCloudCommand', issuer, cmdId);
    if (found === undefined) return undefined;
    return { result: this.#unsaved.get(keyOf({ issuer, cmdId })) ?? resultIn(found) };
  }

  async end(address: CommandAddress, result: CommandResult): Promise<void> {
    const key = keyOf(address);
    this.#unsaved.set(key, result);
    const [oldest] = this.#unsaved.keys();
    if (this.#unsaved.size > unsavedMax && oldest !== undefined) this.#unsaved.delete(oldest);
    const end = { state: result.status, result: resultText(result) };
    await this.#store.call('endCloudCommand', address.issuer, address.cmdId, end);
    this.#unsaved.delete(key);
  }

  /** Those in whose middle the run before stopped: what became of them will never be known. */
  async settle(): Promise<readonly (CommandAddress & { readonly result: CommandResult })[]> {
    const settled = await this.#store.call('settleCloudCommands');
    return settled.map(({ issuer, id, receivedMs }) => ({
      issuer,
      cmdId: id,
      result: resultOfInterruption(receivedMs),
    }));
  }
}

function keyOf({ issuer, cmdId }: CommandAddress): string {
  return `${issuer} ${cmdId}`;
}

function resultIn({ state, result, receivedMs }: CloudCommand): CommandResult | undefined {
  if (state === 'begun') return undefined;
  return result === null ? resultOfInterruption(receivedMs) : resultFromText(state, result);
}
