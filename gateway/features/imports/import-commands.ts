import { Type } from 'typebox';
import { limits } from '../../core/limits.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant } from '../schema.ts';
import { partMax, type HistoryIntake } from './history-intake.ts';

export interface ImportCommandPorts {
  readonly intake: Pick<HistoryIntake, 'take'>;
}

const hourMs = 3_600_000;
const readingsMax = hourMs / 1_000;

const seriesName = {
  device: Type.String({
    description: 'The device or source, or a part of it: p1, p1/gas-4730',
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*(/[A-Za-z0-9][A-Za-z0-9._-]*)?$',
    maxLength: limits.seriesDeviceLengthMax,
  }),
  quantity: Type.String({ minLength: 1, maxLength: limits.quantityLengthMax }),
};

const count = (description: string) => Type.Integer({ description });

const historyAdd = defineCommand({
  id: 'history.add',
  summary: 'Add readings of the past from elsewhere; what is there already stands',
  scope: 'admin',
  input: closed({
    importId: Type.String({
      description: 'The same in all parts of one import: the audit log has one line for them',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]*$',
      maxLength: 80,
    }),
    dryRun: Type.Boolean({ description: 'Answers what it would do, and changes nothing', default: false }),
    hours: Type.Array(
      closed({
        ...seriesName,
        startMs: instant({ description: 'Where an hour of UTC starts' }),
        afterMs: Type.Array(Type.Integer({ minimum: 0, maximum: hourMs - 1 }), {
          description: 'When each was measured, in milliseconds after that, each later than the one before',
          minItems: 1,
          maxItems: readingsMax,
        }),
        value: Type.Array(Type.Number(), { minItems: 1, maxItems: readingsMax }),
      }),
      {
        description: `Whole hours of series, ${partMax.readings} readings in all at most`,
        maxItems: partMax.hours,
      },
    ),
    texts: Type.Array(
      closed({ ...seriesName, atMs: instant(), text: Type.String({ maxLength: limits.textLengthMax }) }),
      { description: 'Words, by time', maxItems: partMax.texts, default: [] },
    ),
  }),
  output: closed({
    added: count('Readings that are new'),
    known: count('Readings that are there already, as they are'),
    differing: count('Readings at times at which there is something else, which stands'),
    tooOld: count('Readings that are older than hours are kept'),
    tooNew: count('Readings of later than now'),
    texts: count('Words that are new'),
    differences: Type.Array(closed({ device: Type.String(), quantity: Type.String(), atMs: instant() }), {
      description: 'The first of those that differ',
    }),
  }),
  http: {
    method: 'POST',
    path: '/api/v1/history',
    answerMsMax: 60_000,
    bodyBytesMax: limits.historyBytesMax,
  },
  isAuditedItself: true,
  run: async ({ intake }: ImportCommandPorts, { importId, dryRun, hours, texts }, { principal }) => {
    const taken = await intake.take(
      {
        importId,
        isDryRun: dryRun,
        hours: hours.map(({ afterMs, value, ...hour }) => ({
          ...hour,
          atMs: Float64Array.from(afterMs, (after) => hour.startMs + after),
          value: Float64Array.from(value),
        })),
        texts,
      },
      principal.id,
    );
    return { ...taken, differences: [...taken.differences] };
  },
});

export const importCommands = [historyAdd] as const;

export function bindImportCommands(ports: ImportCommandPorts): readonly BoundCommand[] {
  return [bindCommand(historyAdd, ports)];
}
