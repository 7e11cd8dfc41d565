import { Type, type Static } from 'typebox';
import { serverOrderStates, type StoredServerOrder } from '../../../storage/server-calls.ts';
import { closed, instant, nullable, oneOf } from '../../schema.ts';
import { parseOrderReason, reasonWords } from './order-reason.ts';

const positions = ['on', 'off'] as const;

/** An order as it is told. */
export const orderSchema = closed({
  id: Type.Integer(),
  wanted: oneOf(positions),
  cause: oneOf(['policy', 'person', 'ups']),
  by: Type.String({ description: 'Who or what gave it' }),
  decidedMs: instant(),
  reason: Type.String({ description: 'Stable: red-day, derogation, asked, battery-long' }),
  words: Type.String({ description: 'Why, in words' }),
  state: oneOf(serverOrderStates, {
    description:
      'waiting: not sent; sent: taken, not seen to be done; done: seen; unneeded: it was so; failed: given up; dry: not sent',
  }),
  tries: Type.Integer({ description: 'Commands that were sent' }),
  sentMs: nullable(instant({ description: 'The last command' })),
  endedMs: nullable(instant()),
  problem: nullable(Type.String({ description: 'What went wrong last' })),
});

export function describeOrder(order: StoredServerOrder): Static<typeof orderSchema> {
  const { id, wanted, cause, by, decidedMs, state, tries, sentMs, endedMs, problem } = order;
  const reason = parseOrderReason(order.reason);
  return {
    ...{ id, wanted, cause, by, decidedMs, state, tries, sentMs, endedMs, problem },
    reason: reason?.reason ?? 'unknown',
    words: reason === undefined ? 'why is not known any more' : reasonWords(reason),
  };
}
