export { openInProcessDatabase } from './in-process-database.ts';
export { openWorkerDatabase } from './worker-database.ts';
export { restoreDatabase, type RestoreReport } from './upkeep/restore-database.ts';
