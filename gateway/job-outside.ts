import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Config } from './config/config.ts';
import type { Alarm } from './core/clock.ts';
import type { JobOutside } from './jobs-keeping.ts';
import { jobsSection, jobsSettings } from './features/jobs/jobs-section.ts';
import { openSpool } from './system/open-spool.ts';
import { realClock } from './system/real-clock.ts';
import { createRealJobProcesses } from './system/real-job-processes.ts';
import { realProgramFiles } from './system/real-program-files.ts';

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Of the gateway's own environment, what every job gets; nothing else, since secrets may be in it. */
const usualVariables = ['PATH', 'LANG', 'LC_ALL', 'TZ'];

interface Surroundings {
  /** Of the data: jobs must not see it. */
  readonly directory: string;
  /** Wherever it is: secrets may stand in it. */
  readonly configFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly alarm: Alarm;
}

/** What jobs need of this machine. */
export function realJobOutside(
  { features, http }: Pick<Config, 'features' | 'http'>,
  { directory, configFile, environment, alarm }: Surroundings,
): Required<Omit<JobOutside, 'jobSpool'>> & Pick<JobOutside, 'jobSpool'> {
  const { user, sandbox, spool, environment: passed } = jobsSettings(features[jobsSection.key]);
  const folder = openSpool(spool, { environment, dataDirectory: directory, platform: process.platform });
  return {
    jobProcesses: createRealJobProcesses({
      ...{ clock: realClock, alarm, user, sandbox },
      hiddenPaths: [directory, configFile, resolve(directory, http.tls?.key ?? '')],
      jobsFolder: join(directory, 'jobs'),
      newKey: randomUUID,
    }),
    jobEnvironment: jobEnvironment(environment, [
      ...usualVariables,
      // The home of root is no place for who runs its jobs.
      ...(user === undefined && process.getuid?.() !== 0 ? ['HOME'] : []),
      ...passed,
    ]),
    jobDirectory: process.cwd(),
    programFiles: realProgramFiles,
    ...(folder && { jobSpool: folder }),
  };
}

function jobEnvironment(
  environment: Surroundings['environment'],
  names: readonly string[],
): Readonly<Record<string, string>> {
  const passed = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { PATH: usualPath, ...Object.fromEntries(passed) };
}
