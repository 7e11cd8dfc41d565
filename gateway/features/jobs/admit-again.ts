import { GatewayError } from '../../core/errors.ts';
import type { ProgramFiles } from '../../core/program-files.ts';
import { admitCommand } from './allow-list.ts';
import type { FindJobFolder } from './job-folder.ts';
import type { JobFacts } from './job-port.ts';
import type { JobsSettings } from './jobs-section.ts';

interface Parts {
  readonly settings: JobsSettings;
  readonly findFolder: FindJobFolder;
  readonly files: ProgramFiles;
}

/**
 * Whether others than who sits at the gateway may start a job. One that waits is to run anyway; what has ended they may
 * have run once more only where they may add the same today. Errors: `forbidden`, `folder_unusable`.
 */
export async function admitAgain(job: JobFacts, { settings, findFolder, files }: Parts): Promise<void> {
  if (job.state !== 'failed' && job.state !== 'missed') return;
  const { path: directory } = await findFolder({});
  const { command, cwd, environment, user, group } = job.definition;
  const wanted = { command, cwd: cwd === directory ? undefined : cwd, environment, user, group };
  const admitted = await admitCommand(wanted, false, settings, files);
  const isSame = JSON.stringify(admitted.command) === JSON.stringify(command);
  if (isSame && (admitted.cwd ?? directory) === cwd) return;
  throw new GatewayError('forbidden', `job ${job.id} is not one that others may have run once more`, {
    hint: 'the owner runs it on the machine of the gateway, or adds to jobs.allow',
  });
}
