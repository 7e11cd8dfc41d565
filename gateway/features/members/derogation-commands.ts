import { Type, type Static } from 'typebox';
import type { StoredDerogation } from '../../storage/member-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable } from '../schema.ts';
import type { DerogationDesk } from './derogation-desk.ts';
import { clockText, touchedDays } from './derogation-window.ts';
import { readDay } from './read-day.ts';
import { refuse } from './refuse.ts';

export interface DerogationCommandPorts {
  readonly derogations: DerogationDesk;
}

const member = Type.String({ pattern: '^[0-9]{1,20}$', maxLength: 20, description: 'Id of the member' });
const date = (description: string) =>
  Type.String({ maxLength: 40, description: `${description}: 2025-01-10` });
const hour = (description: string) =>
  Type.String({ maxLength: 40, description: `${description}: 14, 14h or 14:30, by the clocks of France` });
const derogationFacts = closed({
  id: Type.Integer(),
  member: Type.String(),
  startMs: instant(),
  endMs: instant({ description: 'Not in it' }),
  starts: Type.String({ description: 'By the clocks of France' }),
  ends: Type.String(),
  days: Type.Array(Type.String(), {
    description: 'Tariff days that it touches: their cost is shared by holders of derogations alone',
  }),
  createdMs: instant(),
  removedMs: nullable(instant({ description: 'When it was taken back; null while it holds' })),
  removedWhy: nullable(Type.String()),
});

const list = defineCommand({
  id: 'derogation.list',
  summary: 'Times in which members want the server on, though the day is red',
  scope: 'read',
  input: closed({
    member: Type.Optional(member),
    from: Type.Optional(date('First tariff day; the one that runs unless said')),
    to: Type.Optional(date('Last tariff day, in it; all to come unless said')),
    removed: Type.Boolean({ default: false, description: 'Also those that were taken back' }),
  }),
  output: closed({ derogations: Type.Array(derogationFacts, { description: 'By start' }) }),
  http: { method: 'GET', path: '/api/v1/derogations' },
  cli: {
    verb: 'derogation list',
    list: 'derogations',
    columns: ['id', 'member', 'starts', 'ends', 'removedWhy'],
  },
  run: async ({ derogations }: DerogationCommandPorts, input) => {
    const first = input.from === undefined ? undefined : readDay('from', input.from);
    const last = input.to === undefined ? undefined : readDay('to', input.to);
    if (first !== undefined && last !== undefined && last < first)
      throw refuse('end-before-start', `from ${first} to ${last} there is no day`, {
        hint: 'give the earlier day as from',
        facts: { from: first, to: last },
      });
    const found = await derogations.list({ member: input.member, first, last, withRemoved: input.removed });
    return { derogations: found.map(describeDerogation) };
  },
});

const add = defineCommand({
  id: 'derogation.add',
  summary: 'Want the server on, though the day is red',
  scope: 'control',
  input: closed({
    member: Type.Optional(member),
    day: Type.String({
      default: 'today',
      maxLength: 40,
      description: 'today, from now on; tomorrow or a date, from 06:00: for 12 hours unless hours are given',
    }),
    hourStart: Type.Optional(hour('Start')),
    hourEnd: Type.Optional(hour('End, up to 24')),
  }),
  output: derogationFacts,
  http: { method: 'POST', path: '/api/v1/derogations', status: 201 },
  cli: { verb: 'derogation add', positionals: ['day'] },
  run: async ({ derogations }: DerogationCommandPorts, input, { principal }) =>
    describeDerogation(await derogations.add(input, principal)),
});

const remove = defineCommand({
  id: 'derogation.remove',
  summary: 'Take a derogation back: one’s own until 21:45 of the evening before its red day, an admin any',
  scope: 'control',
  input: closed({ id: Type.Integer({ minimum: 1, description: 'As derogation list shows it' }) }),
  output: derogationFacts,
  http: { method: 'DELETE', path: '/api/v1/derogations/:id' },
  cli: { verb: 'derogation remove', positionals: ['id'] },
  run: async ({ derogations }: DerogationCommandPorts, input, { principal }) =>
    describeDerogation(await derogations.remove(input.id, principal)),
});

export const derogationCommands = [list, add, remove] as const;

/** The commands about derogations with what they need. */
export function bindDerogationCommands(ports: DerogationCommandPorts): readonly BoundCommand[] {
  return [bindCommand(list, ports), bindCommand(add, ports), bindCommand(remove, ports)];
}

function describeDerogation(derogation: StoredDerogation): Static<typeof derogationFacts> {
  return {
    ...derogation,
    starts: clockText(derogation.startMs),
    ends: clockText(derogation.endMs),
    days: [...touchedDays(derogation)],
  };
}
