import { join } from 'node:path';
import { statSync } from 'node:fs';
import type { StoreCalls } from '../store-calls.ts';
import type { RewriteCopy, RewritePlan } from '../upkeep-calls.ts';
import { writeBackup } from './backup-files.ts';
import { copyDatabase } from './copy-database.ts';
import { nextDatabasePath } from './replace-database.ts';

/** Calls that take long, and that the database worker hands to a thread beside it. */
export type LongCall = 'writeBackup' | 'copyForRewrite';

export function isLongCall(name: keyof StoreCalls): name is LongCall {
  return name === 'writeBackup' || name === 'copyForRewrite';
}

/** They use no connection of others, so they run in any thread of the process that holds the instance lock. */
export const longCalls: {
  readonly [Name in LongCall]: (
    directory: string,
    ...parameters: Parameters<StoreCalls[Name]>
  ) => ReturnType<StoreCalls[Name]>;
} = {
  writeBackup: (directory, request) => writeBackup(directory, request),
  copyForRewrite: (directory, plan) => copyForRewrite(directory, plan),
};

function copyForRewrite(directory: string, { cutMs }: RewritePlan): RewriteCopy {
  const targetPath = nextDatabasePath(directory);
  const { leftBehind } = copyDatabase({ sourcePath: join(directory, 'egw.db'), targetPath, cutMs });
  return { leftBehind, bytes: statSync(targetPath).size };
}
