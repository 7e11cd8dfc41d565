import type { TempoDay } from '../../core/tempo-day.ts';
import type { RatedDay } from './rated-days.ts';

/** Energy and money; the money is that of the days whose price is known. */
export interface Amounts {
  readonly mwh: number;
  readonly microEuros: number;
}

/** What a member bears. */
export interface MemberAmounts extends Amounts {
  /** Of it, on days that are shared by derogations. */
  readonly derogation: Amounts & { readonly ids: readonly number[] };
}

const nothing: Amounts = { mwh: 0, microEuros: 0 };
const noDerogation: MemberAmounts['derogation'] = { ...nothing, ids: [] };
const problemDaysMax = 50;

/** Adds up days. */
export class Account {
  #total = nothing;
  #unassigned = nothing;
  #estimatedMwh = 0;
  #days = 0;
  #meteredDays = 0;
  #downDays = 0;
  #unpricedDays = 0;
  readonly #unpriced: { readonly day: TempoDay; readonly why: string }[] = [];
  readonly #members = new Map<string, MemberAmounts>();

  add(rated: RatedDay): void {
    const { day, whole, cost } = rated;
    this.#days += 1;
    if (whole.kind !== null) this.#meteredDays += 1;
    if (whole.kind === 'down') this.#downDays += 1;
    if (cost.problem !== null) {
      this.#unpricedDays += 1;
      if (this.#unpriced.length < problemDaysMax) this.#unpriced.push({ day, why: cost.problem });
    }
    const amounts = { mwh: whole.mwh ?? 0, microEuros: cost.microEuros ?? 0 };
    this.#total = plus(this.#total, amounts);
    this.#estimatedMwh += whole.estimatedMwh;
    if (rated.basis === 'unassigned') this.#unassigned = plus(this.#unassigned, amounts);
    this.#share(rated);
  }

  get total(): Amounts {
    return this.#total;
  }

  /** Of days on which nobody was there. */
  get unassigned(): Amounts {
    return this.#unassigned;
  }

  get estimatedMwh(): number {
    return this.#estimatedMwh;
  }

  get days(): number {
    return this.#days;
  }

  get downDays(): number {
    return this.#downDays;
  }

  /** Whether all that was to be read is not known. */
  get isDown(): boolean {
    return this.#downDays > 0 && this.#downDays === this.#meteredDays;
  }

  get unpricedDays(): number {
    return this.#unpricedDays;
  }

  /** The first of them, and why. */
  get unpriced(): readonly { readonly day: TempoDay; readonly why: string }[] {
    return this.#unpriced;
  }

  member(id: string): MemberAmounts {
    return this.#members.get(id) ?? { ...nothing, derogation: noDerogation };
  }

  /** Ids of those who bear anything. */
  memberIds(): readonly string[] {
    return [...this.#members.keys()];
  }

  #share({ basis, shares, derogations }: RatedDay): void {
    for (const [id, share] of shares) {
      const known = this.member(id);
      const part = { mwh: share.mwh, microEuros: share.microEuros ?? 0 };
      const own = derogations.filter(({ member }) => member === id).map((one) => one.id);
      const derogation =
        basis === 'derogations'
          ? {
              ...plus(known.derogation, part),
              ids: [...new Set([...known.derogation.ids, ...own])],
            }
          : known.derogation;
      this.#members.set(id, { ...plus(known, part), derogation });
    }
  }
}

function plus(one: Amounts, other: Amounts): Amounts {
  return { mwh: one.mwh + other.mwh, microEuros: one.microEuros + other.microEuros };
}
