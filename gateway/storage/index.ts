export type { DatabaseOptions } from './database-service.ts';
export { openInProcessDatabase } from './in-process-database.ts';
export { openWorkerDatabase, type DatabasePorts } from './worker-database.ts';
