import { Type } from 'typebox';
import { limits } from '../../core/limits.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant } from '../schema.ts';
import type { TsmIntake } from './tsm-intake.ts';
import { tsmSubjects } from './tsm-tally.ts';

export interface TsmCommandPorts {
  readonly intake: Pick<TsmIntake, 'take'>;
}

const day = () => Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', examples: ['2026-01-15'] });
const dayOrNone = () => Type.Union([day(), Type.Null()]);
const memberId = () => Type.String({ pattern: '^[1-9][0-9]{0,19}$', examples: ['190000000000000001'] });
const whole = () => Type.Integer({ minimum: 0 });
const wholeOrNone = () => Type.Union([whole(), Type.Null()]);
const where = () => Type.String({ description: 'Where it is in the database, for people', maxLength: 100 });
const price = () => Type.Integer({ description: 'Micro-euros per kWh', minimum: 0, maximum: 100_000_000 });
const bands = () => closed({ peak: price(), 'off-peak': price() });
const colour = () => Type.Enum(['blue', 'white', 'red']);
const band = () => Type.Enum(['peak', 'off-peak']);

const tsmAdd = defineCommand({
  id: 'tsm.add',
  summary: 'Add what a database of TSM says; what is there already stands',
  scope: 'admin',
  input: closed({
    dryRun: Type.Boolean({ description: 'Answers what it would do, and changes nothing', default: false }),
    colours: Type.Array(closed({ day: day(), colour: colour() }), { maxItems: limits.tempoDaysMax }),
    prices: Type.Array(
      closed({
        validFrom: day(),
        validTo: dayOrNone(),
        prices: closed({ blue: bands(), white: bands(), red: bands() }),
        source: Type.String({ minLength: 1, maxLength: 100 }),
      }),
      { maxItems: limits.tempoPricesMax },
    ),
    stretches: Type.Array(
      closed({
        day: day(),
        band: band(),
        startMs: instant(),
        endMs: instant(),
        kind: Type.Enum(['measured', 'estimated', 'down']),
        mwh: wholeOrNone(),
        startTotalMwh: wholeOrNone(),
        endTotalMwh: wholeOrNone(),
      }),
      { description: 'Energy of parts of bands, in the order of time', maxItems: limits.tsmStretchesMax },
    ),
    mark: Type.Union([closed({ atMs: instant(), totalMwh: whole() }), Type.Null()], {
      description: 'What the plug said last',
    }),
    members: Type.Array(
      closed({ id: memberId(), name: Type.String({ minLength: 1, maxLength: 100 }), where: where() }),
      { maxItems: limits.membersMax },
    ),
    presences: Type.Array(
      closed({ member: memberId(), arrival: day(), leave: dayOrNone(), where: where() }),
      { maxItems: limits.presencesMax },
    ),
    derogations: Type.Array(
      closed({ member: memberId(), startMs: instant(), endMs: instant(), where: where() }),
      { maxItems: limits.derogationsMax },
    ),
    statements: Type.Array(
      closed({
        year: Type.Integer({ minimum: 1970, maximum: 9999 }),
        member: memberId(),
        microEuros: Type.Integer(),
        paidDay: dayOrNone(),
        where: where(),
      }),
      { maxItems: limits.presencesMax },
    ),
  }),
  output: closed({
    added: closed(Object.fromEntries(tsmSubjects.map((subject) => [subject, Type.Integer()]))),
    known: Type.Integer({ description: 'What is there already, as it is' }),
    refused: Type.Array(closed({ where: Type.String(), why: Type.String() })),
    remarks: Type.Array(Type.String()),
  }),
  http: {
    method: 'POST',
    path: '/api/v1/import/tsm',
    answerMsMax: 120_000,
    bodyBytesMax: limits.tsmBytesMax,
  },
  isClosedToCloud: true,
  run: async ({ intake }: TsmCommandPorts, { dryRun, ...given }) => {
    const { added, known, refused, remarks } = await intake.take(given, dryRun);
    return { added, known, refused: [...refused], remarks: [...remarks] };
  },
});

export const tsmCommands = [tsmAdd] as const;

export function bindTsmCommands(ports: TsmCommandPorts): readonly BoundCommand[] {
  return [bindCommand(tsmAdd, ports)];
}
