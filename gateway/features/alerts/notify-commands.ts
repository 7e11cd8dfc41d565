import { Type, type Static } from 'typebox';
import { languages } from '../../core/alert.ts';
import { GatewayError } from '../../core/errors.ts';
import type { StoredDelivery } from '../../storage/alert-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import type { StorePort } from '../store-port.ts';
import { deliverySchema, deliveryStates, describeDelivery, type ShownDelivery } from './describe-alert.ts';
import type { ListedNotifier } from './listed-notifier.ts';

export interface NotifyCommandPorts {
  readonly store: StorePort<'listDeliveries'>;
  notifiers(): readonly ListedNotifier[];
  /**
   * Sends a test to these recipients of a notifier that can send, and answers what became of it after 20 s at most.
   * Errors: those of the store, `rate_limited`.
   */
  test(
    notifier: string,
    recipients: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly StoredDelivery[]>;
  /** Errors: those of the notifier. */
  balance(
    notifier: string,
    signal: AbortSignal,
  ): Promise<{ readonly amount: number; readonly currency: string }>;
}

const deliveriesPerPageMax = 1_000;

const notifierId = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'The notifier, as in the configuration',
});

const notifierSchema = closed({
  id: Type.String(),
  name: Type.String({ description: 'For people; the id when none is configured' }),
  kind: Type.String(),
  title: Type.String({ description: 'Of its kind' }),
  enabled: Type.Boolean(),
  problem: nullable(Type.String({ description: 'Why nothing can be sent with it; null while it can' })),
  language: oneOf(languages),
  recipients: Type.Array(Type.String(), { description: 'As they may be shown' }),
  isRepeatSafe: Type.Boolean({
    description: 'Whether a message that goes out twice is shown once',
  }),
  hasBalance: Type.Boolean({ description: 'Whether what is left of what was paid for can be asked' }),
  queued: Type.Integer({ description: 'Messages that wait, 1,000 at most' }),
  sentMs: nullable(instant({ description: 'When one was sent last' })),
  failedMs: nullable(instant({ description: 'When one was given up last' })),
  reason: nullable(Type.String({ description: 'Why that was, or why those that wait were not sent yet' })),
});

const notifyList = defineCommand({
  id: 'notify.list',
  summary: 'The notifiers: whom they reach, and how the last messages fared',
  scope: 'read',
  input: closed({}),
  output: closed({
    notifiers: Type.Array(notifierSchema),
  }),
  http: { method: 'GET', path: '/api/v1/notifiers' },
  cli: {
    verb: 'notify list',
    list: 'notifiers',
    columns: [
      'id',
      'kind',
      'enabled',
      'recipients',
      'language',
      'queued',
      'sentMs',
      'failedMs',
      'reason',
      'problem',
    ],
  },
  run: async (ports: NotifyCommandPorts) => ({
    notifiers: await Promise.all(ports.notifiers().map(async (one) => await describeNotifier(ports, one))),
  }),
});

const notifyTest = defineCommand({
  id: 'notify.test',
  summary: 'Send a test message for real, and say what became of it',
  scope: 'admin',
  input: closed({
    notifier: Type.Optional({
      ...notifierId,
      description: 'Only with this one; all that are enabled unless said',
    }),
    recipient: Type.Optional(
      Type.String({ minLength: 1, maxLength: 320, description: 'Only to this one of its recipients' }),
    ),
  }),
  output: closed({
    isSent: Type.Boolean({ description: 'Whether all of it was sent' }),
    results: Type.Array(deliverySchema),
  }),
  http: { method: 'POST', path: '/api/v1/notifiers/test', answerMsMax: 60_000 },
  cli: {
    verb: 'notify test',
    positionals: ['notifier'],
    list: 'results',
    columns: ['notifier', 'recipient', 'state', 'tries', 'reason', 'receipt'],
    isFailure: (answer) => !(answer as { readonly isSent: boolean }).isSent,
  },
  run: async (ports: NotifyCommandPorts, { notifier, recipient }, { signal }) => {
    const wanted = testedNotifiers(ports.notifiers(), notifier);
    const sends = wanted
      .map((one) => ({ one, recipients: testedRecipients(one, recipient) }))
      .filter(({ recipients }) => recipients.length > 0);
    if (sends.length === 0) throw unknownRecipient(wanted, recipient ?? '');
    const ends = await Promise.all(
      sends.map(async ({ one, recipients }) => {
        const deliveries = await ports.test(one.id, recipients, signal);
        return deliveries.map((delivery) => describe(one, delivery));
      }),
    );
    const results = ends.flat();
    return { isSent: results.every(({ state }) => state === 'sent'), results };
  },
});

const deliveryPage = closed({
  deliveries: Type.Array(deliverySchema),
  next: nullable(Type.Integer({ description: 'There are older ones: ask again with this as `before`' })),
});

const notifyLog = defineCommand({
  id: 'notify.log',
  summary: 'What was sent to whom, newest first: each message, its tries, and why it was given up',
  scope: 'read',
  input: closed({
    notifier: Type.Optional({ ...notifierId, description: 'Only of this one' }),
    state: Type.Optional(oneOf(deliveryStates, { description: `Only ${deliveryStates.join(', ')}` })),
    alert: Type.Optional(
      Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Only of this alert' }),
    ),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Only messages with smaller ids: for the next page' }),
    ),
    limit: Type.Integer({ default: 100, minimum: 1, maximum: deliveriesPerPageMax, description: 'Messages' }),
  }),
  output: deliveryPage,
  http: {
    method: 'GET',
    path: '/api/v1/deliveries',
    nextPage: (answer) => {
      const { next } = answer as Static<typeof deliveryPage>;
      return next === null ? undefined : { before: next };
    },
  },
  cli: {
    verb: 'notify log',
    list: 'deliveries',
    columns: ['id', 'alert', 'notifier', 'recipient', 'state', 'tries', 'dueMs', 'endedMs', 'reason'],
  },
  run: async (ports: NotifyCommandPorts, { before, limit, ...only }) => {
    const rows = await ports.store.call('listDeliveries', {
      ...only,
      ...(before !== undefined && { beforeId: before }),
      rowsMax: limit + 1,
    });
    const page = rows.slice(0, limit);
    const notifiers = new Map(ports.notifiers().map((one) => [one.id, one]));
    return {
      deliveries: page.map((row) => describe(notifiers.get(row.notifier), row)),
      next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  },
});

