// Made by scripts/make-client.mjs from what the commands declare.
type TaskListInput = Record<string, never>;

interface TaskListOutput {
  tasks: {
    /** verb:object, such as harvest:inverter-1 */
    name: string;
    group: string;
    priority: 'safety' | 'control' | 'acquire' | 'store' | 'publish' | 'housekeeping';
    lane: string | null;
    /** suspended: its group does not run in this state of the gateway */
    state: 'waiting' | 'ready' | 'held' | 'running' | 'suspended';
    /** Start to start; null runs once */
    periodMs: number | null;
    nextDueMs: number | null;
    runs: number;
    failures: number;
    /** Beats that passed while it ran, waited or was shed */
    beatsSkipped: number;
    lastDurationMs: number | null;
    /** Start of the latest run behind its beat */
    lateMs: number | null;
    /** The latest failure; null while it is well */
    lastError: string | null;
  }[];
}

export interface TaskOperations {
  /** The engine's tasks: what runs when, and how late. Needs the scope read. */
  'task.list': { input: TaskListInput; output: TaskListOutput };
}
