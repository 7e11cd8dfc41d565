export { openInProcessDatabase } from './in-process-database.ts';
export { openWorkerDatabase } from './worker-database.ts';
