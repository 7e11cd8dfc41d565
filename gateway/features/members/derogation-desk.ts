import type { Derogation, DerogationCall, Derogations } from '../../core/derogations.ts';
import type { Interval } from '../../core/interval.ts';
import { limits } from '../../core/limits.ts';
import { tempoDayAt, tempoDayInterval, type TempoDay } from '../../core/tempo-day.ts';
import { OneAtATime } from '../../engine/one-at-a-time.ts';
import type { StoredDerogation, StoredMember } from '../../storage/member-calls.ts';
import { checkNeeded, checkRemovable, whyNeedless } from './derogation-rules.ts';
import {
  clockText,
  derogationWindow,
  touchedDays,
  usualDerogationMs,
  type AskedDerogation,
} from './derogation-window.ts';
import { isAdmin, mayActFor, memberMeant, memberOf, type Asker } from './may-act-for.ts';
import type { MembersPorts } from './members-ports.ts';
import { noteChange } from './note-change.ts';
import { isPresent } from './presence-rules.ts';
import { refuse, unknownMember } from './refuse.ts';

const dayMs = 86_400_000;
/** What is in memory begins so long ago, and ends so far ahead: more than anybody may ask for. */
const backMs = 3 * dayMs;
const aheadMs = 400 * dayMs;
const byItself = 'gateway';

/** Which ones are shown. */
export interface DerogationQuery {
  readonly member?: string | undefined;
  readonly first?: TempoDay | undefined;
  /** In it. */
  readonly last?: TempoDay | undefined;
  readonly withRemoved: boolean;
}

/**
 * Derogations: asked for, taken back, and known to those who switch the server. Errors, of all that change something:
 * those of {@link refuse}, `clock_untrusted`, and of the store.
 */
export class DerogationDesk implements Derogations {
  readonly #ports: MembersPorts;
  readonly #turns = new OneAtATime();
  readonly #listeners = new Set<() => void>();
  #held: readonly StoredDerogation[] = [];
  #isToLook = true;
  #isRead = false;

  constructor(ports: MembersPorts) {
    this.#ports = ports;
    ports.tempo.onNews(() => {
      this.lookAgain();
    });
  }

  /** Whether it is known what the disk holds. */
  get isRead(): boolean {
    return this.#isRead;
  }

  covering(range: Interval): readonly Derogation[] {
    return this.#held.filter(({ startMs, endMs }) => startMs < range.endMs && endMs > range.startMs);
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** What holds may not be needed any more: the next {@link look} sees. */
  lookAgain(): void {
    this.#isToLook = true;
  }

  /** Reads what holds, and takes back what is not needed any more: after news of colours or members, or at the start. */
  async look(): Promise<void> {
    if (!this.#isToLook) return;
    this.#isToLook = false;
    try {
      await this.#turns.run(async () => {
        await this.#read();
        if (this.#ports.isTimeKnown()) await this.#takeBackNeedless();
        else this.#isToLook = true;
      });
    } catch (error) {
      this.#isToLook = true;
      throw error;
    }
  }

  async add(
    asked: AskedDerogation & { readonly member?: string | undefined },
    asker: Asker,
  ): Promise<StoredDerogation> {
    const id = mayActFor(asker, asked.member);
    return await this.#turns.run(async () => {
      const nowMs = this.#nowMs();
      const member = await this.#member(id);
      const window = derogationWindow(asked, nowMs);
      checkNeeded(window, this.#ports.tempo);
      await this.#checkPresent(id, window);
      return await this.#store(member, window, asker);
    });
  }

  async derogateNow({ member, principal }: DerogationCall, nowMs: number): Promise<Derogation | undefined> {
    const id = memberMeant(principal, member);
    if (id === undefined) return undefined;
    return await this.#turns.run(async () => {
      // An admin need not be a member, nor be there.
      const isForHimself = member === undefined && isAdmin(principal);
      if (isForHimself && !(await this.#isThere(id, { startMs: nowMs, endMs: nowMs + 1 }))) return undefined;
      const known = await this.#member(id);
      await this.#read();
      const own = this.#held.filter((one) => one.member === id && one.endMs > nowMs);
      const [next] = own;
      if (next !== undefined && next.startMs <= nowMs) return next;
      const endMs = Math.min(nowMs + usualDerogationMs, next?.startMs ?? Infinity);
      await this.#checkPresent(id, { startMs: nowMs, endMs });
      return await this.#store(known, { startMs: nowMs, endMs }, principal);
    });
  }

