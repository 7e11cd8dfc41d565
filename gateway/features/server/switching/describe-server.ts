import { Type, type Static } from 'typebox';
import { addDays, tempoDayAt, tempoDayInterval, type TempoDay } from '../../../core/tempo-day.ts';
import { tempoColours } from '../../../core/tempo-rules.ts';
import { closed, instant, nullable, oneOf, ratio } from '../../schema.ts';
import { describeOrder, orderSchema } from './describe-order.ts';
import { reasonOfWish, reasonWords } from './order-reason.ts';
import { policyReasons, type PolicyWish } from './switching-policy.ts';
import { switchingTroubles } from './switching-troubles.ts';
import type { UnusableSwitch } from './switching-ports.ts';
import type { Switching } from './switching.ts';

const position = { type: ['string', 'null'], enum: ['on', 'off', null] };
const maybePosition = (description: string) => Type.Unsafe<'on' | 'off' | null>({ ...position, description });

const day = closed({
  day: Type.String(),
  colour: Type.Unsafe<(typeof tempoColours)[number] | null>({
    ...{ type: ['string', 'null'], enum: [...tempoColours, null] },
    description: 'null: not known',
  }),
  isProvisional: Type.Boolean({ description: 'It may still turn out otherwise' }),
  redProbability: ratio(),
});

/** The server as it is switched. */
export const serverSchema = closed({
  name: Type.String({ description: 'For people' }),
  position: maybePosition('As it is seen; null: it cannot be seen'),
  seenBy: Type.Unsafe<'plug' | 'switch' | null>({ type: ['string', 'null'], enum: ['plug', 'switch', null] }),
  seenAtMs: nullable(instant()),
  powerW: nullable(Type.Number({ description: 'Of its plug, W' })),
  wanted: maybePosition('By the policy; null: it has no say'),
  reason: Type.Unsafe<(typeof policyReasons)[number] | null>({
    ...{ type: ['string', 'null'], enum: [...policyReasons, null] },
    description: 'Why, stable',
  }),
  why: Type.String({ description: 'Why, in words' }),
  nextChangeMs: nullable(
    instant({ description: 'When the policy wants something else; null: none in sight' }),
  ),
  nextPosition: maybePosition('What it wants then'),
  nextWhy: nullable(Type.String()),
  isNextCertain: Type.Boolean({ description: 'false: a colour that is not known yet may change it' }),
  lastOrder: nullable(orderSchema),
  hasSwitch: Type.Boolean({ description: 'That can be used' }),
  switch: nullable(Type.String({ description: 'Its id, whether it can be used or not' })),
  policy: oneOf(['seed', 'tariff', 'none']),
  unknownColour: oneOf(['stay-on', 'turn-off', 'by-probability']),
  dryRun: Type.Boolean({ description: 'Nothing is sent' }),
  problem: nullable(Type.String({ description: 'Why it is not as it was told to be' })),
  days: Type.Array(day, { description: 'The tariff day of now, and the next' }),
  derogations: Type.Array(
    closed({ id: Type.Integer(), member: Type.String(), startMs: instant(), endMs: instant() }),
    { description: 'Those that hold, until the end of the next tariff day' },
  ),
  ups: nullable(
    closed({
      source: Type.String(),
      isOnBattery: nullable(Type.Boolean({ description: 'null: it has said nothing yet' })),
      isLow: nullable(Type.Boolean()),
      chargePercent: nullable(Type.Number()),
      runtimeS: nullable(Type.Number({ description: 'What the battery lasts for, s' })),
      atMs: nullable(instant({ description: 'Its last word' })),
      isHeard: Type.Boolean({ description: 'It has said something within the last minute' }),
      phase: oneOf(['mains', 'battery', 'shut'], {
        description: 'shut: the server was shut down because of it',
      }),
    }),
  ),
});

export function describeServer(switching: Switching): Static<typeof serverSchema> {
  const { settings, powerSwitch, unusable, clock } = switching.ports;
  const { name, policy, unknownColour, dryRun } = settings;
  const today = tempoDayAt(clock.wall());
  const last = switching.desk.current;
  return {
    ...{ name, policy, unknownColour, dryRun },
    ...seenFacts(switching),
    ...wishFacts(switching),
    lastOrder: last === undefined ? null : describeOrder(last),
    hasSwitch: powerSwitch !== undefined,
    switch: powerSwitch?.id ?? unusable?.id ?? null,
    problem: switchingTroubles(switching).notSwitched ?? (unusable && unusableWords(unusable)) ?? null,
    days: [today, addDays(today, 1)].map((one) => describeDay(switching, one)),
    derogations: derogationsOf(switching, today),
    ups: describeUps(switching),
  };
}

function unusableWords({ id, reason }: UnusableSwitch): string {
  return `its switch ${id} cannot be used: ${reason}`;
}

function seenFacts(switching: Switching) {
  const { position, leaning, by, atMs, power } = switching.seen();
  return {
    position: position ?? leaning ?? null,
    seenBy: by ?? null,
    seenAtMs: atMs ?? null,
    powerW: power?.watts ?? null,
  };
}

function wishFacts(switching: Switching) {
  const [wish, next] = [switching.wish(), switching.nextChange()];
  return {
    wanted: wish?.wanted ?? null,
    reason: wish?.reason ?? null,
    why: whyWords(switching, wish),
    nextChangeMs: next?.atMs ?? null,
    nextPosition: next?.wish.wanted ?? null,
    nextWhy: next === undefined ? null : reasonWords(reasonOfWish(next.wish)),
    isNextCertain: next?.isCertain ?? true,
  };
}

function whyWords({ ports }: Switching, wish: PolicyWish | undefined): string {
  if (wish !== undefined) return reasonWords(reasonOfWish(wish));
  if (ports.settings.policy === 'none') return 'only people switch it: the policy is none';
  if (!ports.isTimeKnown()) return 'the time is not known';
  return 'colours and derogations were not read yet';
}

function describeDay({ knowledge }: Switching, one: TempoDay): Static<typeof day> {
  const known = knowledge.colourOf(one);
  return {
    day: one,
    colour: known?.colour ?? null,
    isProvisional: known?.state === 'provisional',
    redProbability: knowledge.redProbability(one),
  };
}

function derogationsOf(
  { knowledge, ports }: Switching,
  today: TempoDay,
): Static<typeof serverSchema>['derogations'] {
  const startMs = Math.floor(ports.clock.wall());
  const { endMs } = tempoDayInterval(addDays(today, 1));
  return knowledge
    .covering({ startMs, endMs })
    .map((one) => ({ id: one.id, member: one.member, startMs: one.startMs, endMs: one.endMs }));
}

function describeUps(switching: Switching): Static<typeof serverSchema>['ups'] {
  const source = switching.ports.settings.ups;
  if (source === undefined) return null;
  const said = switching.upsSaid();
  return {
    source,
    isOnBattery: said?.isOnBattery ?? null,
    isLow: said?.isLow ?? null,
    chargePercent: said?.chargePercent ?? null,
    runtimeS: said?.runtimeS ?? null,
    atMs: said?.atMs ?? null,
    isHeard: switching.isUpsHeard(),
    phase: switching.upsState.phase,
  };
}
