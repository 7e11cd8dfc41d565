import type { CloudCalls, CloudCommand, CloudCommandState } from './cloud-calls.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';
import { transact } from './transact.ts';

interface CommandRow extends CloudCommand {
  readonly crc: number;
}

interface IssuerRow {
  readonly issuer: string;
  readonly lastSequence: number;
  readonly crc: number;
}

const columns = 'issuer, id, sequence, received_ms AS receivedMs, state, result, crc FROM cloud_command';

/** Commands from the cloud: each on disk before it takes effect, once, and in the order of its issuer. */
export class CloudCommandStore {
  readonly #connection: Connection;
  readonly #replace;
  readonly #one;
  readonly #begun;
  readonly #list;
  readonly #prune;
  readonly #issuer;
  readonly #putIssuer;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#replace = connection.prepare<CommandRow>(
      `INSERT OR REPLACE INTO cloud_command (issuer, id, sequence, received_ms, state, result, crc)
       VALUES ($issuer, $id, $sequence, $receivedMs, $state, $result, $crc)`,
    );
    this.#one = connection.prepare<[string, string], CommandRow>(
      `SELECT ${columns} WHERE issuer = ? AND id = ?`,
    );
    this.#begun = connection.prepare<[], CommandRow>(
      `SELECT ${columns} WHERE state = 'begun' ORDER BY received_ms, issuer, sequence`,
    );
    this.#list = connection.prepare<[number, number], CommandRow>(
      `SELECT ${columns} WHERE received_ms < ? ORDER BY received_ms DESC, issuer, sequence DESC LIMIT ?`,
    );
    this.#prune = connection.prepare<[number]>(
      "DELETE FROM cloud_command WHERE received_ms < ? AND state <> 'begun'",
    );
    this.#issuer = connection.prepare<[string], IssuerRow>(
      'SELECT issuer, last_sequence AS lastSequence, crc FROM cloud_issuer WHERE issuer = ?',
    );
    this.#putIssuer = connection.prepare<IssuerRow>(
      'INSERT OR REPLACE INTO cloud_issuer (issuer, last_sequence, crc) VALUES ($issuer, $lastSequence, $crc)',
    );
  }

  /** Whether it was begun: not when it is known, or its sequence is not above the highest one. */
  begin(command: Parameters<CloudCalls['beginCloudCommand']>[0]): boolean {
    const { issuer, id, sequence, receivedMs } = command;
    let isBegun = false;
    transact(this.#connection, () => {
      isBegun = this.find(issuer, id) === undefined && sequence > this.lastSequence(issuer);
      if (!isBegun) return;
      this.#put({ issuer, id, sequence, receivedMs, state: 'begun', result: null });
      const crc = rowCheck('cloud_issuer', [issuer, sequence]);
      this.#putIssuer.run({ issuer, lastSequence: sequence, crc });
    });
    return isBegun;
  }

  /** Nothing where none is begun. */
  end(issuer: string, id: string, end: { readonly state: CloudCommandState; readonly result: string }): void {
    const command = this.find(issuer, id);
    if (command?.state === 'begun') this.#put({ ...command, ...end });
  }

  /** Errors: `database_unreadable`. */
  find(issuer: string, id: string): CloudCommand | undefined {
    const row = this.#one.get(issuer, id);
    return row === undefined ? undefined : checkedCommand(row);
  }

  /** Errors: `database_unreadable`. */
  lastSequence(issuer: string): number {
    const row = this.#issuer.get(issuer);
    if (row === undefined) return 0;
    assertRow('cloud_issuer', [row.issuer, row.lastSequence], row.crc);
    return row.lastSequence;
  }

  /** Those of a run before that never ended become `unknown`. */
  settle(): readonly CloudCommand[] {
    const settled: CloudCommand[] = [];
    transact(this.#connection, () => {
      for (const row of this.#begun.all()) {
        const command = { ...checkedCommand(row), state: 'unknown' } as const;
        this.#put(command);
        settled.push(command);
      }
    });
    return settled;
  }

  /** Answers how many are gone. */
  prune(beforeMs: number): number {
    return this.#prune.run(beforeMs).changes;
  }

  /** Newest first. Errors: `database_unreadable`. */
  list({ beforeMs, rowsMax }: Parameters<CloudCalls['listCloudCommands']>[0]): readonly CloudCommand[] {
    return this.#list.all(beforeMs, rowsMax).map(checkedCommand);
  }

  #put(command: CloudCommand): void {
    this.#replace.run({ ...command, crc: rowCheck('cloud_command', cellsOf(command)) });
  }
}

function cellsOf({ issuer, id, sequence, receivedMs, state, result }: CloudCommand): readonly Cell[] {
  return [issuer, id, sequence, receivedMs, state, result];
}

function checkedCommand({ crc, ...command }: CommandRow): CloudCommand {
  assertRow('cloud_command', cellsOf(command), crc);
  return command;
}
