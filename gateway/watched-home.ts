import type { SeenThing, WatchedHome } from './features/alerts/watched-home.ts';
import type { HealthSource } from './features/lifecycle/health-board.ts';
import type { Harvest } from './harvesting.ts';
import type { SourceKeeping } from './source-keeping.ts';

interface Seen {
  readonly harvest: Pick<Harvest, 'directory' | 'latest'>;
  readonly sources: Pick<SourceKeeping, 'things'>;
  readonly health: HealthSource;
}

/** What alert rules look at: the newest values, devices and sources, and what is not as it should be. */
export function watchedHome({ harvest, sources, health }: Seen): WatchedHome {
  return {
    values: () => harvest.latest.allTold(),
    things: () => [...harvest.directory.list().map(deviceThing), ...sources.things()],
    troubles: () => health(),
  };
}

type DeviceLine = ReturnType<Harvest['directory']['list']>[number];

function deviceThing({ id, name, state, effectivePeriodMs: periodMs }: DeviceLine): SeenThing {
  return {
    ...{ id, name, state, broughtNothingMs: undefined },
    periodMs: periodMs > 0 ? periodMs : undefined,
    isDisabled: state === 'retired',
  };
}
