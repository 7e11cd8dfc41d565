import { describeError, GatewayError } from '../../core/errors.ts';
import { serverAccount } from '../../core/metered-day.ts';
import { frenchDateAt, tempoDayAt, tempoDayInterval, type TempoDay } from '../../core/tempo-day.ts';
import { OneAtATime } from '../../engine/one-at-a-time.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { StoredStatement } from '../../storage/member-calls.ts';
import { makeStatement } from './make-statement.ts';
import { mustBeAdmin, type Asker } from './may-act-for.ts';
import type { MembersPorts } from './members-ports.ts';
import type { MembersSettings } from './members-section.ts';
import { noteChange } from './note-change.ts';
import { keepPaidAmounts, keepPaidBefore, readPaidAmounts, type PaidAmounts } from './paid-amounts.ts';
import { readPastDay } from './read-day.ts';
import { refuse } from './refuse.ts';
import {
  afterRestart,
  parseRecord,
  recordName,
  type StatementMessage,
  type StatementRecord,
} from './statement-record.ts';
import { tellStatement } from './statement-rules.ts';
import { statementText } from './statement-words.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Of a message that did not go: the wait before the next try doubles up to the longest; then it is given up. */
const firstRetryMs = 10 * minuteMs;
const retryMsMax = 6 * hourMs;
const triesMax = 120;
/** The year before is shared out by itself until the end of this month; later it must be asked for. */
const lastMonth = '03';

/** Of the record of a year until its statements are on disk: it is made again when that did not come to its end. */
const begun = { madeMs: 0, isFinal: false, isToTell: false, messages: [] };

/** The years that were shared out: made, paid, and told. Errors: those of {@link refuse}, and of the store. */
export class Statements {
  readonly #ports: MembersPorts;
  readonly #settings: MembersSettings;
  readonly #turns = new OneAtATime();
  readonly #records = new Map<number, StatementRecord>();
  #isLoaded = false;
  #nextTryMs = 0;
  #problem: GatewayError | undefined;

