import type { CloudCalls, CloudCommand } from '../../../gateway/storage/cloud-calls.ts';
import type { AuditLine, StoreCalls } from '../../../gateway/storage/store-calls.ts';

/**
 * The part of the database that control from the cloud needs, over maps, with the same contract. `onCall` is asked
 * before and after each call: what it throws is the call's failure.
 */
export class MemoryCloudStore {
  readonly commands = new Map<string, CloudCommand>();
  readonly sequences = new Map<string, number>();
  readonly settings = new Map<string, string>();
  readonly audit: AuditLine[] = [];
  onCall: (name: string, when: 'before' | 'after') => void = () => undefined;

  async call<Name extends keyof StoreCalls>(
    name: Name,
    ...parameters: Parameters<StoreCalls[Name]>
  ): Promise<ReturnType<StoreCalls[Name]>> {
    await Promise.resolve();
    this.onCall(name, 'before');
    const answer = (this.#calls[name] as (...values: unknown[]) => unknown)(...parameters);
    this.onCall(name, 'after');
    return answer as ReturnType<StoreCalls[Name]>;
  }

  readonly #cloud: CloudCalls = {
    beginCloudCommand: (command) => {
      const key = `${command.issuer} ${command.id}`;
      if (this.commands.has(key) || command.sequence <= (this.sequences.get(command.issuer) ?? 0))
        return false;
      this.sequences.set(command.issuer, command.sequence);
      this.commands.set(key, { ...command, state: 'begun', result: null });
      return true;
    },
    endCloudCommand: (issuer, id, end) => {
      const command = this.commands.get(`${issuer} ${id}`);
      if (command?.state === 'begun') this.commands.set(`${issuer} ${id}`, { ...command, ...end });
    },
    findCloudCommand: (issuer, id) => this.commands.get(`${issuer} ${id}`),
    lastCloudSequence: (issuer) => this.sequences.get(issuer) ?? 0,
    settleCloudCommands: () => {
      const settled = [...this.commands].filter(([, { state }]) => state === 'begun');
      return settled.map(([key, command]) => {
        const unknown = { ...command, state: 'unknown' } as const;
        this.commands.set(key, unknown);
        return unknown;
      });
    },
    pruneCloudCommands: (beforeMs) => {
      const old = [...this.commands].filter(
        ([, { receivedMs, state }]) => receivedMs < beforeMs && state !== 'begun',
      );
      for (const [key] of old) this.commands.delete(key);
      return old.length;
    },
    listCloudCommands: ({ beforeMs, rowsMax }) =>
      [...this.commands.values()]
        .filter(({ receivedMs }) => receivedMs < beforeMs)
        .toReversed()
        .slice(0, rowsMax),
  };

  readonly #calls: Record<string, unknown> = {
    ...this.#cloud,
    getSetting: (name: string) => this.settings.get(name),
    putSetting: (name: string, value: string) => void this.settings.set(name, value),
    addAuditLine: (line: AuditLine) => void this.audit.push(line),
  };
}