  /** Somebody takes back his own, while he may; an admin any. */
  async remove(id: number, asker: Asker): Promise<StoredDerogation> {
    return await this.#turns.run(async () => {
      const nowMs = this.#nowMs();
      const found = (await this.#list({ startMs: nowMs - aheadMs, endMs: nowMs + aheadMs }, false)).find(
        (one) => one.id === id,
      );
      if (found === undefined)
        throw refuse('unknown-derogation', `there is no derogation ${id} that holds`, {
          hint: 'derogation list shows those that do',
          facts: { id },
        });
      if (!isAdmin(asker)) {
        if (found.member !== memberOf(asker))
          throw refuse('not-your-derogation', `derogation ${id} is somebody else’s`, {
            hint: 'ask him, or an admin',
            facts: { id, member: found.member },
          });
        checkRemovable(found, this.#ports.tempo, nowMs);
      }
      await this.#takeBack(found, `taken back by ${asker.id}`, asker.id);
      await this.#read();
      return { ...found, removedMs: nowMs, removedWhy: `taken back by ${asker.id}` };
    });
  }

  /** By start; from the tariff day of now on unless said. */
  async list({ member, first, last, withRemoved }: DerogationQuery): Promise<readonly StoredDerogation[]> {
    const nowMs = this.#ports.clock.wall();
    const { startMs } = tempoDayInterval(first ?? tempoDayAt(nowMs));
    const endMs = last === undefined ? Math.max(startMs, nowMs) + aheadMs : tempoDayInterval(last).endMs;
    const found = await this.#list({ startMs, endMs }, withRemoved);
    return member === undefined ? found : found.filter((one) => one.member === member);
  }

  async #member(id: string): Promise<StoredMember> {
    const found = (await this.#ports.store.call('listMembers')).find((one) => one.id === id);
    if (found !== undefined) return found;
    throw unknownMember(id);
  }

  async #isThere(id: string, window: Interval): Promise<boolean> {
    const presences = (await this.#ports.store.call('listPresences')).filter((one) => one.member === id);
    return touchedDays(window).some((day) => presences.some((presence) => isPresent(presence, day)));
  }

  async #checkPresent(id: string, window: Interval): Promise<void> {
    if (await this.#isThere(id, window)) return;
    throw refuse('not-present', `${id} is not there at that time`, {
      hint: `let him arrive first: egw member add ${id}`,
      facts: { member: id },
    });
  }

  async #store(member: StoredMember, window: Interval, asker: Asker): Promise<StoredDerogation> {
    const nowMs = this.#ports.clock.wall();
    const derogation = { member: member.id, ...window, createdMs: nowMs };
    await this.#read();
    const own = this.#held.filter((one) => one.member === member.id && one.endMs > nowMs);
    const other = own.find(({ startMs, endMs }) => startMs < window.endMs && endMs > window.startMs);
    if (other !== undefined) throw overlaps(other);
    if (own.length >= limits.derogationsAheadMax)
      throw refuse('too-many', `${member.id} has ${own.length} derogations that are not over`, {
        hint: 'take some back first',
        facts: { member: member.id, max: limits.derogationsAheadMax },
      });
    const id = await this.#ports.store.call('addDerogation', derogation);
    const text = `${clockText(window.startMs)} to ${clockText(window.endMs)}`;
    await noteChange(this.#ports, {
      by: asker.id,
      action: 'derogation.added',
      detail: `${id} of ${member.id}: ${text}`,
    });
    await this.#read();
    return { ...derogation, id, removedMs: null, removedWhy: null };
  }

  async #takeBackNeedless(): Promise<void> {
    const { clock, store, tempo } = this.#ports;
    const nowMs = clock.wall();
    const { startMs } = tempoDayInterval(tempoDayAt(nowMs));
    const presences = await store.call('listPresences');
    const open = this.#held.filter(({ endMs }) => tempoDayInterval(tempoDayAt(endMs - 1)).startMs >= startMs);
    const gone = (derogation: StoredDerogation): string | undefined => {
      // Who has had the server on cannot leave the others to pay for it.
      if (derogation.startMs <= nowMs) return undefined;
      const own = presences.filter(({ member }) => member === derogation.member);
      const isThere = touchedDays(derogation).some((day) => own.some((one) => isPresent(one, day)));
      return isThere ? undefined : `${derogation.member} is not there any more`;
    };
    for (const derogation of open) {
      const why = whyNeedless(derogation, tempo) ?? gone(derogation);
      if (why !== undefined) await this.#takeBack(derogation, why, byItself);
    }
    await this.#read();
  }

  async #takeBack({ id, member }: StoredDerogation, why: string, by: string): Promise<void> {
    const { clock, logger, store } = this.#ports;
    await store.call('removeDerogation', { id, atMs: clock.wall(), why });
    logger.info({ derogation: id, member, why }, 'derogation taken back');
    await noteChange(this.#ports, { by, action: 'derogation.removed', detail: `${id} of ${member}: ${why}` });
  }

  async #read(): Promise<void> {
    const nowMs = this.#ports.clock.wall();
    const before = JSON.stringify(this.#held);
    this.#held = await this.#list({ startMs: nowMs - backMs, endMs: nowMs + aheadMs }, false);
    this.#isRead = true;
    if (JSON.stringify(this.#held) === before) return;
    for (const listener of this.#listeners) listener();
  }

  async #list({ startMs, endMs }: Interval, withRemoved: boolean): Promise<readonly StoredDerogation[]> {
    return await this.#ports.store.call('listDerogations', { fromMs: startMs, toMs: endMs, withRemoved });
  }

  #nowMs(): number {
    const { clock, isTimeKnown } = this.#ports;
    if (isTimeKnown()) return clock.wall();
    throw refuse('time-not-known', 'it is not known what time it is', {
      hint: 'try again when the clock is set',
    });
  }
}

function overlaps({ id, startMs, endMs }: StoredDerogation): Error {
  const text = `${clockText(startMs)} to ${clockText(endMs)}`;
  return refuse('derogation-overlaps', `it overlaps with derogation ${id}, from ${text}`, {
    hint: `take that one back first: egw derogation remove ${id}`,
    facts: { id, startMs, endMs },
  });
}
