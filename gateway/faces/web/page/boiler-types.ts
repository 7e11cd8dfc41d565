import type { BoilerMotor, BoilerPhase } from './boiler-minute.ts';

/** What the gateway answers about the boiler, as far as the page reads it. Times are UTC epoch milliseconds. */

/** What it is measured by. */
export type BoilerInput = 'water' | 'flue' | 'enclosure' | BoilerMotor;

/** One of them now. */
export interface BoilerInputNow {
  readonly input: BoilerInput;
  readonly isNeeded: boolean;
  /** null: there is none. */
  readonly configured: string | null;
  readonly value: number | null;
  /** Of a motor. */
  readonly isOn: boolean | null;
  readonly atMs: number | null;
  /** Why it cannot be seen. */
  readonly problem: string | null;
  readonly hint: string | null;
}

/** The boiler now. */
export interface BoilerNow {
  readonly name: string;
  readonly comment: string;
  /** null: nothing was seen yet. */
  readonly phase: BoilerPhase | null;
  readonly sinceMs: number | null;
  /** The minute is not over. */
  readonly isProvisional: boolean;
  /** Whether people are told. */
  readonly isTold: boolean;
  readonly failureC: number;
  readonly inputs: readonly BoilerInputNow[];
  /** The coldest water of so many hours. */
  readonly minima: readonly { readonly hours: number; readonly waterC: number | null }[];
  readonly settings: { readonly rawHours: number; readonly minuteDays: number };
}

/** What one may change of the configuration of the boiler. */
export interface BoilerSettings {
  readonly failureC: number;
  readonly rawHours: number;
  readonly minuteDays: number;
  readonly alerts: boolean;
  readonly comment: string;
}

export interface InputMinute {
  readonly mean: number | null;
  readonly isOn: boolean | null;
}

/** A minute, or a longer stretch in which nothing was measured. */
export interface BoilerMinuteRow {
  readonly startMs: number;
  /** Not in it. */
  readonly endMs: number;
  readonly phase: BoilerPhase;
  readonly inputs: Readonly<Partial<Record<BoilerInput, InputMinute>>>;
}

/** Something that happened: a phase began, or people were told. */
export interface BoilerEvent {
  readonly atMs: number;
  readonly kind: 'phase' | 'alert' | 'reminder' | 'recovered' | 'test';
  readonly phase: BoilerPhase | null;
  readonly before: BoilerPhase | null;
  readonly rule: string | null;
  readonly alert: number | null;
}
