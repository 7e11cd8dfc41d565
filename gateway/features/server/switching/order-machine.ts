import type { TransitionTable } from '../../../engine/state-machine.ts';
import type { ServerOrderState, StoredServerOrder } from '../../../storage/server-calls.ts';

/**
 * What happens to an order. `there`: the server was so before anything was sent. `followed`: it is so after a command.
 * `begin`: a command leaves. `taken`, `unclear` and `not-taken`: what the switch made of it. `refused`: it never will.
 * `overdue`: the server has not followed in time. `given-up`: nor will it be told again. `replaced`: another order.
 */
export type OrderInput =
  | 'there'
  | 'followed'
  | 'begin'
  | 'taken'
  | 'unclear'
  | 'not-taken'
  | 'refused'
  | 'overdue'
  | 'given-up'
  | 'replaced';

/**
 *     waiting ──begin──► sending ──taken──► sent ──followed──► done
 *      │ │ ▲ ▲              │ │              │ │
 *      │ │ │ └──not-taken───┘ └──refused──┐  │ └──given-up──┐
 *      │ │ └────────────overdue───────────│──┘              ▼
 *      │ └──there──► unneeded             └────────────► failed
 */
export const orderMachine: TransitionTable<ServerOrderState, OrderInput> = {
  waiting: {
    there: 'unneeded',
    followed: 'done',
    begin: 'sending',
    refused: 'failed',
    'given-up': 'failed',
    replaced: 'superseded',
  },
  sending: {
    followed: 'done',
    taken: 'sent',
    unclear: 'sent',
    'not-taken': 'waiting',
    refused: 'failed',
    overdue: 'waiting',
    'given-up': 'failed',
    replaced: 'superseded',
  },
  sent: { followed: 'done', overdue: 'waiting', 'given-up': 'failed', replaced: 'superseded' },
  done: {},
  unneeded: {},
  failed: {},
  superseded: {},
  dry: {},
};

export function isOpenState(state: ServerOrderState): boolean {
  return state === 'waiting' || state === 'sending' || state === 'sent';
}

/** How the server is seen. */
export interface SeenServer {
  /** For good: for a minute by its plug, or as its switch says; undefined: not known. */
  readonly position: 'on' | 'off' | undefined;
  /** What the newest reading of its plug alone says; undefined: there is no fresh one. */
  readonly leaning: 'on' | 'off' | undefined;
  /** False: nothing can ever tell. */
  readonly canBeSeen: boolean;
}

/** Where an order stands; all times are durations until now, ms. */
export interface OrderTime {
  readonly sinceDecidedMs: number;
  /** Since the gateway began to look. */
  readonly sinceStartMs: number;
  /** Since the last command; 0 where none was sent. */
  readonly sinceSentMs: number;
  /** Until the next command may leave after one that was not taken. */
  readonly retryInMs: number;
  /** So long may the server still follow an earlier command to the other position; 0: there is none. */
  readonly otherUnderwayMs: number;
}

export interface OrderBounds {
  readonly followMs: number;
  readonly tries: number;
}

/** What to do next: send the command, wait, or take this input. */
export type OrderStep = 'send' | 'wait' | 'there' | 'followed' | 'overdue' | 'given-up';

/** The newest readings of the plug are waited for so long before a command is sent. */
const settleMsMax = 120_000;
/** Nobody expects a server to come on hours after he asked for it. */
const personMsMax = 3_600_000;

/**
 * Pure: the next step of an open order. A command that may have left, but of which nothing was heard since the gateway
 * died, counts as sent: it is looked at before it is sent again, after the time that the server has to follow.
 */
export function orderStep(
  order: Pick<StoredServerOrder, 'wanted' | 'state' | 'tries' | 'cause' | 'problem'>,
  seen: SeenServer,
  time: OrderTime,
  bounds: OrderBounds,
): OrderStep {
  return order.state === 'waiting'
    ? stepOfWaiting(order, seen, time, bounds)
    : stepOfSent(order, seen, time, bounds);
}

function stepOfWaiting(
  { wanted, tries, cause }: Pick<StoredServerOrder, 'wanted' | 'tries' | 'cause'>,
  seen: SeenServer,
  time: OrderTime,
  bounds: OrderBounds,
): OrderStep {
  const { position } = seen;
  if (time.otherUnderwayMs > 0) {
    // On its way to the other position it may still look as it was.
    if (position === undefined || position === wanted) return 'wait';
  } else if (position === wanted) return tries === 0 ? 'there' : 'followed';
  else if (mayShowSoon(wanted, seen, time)) return 'wait';
  if (cause === 'person' && tries === 0 && time.sinceDecidedMs > personMsMax) return 'given-up';
  if (tries >= bounds.tries) return 'given-up';
  return time.retryInMs > 0 ? 'wait' : 'send';
}

/** Whether the next readings may show that the server is there already, or nothing was seen of it yet. */
function mayShowSoon(
  wanted: 'on' | 'off',
  { position, leaning, canBeSeen }: SeenServer,
  { sinceDecidedMs, sinceStartMs }: OrderTime,
): boolean {
  if (leaning === wanted) return Math.min(sinceDecidedMs, sinceStartMs) < settleMsMax;
  return position === undefined && leaning === undefined && canBeSeen && sinceStartMs < settleMsMax;
}

function stepOfSent(
  { wanted, tries, problem }: Pick<StoredServerOrder, 'wanted' | 'tries' | 'problem'>,
  seen: SeenServer,
  time: OrderTime,
  { followMs, tries: triesMax }: OrderBounds,
): OrderStep {
  // Where nothing can tell, what was taken is done; not what may have been lost.
  if (seen.position === wanted || (!seen.canBeSeen && problem === null)) return 'followed';
  if (time.sinceSentMs < followMs || (mayShowSoon(wanted, seen, time) && time.sinceStartMs < settleMsMax))
    return 'wait';
  return tries < triesMax ? 'overdue' : 'given-up';
}
