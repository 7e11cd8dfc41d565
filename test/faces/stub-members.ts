import { silentLogger } from '../../gateway/core/logger.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import { bindCostSharingCommands } from '../../gateway/features/members/cost-sharing-commands.ts';
import { bindDerogationCommands } from '../../gateway/features/members/derogation-commands.ts';
import { DerogationDesk } from '../../gateway/features/members/derogation-desk.ts';
import { bindMemberCommands } from '../../gateway/features/members/member-commands.ts';
import { MemberRegister } from '../../gateway/features/members/member-register.ts';
import type { MembersPorts } from '../../gateway/features/members/members-ports.ts';
import { Statements } from '../../gateway/features/members/statements.ts';
import type { ManualTime } from './manual-time.ts';

const hourMs = 3_600_000;

/** Two who share a server, and one who has left; one has a name that means no good. Nothing of it can be changed. */
export function stubMemberCommands(clock: ManualTime): readonly BoundCommand[] {
  const nowMs = clock.wall();
  const person = { role: 'member', addedMs: nowMs } as const;
  const answers: Partial<Record<string, unknown>> = {
    listMembers: [
      { ...person, id: '7', name: 'Ann\u001b[31m' },
      { ...person, id: '8', name: 'Bob', role: 'admin' },
      { ...person, id: '9', name: 'Zoé' },
    ],
    listPresences: [
      { id: 1, member: '7', arrival: '2025-06-01', leave: null },
      { id: 2, member: '8', arrival: '2025-06-01', leave: null },
      { id: 3, member: '9', arrival: '2025-06-01', leave: '2025-07-01' },
    ],
    listDerogations: [
      {
        ...{ id: 3, member: '7', createdMs: nowMs, removedMs: null, removedWhy: null },
        ...{ startMs: nowMs - hourMs, endMs: nowMs + hourMs },
      },
    ],
    addDerogation: 4,
    removeDerogation: true,
    listStatements: [{ year: 2025, member: '7', name: 'Ann', microEuros: 1, madeMs: nowMs, paidDay: null }],
    getMeterMark: { atMs: nowMs, totalMwh: 0, restarts: 0, firstDay: '2025-06-01' },
    listMetered: { intervals: [] },
    listTempoDays: [],
    listTempoPrices: [],
  };
  const ports: MembersPorts = {
    ...{ clock, logger: silentLogger, isTimeKnown: () => true },
    store: {
      call: (async (name: string) => await Promise.resolve(answers[name])) as MembersPorts['store']['call'],
    },
    tempo: {
      colourOf: () => undefined,
      redProbability: () => 1,
      priceOf: () => 200_000,
      whyNoPrice: () => '',
      onNews: () => () => undefined,
    },
    hasGuild: true,
    guild: { holds: () => Promise.resolve('unknown'), tell: () => Promise.resolve() },
    desk: { observe: () => Promise.resolve(), observedToMs: () => undefined },
  };
  const settings = { language: 'en' } as const;
  const derogations = new DerogationDesk(ports);
  return [
    ...bindMemberCommands({ members: new MemberRegister(ports, settings, () => undefined) }),
    ...bindDerogationCommands({ derogations }),
    ...bindCostSharingCommands({ members: ports, statements: new Statements(ports, settings) }),
  ];
}
