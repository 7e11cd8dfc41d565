import { Type, type Static } from 'typebox';
import type { AuditLine } from '../../storage/store-calls.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { newestPage } from '../newest-page.ts';
import { closed, instant, nullable } from '../schema.ts';
import type { StorePort } from '../store-port.ts';

export interface RecordPorts {
  readonly store: StorePort<'listAuditLines'>;
}

const auditRowsMax = 1_000;

const auditPage = closed({
  lines: Type.Array(
    closed({
      atMs: instant(),
      principal: Type.String({ description: 'local, token:ID or anonymous' }),
      action: Type.String(),
      outcome: Type.String({ description: "ok, or the error's code" }),
      detail: Type.String(),
    }),
  ),
  next: nullable(instant({ description: 'There are older ones: ask again with this as `before`' })),
});

const auditList = defineCommand({
  id: 'audit.list',
  summary: 'Who did what, newest first',
  scope: 'admin',
  input: closed({
    before: Type.Optional(
      Type.Integer({ description: 'Only lines older than this instant (epoch ms): for the next page' }),
    ),
    limit: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: auditRowsMax,
      description: `Lines, at most ${auditRowsMax}; those of one instant are never parted`,
    }),
  }),
  output: auditPage,
  http: {
    method: 'GET',
    path: '/api/v1/audit',
    nextPage: (answer) => {
      const { next } = answer as Static<typeof auditPage>;
      return next === null ? undefined : { before: next };
    },
  },
  cli: { verb: 'audit list', list: 'lines' },
  run: async ({ store }: RecordPorts, { before, limit }) => {
    // No bound rather than now: after the clock was set back, the newest lines may be from ahead.
    const beforeMs = before ?? Number.MAX_SAFE_INTEGER;
    const { rows, next } = await newestPage<AuditLine>(
      limit,
      ({ atMs }) => atMs,
      (rowsMax) => store.call('listAuditLines', { beforeMs, rowsMax }),
    );
    return { lines: rows, next };
  },
});

export const recordCommands = [auditList] as const;

/** The commands about what is kept on disk with what they need. */
export function bindRecordCommands(ports: RecordPorts): readonly BoundCommand[] {
  return [bindCommand(auditList, ports)];
}
