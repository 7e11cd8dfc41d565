import { Type } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable } from '../schema.ts';
import type { SpoolFacts } from './spool/job-spool.ts';

export interface SpoolCommandPorts {
  /** undefined where no folder is watched. */
  readonly spool: () => SpoolFacts | undefined;
}

const jobSpool = defineCommand({
  id: 'job.spool',
  summary: 'The folder that jobs come from as files: what waits there, and what was rejected and why',
  scope: 'read',
  input: closed({}),
  output: closed({
    path: nullable(Type.String({ description: 'null where no folder is watched' })),
    problem: nullable(Type.String({ description: 'Why nothing is taken from it; null while all is well' })),
    waiting: Type.Integer({ description: 'Files that are there and not taken yet' }),
    taken: Type.Integer({ description: 'Since the gateway started' }),
    rejected: Type.Array(closed({ name: Type.String(), reason: Type.String(), atMs: instant() }), {
      description: 'The newest first, and not all of them',
    }),
  }),
  http: { method: 'GET', path: '/api/v1/jobs/spool' },
  cli: { verb: 'job spool' },
  run: ({ spool }: SpoolCommandPorts) => {
    const facts = spool();
    return {
      path: facts?.path ?? null,
      problem: facts?.problem ?? null,
      waiting: facts?.waiting ?? 0,
      taken: facts?.taken ?? 0,
      rejected: (facts?.rejected ?? []).map(({ name, reason, atMs }) => ({ name, reason, atMs })),
    };
  },
});

export const spoolCommands = [jobSpool] as const;

/** The commands about jobs that come as files, with what they need. */
export function bindSpoolCommands(ports: SpoolCommandPorts): readonly BoundCommand[] {
  return [bindCommand(jobSpool, ports)];
}