const notifyBalance = defineCommand({
  id: 'notify.balance',
  summary: 'What is left of what was paid for: of SMS',
  scope: 'admin',
  input: closed({ id: notifierId }),
  output: closed({
    id: Type.String(),
    amount: Type.Number(),
    currency: Type.String({ description: 'EUR' }),
  }),
  http: { method: 'GET', path: '/api/v1/notifiers/:id/balance', answerMsMax: 20_000 },
  cli: { verb: 'notify balance', positionals: ['id'] },
  run: async (ports: NotifyCommandPorts, { id }, { signal }) => {
    const one = usable(ports.notifiers(), id);
    if (!one.hasBalance) {
      throw new GatewayError('input_invalid', `notifier ${id} is ${one.kind}, which has no balance`, {
        hint: 'see egw notify list',
        facts: { property: 'id' },
      });
    }
    const { amount, currency } = await ports.balance(id, signal);
    return { id, amount, currency };
  },
});

export const notifyCommands = [notifyList, notifyTest, notifyLog, notifyBalance] as const;

/** The commands about notifiers with what they need. */
export function bindNotifyCommands(ports: NotifyCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(notifyList, ports),
    bindCommand(notifyTest, ports),
    bindCommand(notifyLog, ports),
    bindCommand(notifyBalance, ports),
  ];
}

async function describeNotifier(
  { store }: NotifyCommandPorts,
  one: ListedNotifier,
): Promise<Static<typeof notifierSchema>> {
  const { id, name, kind, title, isEnabled, problem, language, isRepeatSafe, hasBalance } = one;
  const [[sent], [failed], queued] = await Promise.all([
    store.call('listDeliveries', { notifier: id, state: 'sent', rowsMax: 1 }),
    store.call('listDeliveries', { notifier: id, state: 'failed', rowsMax: 1 }),
    store.call('listDeliveries', { notifier: id, state: 'queued', rowsMax: deliveriesPerPageMax }),
  ]);
  const tried = queued.find(({ reason }) => reason !== null);
  return {
    ...{ id, name, kind, title, enabled: isEnabled, problem: problem ?? null, language },
    recipients: one.recipients.filter((recipient) => recipient !== '').map((to) => one.shownRecipient(to)),
    ...{ isRepeatSafe, hasBalance, queued: queued.length },
    sentMs: sent?.endedMs ?? null,
    failedMs: failed?.endedMs ?? null,
    reason: tried?.reason ?? failed?.reason ?? null,
  };
}

function describe(one: ListedNotifier | undefined, delivery: StoredDelivery): ShownDelivery {
  // Of a notifier that is not there any more nobody knows what of a recipient may be shown.
  return describeDelivery(delivery, one === undefined ? '' : one.shownRecipient(delivery.recipient));
}

function testedNotifiers(
  all: readonly ListedNotifier[],
  wanted: string | undefined,
): readonly ListedNotifier[] {
  if (wanted !== undefined) return [usable(all, wanted)];
  const ready = all.filter(({ isEnabled, problem }) => isEnabled && problem === undefined);
  if (ready.length > 0) return ready;
  throw new GatewayError('input_invalid', 'there is no notifier that can send', {
    hint: all.length === 0 ? 'configure one under notifiers: see docs/alerts.md' : 'see egw notify list',
  });
}

/** Errors: `not_found`; `input_invalid` when nothing can be sent with it, and why. */
function usable(all: readonly ListedNotifier[], id: string): ListedNotifier {
  const one = all.find((candidate) => candidate.id === id);
  if (one === undefined) {
    throw new GatewayError('not_found', `there is no notifier ${JSON.stringify(id)}`, {
      hint: all.length === 0 ? 'none is configured' : `there are: ${all.map((each) => each.id).join(', ')}`,
    });
  }
  const problem = one.problem ?? (one.isEnabled ? undefined : 'it is switched off');
  if (problem === undefined) return one;
  throw new GatewayError('input_invalid', `nothing can be sent with notifier ${id}: ${problem}`, {
    hint: 'correct its configuration, and start the gateway again',
    facts: { property: 'notifier' },
  });
}

/** Whom a name means: a recipient as it is written to, or as it is shown. */
function testedRecipients(one: ListedNotifier, wanted: string | undefined): readonly string[] {
  if (wanted === undefined) return one.recipients;
  return one.recipients.filter(
    (recipient) => recipient === wanted || one.shownRecipient(recipient) === wanted,
  );
}

function unknownRecipient(wanted: readonly ListedNotifier[], recipient: string): GatewayError {
  const known = wanted.flatMap((one) => one.recipients.map((to) => one.shownRecipient(to)));
  const message = `there is no recipient ${JSON.stringify(recipient)}: a test goes to those that are configured`;
  return new GatewayError('input_invalid', message, {
    hint: `there are: ${known.join(', ')}`,
    facts: { property: 'recipient' },
  });
}
