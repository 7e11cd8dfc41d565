import { Type, type Static } from 'typebox';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, duration, instant, nullable, oneOf, ratio } from '../schema.ts';

const taskFacts = closed({
  name: Type.String({ description: 'verb:object, such as harvest:inverter-1' }),
  group: Type.String(),
  priority: oneOf(['safety', 'control', 'acquire', 'store', 'publish', 'housekeeping']),
  lane: nullable(Type.String()),
  state: oneOf(['waiting', 'ready', 'held', 'running', 'suspended'], {
    description: 'suspended: its group does not run in this state of the gateway',
  }),
  periodMs: nullable(duration({ description: 'Start to start; null runs once' })),
  nextDueMs: nullable(instant()),
  runs: Type.Integer(),
  failures: Type.Integer(),
  beatsSkipped: Type.Integer({ description: 'Beats that passed while it ran, waited or was shed' }),
  lastDurationMs: nullable(duration()),
  lateMs: nullable(duration({ description: 'Start of the latest run behind its beat' })),
  lastError: nullable(Type.String({ description: 'The latest failure; null while it is well' })),
});
const laneFacts = closed({
  name: Type.String(),
  state: oneOf(['idle', 'busy', 'closed']),
  tasks: Type.Integer(),
  queued: Type.Integer(),
  ageBoundMs: nullable(
    duration({
      description:
        'Worst age of any reading of this lane, as computed at load; null when the lane is overloaded',
    }),
  ),
  ageMeasuredMs: nullable(duration({ description: 'Worst age seen since the start' })),
  utilisation: ratio({ description: 'Share of the time that it is busy, as computed at load' }),
  busyShare: ratio({ description: 'As measured since the start' }),
  deadShare: ratio({
    description: 'Of the time, spent on probes of dead devices outside the slack, since the start',
  }),
});

export type TaskFacts = Static<typeof taskFacts>;
export type LaneFacts = Static<typeof laneFacts>;

/** What the engine tells of its work; never waits. */
export interface EnginePort {
  /** By name. */
  tasks(): readonly TaskFacts[];
  /** By name. */
  lanes(): readonly LaneFacts[];
}

export interface EnginePorts {
  readonly engine: EnginePort;
}

const taskList = defineCommand({
  id: 'task.list',
  summary: "The engine's tasks: what runs when, and how late",
  scope: 'read',
  input: closed({}),
  output: closed({ tasks: Type.Array(taskFacts) }),
  http: { method: 'GET', path: '/api/v1/tasks' },
  cli: { verb: 'task list', list: 'tasks' },
  run: ({ engine }: EnginePorts) => ({ tasks: [...engine.tasks()] }),
});

const laneList = defineCommand({
  id: 'lane.list',
  summary: 'The lanes: how old a reading can get, and how old it got',
  scope: 'read',
  input: closed({}),
  output: closed({ lanes: Type.Array(laneFacts) }),
  http: { method: 'GET', path: '/api/v1/lanes' },
  cli: { verb: 'lane list', list: 'lanes' },
  run: ({ engine }: EnginePorts) => ({ lanes: [...engine.lanes()] }),
});

export const engineCommands = [taskList, laneList] as const;

/** The commands about the engine with what they need. */
export function bindEngineCommands(ports: EnginePorts): readonly BoundCommand[] {
  return [bindCommand(taskList, ports), bindCommand(laneList, ports)];
}