  constructor(ports: MembersPorts, settings: MembersSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  tasks(): readonly TaskDefinition[] {
    const often = { group: 'members', priority: 'housekeeping', periodMs: minuteMs } as const;
    return [
      {
        ...{ ...often, name: 'statement:make', deadlineMs: minuteMs, offsetMs: 20_000 },
        run: async () => {
          await this.makeWhenDue();
        },
      },
      {
        ...{ ...often, name: 'statement:tell', deadlineMs: minuteMs, offsetMs: 40_000 },
        run: async ({ signal }) => {
          await this.tellWaiting(signal);
        },
      },
    ];
  }

  /** Why the last year is not shared out, though it is time. */
  get problem(): GatewayError | undefined {
    return this.#problem;
  }

  /** Years that were made, and one of them; by member. */
  async show(year: number): Promise<{
    readonly years: readonly number[];
    readonly statements: readonly StoredStatement[];
    readonly record: StatementRecord | undefined;
    readonly paidAmounts: PaidAmounts;
  }> {
    await this.#load();
    const all = await this.#ports.store.call('listStatements');
    return {
      years: [...new Set([...all.map((one) => one.year), ...this.#records.keys()])].sort((a, b) => a - b),
      statements: all.filter((one) => one.year === year),
      record: this.#made(year),
      paidAmounts: await readPaidAmounts(this.#ports.store, year),
    };
  }

  /** The newest year that was made; else the one before this. */
  async newestYear(): Promise<number> {
    await this.#load();
    const years = (await this.#ports.store.call('listStatements')).map(({ year }) => year);
    return Math.max(...years, ...this.#records.keys(), -Infinity) > 0
      ? Math.max(...years, ...this.#records.keys())
      : this.#dueYear();
  }

  /** Makes a year, or makes it anew: what was paid stays paid. */
  async make(year: number, asker: Asker): Promise<void> {
    mustBeAdmin(asker, 'making a statement');
    this.#checkTime();
    await this.#make(year);
    await noteChange(this.#ports, { by: asker.id, action: 'statement.made', detail: String(year) });
  }

  /** Somebody has paid all that he owes now, today unless said. */
  async paid(
    of: { readonly year: number; readonly member: string; readonly day?: string },
    asker: Asker,
  ): Promise<void> {
    mustBeAdmin(asker, 'saying that somebody has paid');
    this.#checkTime();
    const { year, member } = of;
    const nowMs = this.#ports.clock.wall();
    const day = readPastDay('day', of.day ?? frenchDateAt(nowMs), nowMs);
    await this.#setPaid(year, member, day);
    await noteChange(this.#ports, {
      ...{ by: asker.id, action: 'statement.paid' },
      detail: `${year} by ${member} on ${day}`,
    });
  }

  /** That somebody has paid was a mistake. */
  async unpaid(of: { readonly year: number; readonly member: string }, asker: Asker): Promise<void> {
    mustBeAdmin(asker, 'saying that somebody has not paid');
    const { year, member } = of;
    const before = await this.#setPaid(year, member, null);
    if (before === null) return;
    await noteChange(this.#ports, {
      ...{ by: asker.id, action: 'statement.unpaid' },
      detail: `${year} by ${member}, was ${before}`,
    });
  }

  /** Answers the day that stood there. Errors: `not_found`. */
  async #setPaid(year: number, member: string, day: TempoDay | null): Promise<TempoDay | null> {
    const { store } = this.#ports;
    return await this.#turns.run(async () => {
      const known = await store.call('listStatements', year);
      const found = known.find((one) => one.member === member);
      if (found === undefined)
        throw refuse('unknown-statement', `${member} has no statement for ${year}`, {
          hint: `egw statement show --year ${year} shows those that were made`,
          facts: { year, member },
        });
      const { paidDay, microEuros } = found;
      // Without its day an amount counts for nothing, so that it comes first and goes last.
      const changed = known.map((one) => (one.member === member ? { ...one, paidDay: day } : one));
      const keepAmount = async (): Promise<void> => {
        const amounts = new Map(await readPaidAmounts(store, year));
        if (day === null) amounts.delete(member);
        else amounts.set(member, microEuros);
        await keepPaidAmounts(store, year, amounts);
      };
      if (day !== null) await keepAmount();
      await store.call('putStatements', year, changed);
      if (day === null) await keepAmount();
      return paidDay;
    });
  }

  /** On 1 January after 06:00, when everything of the year was read; once. What keeps it from that is told by health. */
  async makeWhenDue(): Promise<void> {
    const { clock, isTimeKnown, logger, store } = this.#ports;
    const nowMs = clock.wall();
    if (!isTimeKnown()) return;
    await this.#load();
    const year = this.#dueYear();
    if (this.#records.get(year)?.isFinal === true) {
      this.#problem = undefined;
      return;
    }
    if (tempoDayAt(nowMs).slice(5, 7) > lastMonth || Math.abs(this.#nextTryMs - nowMs) < hourMs) return;
    const mark = await store.call('getMeterMark', serverAccount);
    if (mark === undefined || mark.atMs < tempoDayInterval(`${year}-12-31`).endMs) return;
    if (mark.firstDay > `${year}-12-31` || (await this.#isFromElsewhere(year))) return;
    this.#nextTryMs = nowMs;
    try {
      await this.#make(year);
      this.#problem = undefined;
      logger.info({ year }, 'statement made');
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#problem = error;
      logger.warn({ year, reason: describeError(error) }, 'statement not made');
    }
  }

  /** Made by another program, and imported: those amounts stand, until somebody wants them anew. */
  async #isFromElsewhere(year: number): Promise<boolean> {
    if (this.#records.has(year)) return false;
    return (await this.#ports.store.call('listStatements', year)).length > 0;
  }

  /** What waits to be told. A message that was cut off is not sent again: it may have come. */
  async tellWaiting(signal: AbortSignal): Promise<void> {
    if (!this.#ports.isTimeKnown()) return;
    await this.#load();
    for (const { year } of [...this.#records.values()]) {
      await this.#tellDesk(year);
      for (const { member } of this.#records.get(year)?.messages ?? []) {
        if (signal.aborted) return;
        await this.#tellMember(year, member);
      }
    }
  }

  async #make(year: number): Promise<void> {
    await this.#load();
    await this.#turns.run(async () => {
      const { store, clock } = this.#ports;
      const before = this.#made(year);
      const { record, statements } = await makeStatement(this.#ports, year, { nowMs: clock.wall(), before });
      await keepPaidBefore(store, year, await store.call('listStatements', year));
      // Statements without any record are of elsewhere: what is made here begins with one.
      if (before === undefined) await this.#keep({ ...record, ...begun });
      await store.call('putStatements', year, statements);
      const isNews = before?.microEuros !== record.microEuros || before.isToTell;
      const isToTell = statements.length > 0 && isNews;
      // This decides: until it is on disk nobody is told, and the year is made again.
      await this.#keep({ ...record, isToTell });
    });
  }

  async #tellDesk(year: number): Promise<void> {
    const { desk, logger } = this.#ports;
    await this.#turns.run(async () => {
      const record = this.#records.get(year);
      if (record?.isToTell !== true) return;
      try {
        await tellStatement(desk, record);
        await this.#keep({ ...record, isToTell: false });
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        logger.warn({ year, reason: describeError(error) }, 'statement not told');
      }
    });
  }

  async #tellMember(year: number, member: string): Promise<void> {
    const { clock, guild, logger } = this.#ports;
    const nowMs = clock.wall();
    if (!isDue(this.#message(year, member), nowMs)) return;
    const isAway = (await guild.holds(member)) === 'unknown';
    const message = await this.#turns.run(async () => {
      const found = this.#message(year, member);
      if (!isDue(found, nowMs)) return undefined;
      if (isAway) {
        // Nothing was sent, so nothing has to be on disk.
        this.#replace(year, { ...found, nextMs: nowMs + firstRetryMs, problem: 'the bot is away' });
        return undefined;
      }
      const sending = { ...found, state: 'sending', tries: found.tries + 1 } as const;
      await this.#keepMessage(year, sending);
      return sending;
    });
    if (message === undefined) return;
    const after = await this.#send(year, message);
    if (after.problem !== null) logger.warn({ year, member, reason: after.problem }, 'member not told');
    await this.#turns.run(async () => {
      const now = this.#message(year, member);
      // Made anew meanwhile: what it says now is still to be told.
      if (now?.state === 'sending' && now.microEuros === message.microEuros)
        await this.#keepMessage(year, after);
    });
  }

  async #send(year: number, message: StatementMessage): Promise<StatementMessage> {
    const { clock, guild, store } = this.#ports;
    const { member, microEuros, mwh, tries } = message;
    const known = (await store.call('listMembers')).find(({ id }) => id === member);
    const told = { name: known?.name ?? member, year, microEuros, mwh };
    try {
      await guild.tell(member, statementText(told, this.#settings.language));
      return { ...message, state: 'sent', problem: null };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const problem = describeError(error);
      if (error.facts['isUnclear'] === true) return { ...message, state: 'unclear', problem };
      if (!error.retryable || tries >= triesMax) return { ...message, state: 'failed', problem };
      const waitMs = Math.min(retryMsMax, firstRetryMs * 2 ** Math.min(tries - 1, 10));
      return { ...message, state: 'waiting', nextMs: clock.wall() + waitMs, problem };
    }
  }

  /** undefined: not made, or only begun. */
  #made(year: number): StatementRecord | undefined {
    const record = this.#records.get(year);
    return record?.madeMs === begun.madeMs ? undefined : record;
  }

  #message(year: number, member: string): StatementMessage | undefined {
    return this.#records.get(year)?.messages.find((one) => one.member === member);
  }

  async #keepMessage(year: number, message: StatementMessage): Promise<void> {
    const record = withMessage(this.#records.get(year), message);
    if (record !== undefined) await this.#keep(record);
  }

  #replace(year: number, message: StatementMessage): void {
    const record = withMessage(this.#records.get(year), message);
    if (record !== undefined) this.#records.set(year, record);
  }

  async #keep(record: StatementRecord): Promise<void> {
    await this.#ports.store.call('putSetting', recordName(record.year), JSON.stringify(record));
    this.#records.set(record.year, record);
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    await this.#turns.run(async () => {
      if (this.#isLoaded) return;
      const { store } = this.#ports;
      const years = new Set((await store.call('listStatements')).map(({ year }) => year)).add(
        this.#dueYear(),
      );
      for (const year of years) {
        const record = parseRecord(await store.call('getSetting', recordName(year)));
        if (record !== undefined) this.#records.set(year, afterRestart(record));
      }
      this.#isLoaded = true;
    });
  }

  #dueYear(): number {
    return Number(tempoDayAt(this.#ports.clock.wall()).slice(0, 4)) - 1;
  }

  #checkTime(): void {
    if (this.#ports.isTimeKnown()) return;
    throw refuse('time-not-known', 'it is not known what day it is', {
      hint: 'try again when the clock is set',
    });
  }
}

function isDue(message: StatementMessage | undefined, nowMs: number): message is StatementMessage {
  if (message?.state !== 'waiting') return false;
  // A clock that was set back must not keep it waiting.
  return message.nextMs <= nowMs || message.nextMs > nowMs + retryMsMax;
}

function withMessage(
  record: StatementRecord | undefined,
  message: StatementMessage,
): StatementRecord | undefined {
  if (record === undefined) return undefined;
  const messages = record.messages.map((one) => (one.member === message.member ? message : one));
  return { ...record, messages };
}
