import type { Derogation } from '../../../core/derogations.ts';
import { localIso } from '../../../core/local-hour.ts';
import { tempoZone } from '../../../core/tempo-day.ts';
import type { PolicyReason, PolicyWish } from './switching-policy.ts';
import type { UpsReason } from './ups-rule.ts';

/** Why an order was given: stable for programs. */
export type OrderReasonCode = PolicyReason | UpsReason | 'asked' | 'mains-back';

/** What an order was decided by; kept with it as JSON. */
export interface OrderReason {
  readonly reason: OrderReasonCode;
  /** What the policy wanted then; null: it has no say. The next policy order comes when it wants something else. */
  readonly policy: 'on' | 'off' | null;
  /** The tariff day that decided. */
  readonly day?: string;
  readonly colour?: string | null;
  /** Who said the colour. */
  readonly provider?: string;
  readonly isProvisional?: boolean;
  readonly redProbability?: number;
  readonly derogation?: number;
  readonly member?: string;
  readonly derogationEndMs?: number;
  readonly runtimeS?: number;
  readonly chargePercent?: number;
  readonly batteryMs?: number;
}

export function reasonOfWish(wish: PolicyWish): OrderReason {
  const { reason, wanted, day, known, redProbability, derogation } = wish;
  return {
    ...{ reason, policy: wanted, day, colour: known?.colour ?? null },
    ...(known === undefined
      ? { redProbability }
      : { provider: known.provider, isProvisional: known.state === 'provisional' }),
    ...(derogation && derogationFacts(derogation)),
  };
}

export function derogationFacts({
  id,
  member,
  endMs,
}: Derogation): Pick<OrderReason, 'derogation' | 'member' | 'derogationEndMs'> {
  return { derogation: id, member, derogationEndMs: endMs };
}

/** undefined: it is none of ours; then it counts for nothing. */
export function parseOrderReason(text: string): OrderReason | undefined {
  try {
    const parsed = JSON.parse(text) as Partial<OrderReason> | null;
    return typeof parsed?.reason === 'string' ? ({ policy: null, ...parsed } as OrderReason) : undefined;
  } catch {
    return undefined;
  }
}

/** For people, in English: `2026-01-13 is red`. */
export function reasonWords(reason: OrderReason): string {
  return words[reason.reason](reason);
}

const words: Readonly<Record<OrderReasonCode, (of: OrderReason) => string>> = {
  'red-day': (of) => `${dayOf(of)} is red${saidBy(of)}`,
  'red-tomorrow': (of) => `${dayOf(of)} is red${saidBy(of)}, and the night before it is spared too`,
  'unknown-day-off': (of) => `${unknown(of)}: it is taken for red`,
  'unknown-tomorrow-off': (of) => `${unknown(of)}: it is taken for red`,
  'unknown-day-on': (of) => `${unknown(of)}: the server stays on`,
  'unknown-tomorrow-on': (of) => `${unknown(of)}: the server stays on`,
  'not-red': (of) => (of.colour ? `${dayOf(of)} is ${of.colour}${saidBy(of)}` : `${dayOf(of)} cannot be red`),
  'off-peak': (of) => `${dayOf(of)} is red, but its peak hours are over`,
  derogation: (of) => `${dayOf(of)} is ${of.colour ?? 'perhaps red'}, but ${derogationWords(of)}`,
  'derogation-tomorrow': (of) => `${dayOf(of)} is ${of.colour ?? 'perhaps red'}, but ${derogationWords(of)}`,
  asked: (of) =>
    of.derogation === undefined ? 'somebody asked for it' : `asked for, and ${derogationWords(of)}`,
  'mains-back': () => 'the mains are back',
  'battery-long': ({ batteryMs = 0 }) => `the UPS runs on battery for ${Math.round(batteryMs / 60_000)} min`,
  'battery-low': () => 'the battery of the UPS is low',
  'runtime-short': ({ runtimeS = 0 }) => `the battery of the UPS lasts for ${Math.round(runtimeS)} s`,
};

function dayOf({ day = 'the day' }: OrderReason): string {
  return day;
}

function saidBy({ provider, isProvisional }: OrderReason): string {
  if (provider === undefined) return '';
  return isProvisional === true ? ` (${provider}, not for sure yet)` : ` (${provider})`;
}

function unknown({ day = 'the day', redProbability = 0 }: OrderReason): string {
  return `the colour of ${day} is not known, red by ${Math.round(redProbability * 100)} %`;
}

function derogationWords({ member = '?', derogationEndMs }: OrderReason): string {
  const until =
    derogationEndMs === undefined
      ? ''
      : ` until ${localIso(tempoZone, derogationEndMs).slice(0, 16).replace('T', ' ')}`;
  return `member ${member} has a derogation${until}`;
}
