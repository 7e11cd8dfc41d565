import type { ApiClient } from './api-client.ts';
import type { Lane, Task } from './api-types.ts';
import type { PageTime } from './browser-time.ts';
import { formatCount, formatDuration, formatShare, noValue } from './format.ts';
import type { GatewayClock } from './gateway-clock.ts';
import { createFactTable, type Column } from './fact-table.ts';
import { makeElement } from './make-element.ts';
import { createPeriodicView, type PeriodicView } from './periodic-view.ts';

export interface EngineParts {
  readonly element: Element;
  readonly client: ApiClient;
  readonly clock: GatewayClock;
  readonly time: PageTime;
}

/** Lanes and tasks: what runs when, how late, and how old a reading can get. */
export function createEngineView({ element, client, clock, time }: EngineParts): PeriodicView {
  const message = makeElement('p', { class: 'note', role: 'status' });
  const lanes = createFactTable('Lanes', laneColumns);
  const tasks = createFactTable('Tasks', taskColumns(clock));
  element.replaceChildren(
    makeElement('h2', {}, 'Lanes'),
    makeElement('p', { class: 'note' }, 'Devices of one lane take turns; lanes do not wait for each other.'),
    lanes.element,
    makeElement('h2', {}, 'Tasks'),
    tasks.element,
    message,
  );
  return createPeriodicView(message, time, async () => {
    const [laneList, taskList] = await Promise.all([client.lanes(), client.tasks()]);
    lanes.show(laneList);
    tasks.show(taskList);
  });
}

const laneColumns: readonly Column<Lane>[] = [
  { title: 'Lane', text: ({ name }) => name },
  { title: 'State', text: ({ state, queued }) => (queued > 0 ? `${state}, ${queued} waiting` : state) },
  { title: 'Tasks', isNumber: true, text: ({ tasks }) => formatCount(tasks) },
  {
    title: 'Oldest reading',
    isNumber: true,
    text: ({ ageMeasuredMs }) => (ageMeasuredMs === null ? noValue : formatDuration(ageMeasuredMs)),
    share: ({ ageMeasuredMs, ageBoundMs }) =>
      ageMeasuredMs === null || ageBoundMs === null ? undefined : ageMeasuredMs / ageBoundMs,
  },
  {
    title: 'Its bound',
    isNumber: true,
    text: ({ ageBoundMs }) => (ageBoundMs === null ? 'overloaded' : formatDuration(ageBoundMs)),
  },
  { title: 'Planned use', isNumber: true, text: ({ utilisation }) => formatShare(utilisation) },
  {
    title: 'Measured use',
    isNumber: true,
    text: ({ busyShare }) => formatShare(busyShare),
    share: ({ busyShare }) => busyShare,
  },
  { title: 'Lost on dead devices', isNumber: true, text: ({ deadShare }) => formatShare(deadShare) },
];

const dueText = (clock: GatewayClock, { nextDueMs, state }: Task): string => {
  if (nextDueMs === null || state === 'suspended') return noValue;
  const inMs = nextDueMs - clock.nowMs();
  return inMs <= 0 ? 'now' : `in ${formatDuration(inMs)}`;
};

function taskColumns(clock: GatewayClock): readonly Column<Task>[] {
  return [
    { title: 'Task', text: ({ name }) => name },
    { title: 'Priority', text: ({ priority }) => priority },
    { title: 'State', text: ({ state }) => state },
    {
      title: 'Every',
      isNumber: true,
      text: (task) => (task.periodMs === null ? 'once' : formatDuration(task.periodMs)),
    },
    { title: 'Next', isNumber: true, text: (task) => dueText(clock, task) },
    { title: 'Runs', isNumber: true, text: ({ runs }) => formatCount(runs) },
    {
      title: 'Failures',
      isNumber: true,
      text: ({ failures }) => formatCount(failures),
      isBad: ({ lastError }) => lastError !== null,
    },
    {
      title: 'Took',
      isNumber: true,
      text: ({ lastDurationMs }) => (lastDurationMs === null ? noValue : formatDuration(lastDurationMs)),
    },
    {
      title: 'Late',
      isNumber: true,
      text: ({ lateMs }) => (lateMs === null ? noValue : formatDuration(lateMs)),
    },
    { title: 'Last error', text: ({ lastError }) => lastError ?? '', isBad: () => true },
  ];
}
