import { Type, type Static } from 'typebox';
import { memberRoles } from '../../storage/member-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import type { MemberFacts, MemberRegister } from './member-register.ts';

export interface MemberCommandPorts {
  readonly members: MemberRegister;
}

const id = Type.String({
  pattern: '^[1-9][0-9]{0,19}$',
  maxLength: 20,
  description: 'Of the member: his id at Discord, or a number of one’s own',
  examples: ['190000000000000001'],
});
const name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', description: 'For people' });
const date = (description: string) =>
  Type.String({ maxLength: 40, description: `${description}: 2024-06-01` });
const role = oneOf(memberRoles);
const memberFacts = closed({
  id,
  name: Type.String(),
  role,
  isFirstAdmin: Type.Boolean({ description: 'By the configuration: members.firstAdmin' }),
  isPresent: Type.Boolean({ description: 'Shares the cost of today' }),
  since: nullable(Type.String({ description: 'Arrival of who is there' })),
  addedMs: instant(),
  presences: Type.Array(
    closed({
      arrival: Type.String({ description: 'The first day that counts' }),
      leave: nullable(Type.String({ description: 'The first day that does not count any more' })),
    }),
    { description: 'Oldest first' },
  ),
});

const list = defineCommand({
  id: 'member.list',
  summary: 'Who shares the server and its cost, and since when',
  scope: 'read',
  input: closed({}),
  output: closed({
    members: Type.Array(memberFacts, { description: 'By id; those who left, too' }),
    firstAdmin: nullable(Type.String({ description: 'Always an admin, member or not' })),
  }),
  http: { method: 'GET', path: '/api/v1/members' },
  cli: {
    verb: 'member list',
    list: 'members',
    columns: ['id', 'name', 'role', 'isPresent', 'since'],
  },
  run: async ({ members }: MemberCommandPorts) => ({
    members: (await members.list()).map(describeMember),
    firstAdmin: members.firstAdmin ?? null,
  }),
});

const add = defineCommand({
  id: 'member.add',
  summary: 'Let somebody share the server, for the first time or again',
  scope: 'admin',
  input: closed({
    id,
    name: Type.Optional(name),
    arrival: Type.Optional(date('The first day that he shares; today unless said')),
  }),
  output: closed({
    member: memberFacts,
    note: nullable(Type.String({ description: 'What is not sure' })),
  }),
  http: { method: 'POST', path: '/api/v1/members', status: 201 },
  cli: { verb: 'member add', positionals: ['id'] },
  run: async ({ members }: MemberCommandPorts, input, { principal }) => {
    const { member, note } = await members.add(input, principal);
    return { member: describeMember(member), note };
  },
});

const leave = defineCommand({
  id: 'member.leave',
  summary: 'Somebody leaves: that day does not count any more. A member may leave himself',
  scope: 'control',
  input: closed({ id, leave: Type.Optional(date('The day; today unless an admin says so')) }),
  output: memberFacts,
  http: { method: 'POST', path: '/api/v1/members/:id/leave' },
  cli: { verb: 'member leave', positionals: ['id'] },
  run: async ({ members }: MemberCommandPorts, input, { principal }) =>
    describeMember(await members.leave(input, principal)),
});

const dates = defineCommand({
  id: 'member.dates',
  summary: 'Change when somebody arrived or left last',
  scope: 'admin',
  input: closed({ id, which: oneOf(['arrival', 'leave']), date: date('The day, not in the future') }),
  output: memberFacts,
  http: { method: 'PUT', path: '/api/v1/members/:id/dates' },
  cli: { verb: 'member dates', positionals: ['id', 'which', 'date'] },
  run: async ({ members }: MemberCommandPorts, input, { principal }) =>
    describeMember(
      await members.changeDate({ member: input.id, which: input.which, date: input.date }, principal),
    ),
});

const roleSet = defineCommand({
  id: 'member.role',
  summary: 'Make a member an admin, or not any more',
  scope: 'admin',
  input: closed({ id, role }),
  output: memberFacts,
  http: { method: 'PUT', path: '/api/v1/members/:id/role' },
  cli: { verb: 'member role', positionals: ['id', 'role'] },
  run: async ({ members }: MemberCommandPorts, input, { principal }) =>
    describeMember(await members.setRole(input.id, input.role, principal)),
});

const rename = defineCommand({
  id: 'member.rename',
  summary: 'Change the name of a member. A member may change his own',
  scope: 'control',
  input: closed({ id, name }),
  output: memberFacts,
  http: { method: 'PUT', path: '/api/v1/members/:id/name' },
  cli: { verb: 'member rename', positionals: ['id', 'name'] },
  run: async ({ members }: MemberCommandPorts, input, { principal }) =>
    describeMember(await members.rename(input.id, input.name, principal)),
});

export const memberCommands = [list, add, leave, dates, roleSet, rename] as const;

/** The commands about members with what they need. */
export function bindMemberCommands(ports: MemberCommandPorts): readonly BoundCommand[] {
  return [
    bindCommand(list, ports),
    bindCommand(add, ports),
    bindCommand(leave, ports),
    bindCommand(dates, ports),
    bindCommand(roleSet, ports),
    bindCommand(rename, ports),
  ];
}

function describeMember({ presences, isPresent, ...member }: MemberFacts): Static<typeof memberFacts> {
  const open = presences.find((one) => one.leave === null);
  return {
    ...{ id: member.id, name: member.name, role: member.role, isFirstAdmin: member.isFirstAdmin, isPresent },
    since: open?.arrival ?? null,
    addedMs: member.addedMs,
    presences: presences.map((one) => ({ arrival: one.arrival, leave: one.leave })),
  };
}
