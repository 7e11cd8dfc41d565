import type { ApiClient } from './api-client.ts';
import type { DeviceDetail, LiveEvent } from './api-types.ts';
import type { PageTime } from './browser-time.ts';
import { partsOfHome, seriesId } from './home-series.ts';
import type { HomeState } from './home-state.ts';
import { followEvents } from './live-stream.ts';

export interface HomeFeed {
  retryNow(): void;
  /** Nobody looks: a browser has few connections to one gateway, which others may need. */
  rest(): void;
  stop(): void;
}

/** Health lines, the size of the database and what is planned change without an event of their own. */
const statusPeriodMs = 30_000;
const historyMs = 30 * 86_400_000;
const askMsMax = 15_000;
/** Several devices often change at once. */
const settleMs = 250;

/** Keeps the state true: by events as they come, and by asking again for what an event only announces. */
export function feedHome(state: HomeState, client: ApiClient, time: PageTime): HomeFeed {
  const load = createLoads(state, client);
  const settleDevices = settled(time, () => {
    load.devices();
    load.status();
  });
  const settleSources = settled(time, () => {
    load.sources();
    load.status();
  });
  const settleStatus = settled(time, load.status);
  const settleJobs = settled(time, load.jobs);
  const settleAlerts = settled(time, load.alerts);
  const settleUnits = settled(time, load.units);

  const onEvent = (event: LiveEvent): void => {
    switch (event.type) {
      case 'readings':
        if (state.takeReadings(event.values)) settleUnits();
        return;
      case 'texts':
        state.takeTexts(event.values);
        return;
      case 'source':
        state.takeSourceState(event.id, event.state, event.since);
        settleSources();
        return;
      case 'device':
        state.takeDeviceState(event.id, event.state, event.since);
        settleDevices();
        return;
      case 'job':
        settleJobs();
        return;
      case 'alert':
        settleAlerts();
        return;
      case 'boiler':
      case 'server':
        state.tell(event.type === 'server' ? 'tempo' : 'boiler');
        return;
      case 'gateway':
        settleStatus();
    }
  };
  const stream = followEvents({
    time,
    open: (signal) => client.openEvents(signal),
    onEvent,
    onConnection: (connection) => {
      state.takeConnection(connection);
      if (connection.state !== 'live') return;
      for (const each of Object.values(load)) each();
    },
  });
  const stopTicks = time.every(1_000, () => state.tell('time'));
  const stopStatus = time.every(statusPeriodMs, () => {
    for (const each of [load.status, load.alerts]) each();
    if (state.openJobs.length > 0) load.jobs();
  });
  return {
    retryNow: () => stream.retryNow(),
    rest: () => stream.rest(),
    stop: () => {
      stopTicks();
      stopStatus();
      stream.stop();
    },
  };
}

/** What asks for each part of the state, in the order in which that is of use. */
function createLoads(state: HomeState, client: ApiClient): Readonly<Record<LoadName, () => void>> {
  const quietly = (work: () => Promise<void>) => (): void => {
    // A request that fails is no news: the broken stream says so, and its return asks for everything again.
    work().catch(() => undefined);
  };
  return {
    config: quietly(async () => state.takeConfig(await client.config())),
    devices: quietly(() => askDevices(state, client)),
    sources: quietly(async () => state.takeSources(await client.sources())),
    jobs: quietly(async () => state.takeOpenJobs(await client.openJobs())),
    alerts: quietly(async () => state.takeOpenAlerts(await client.openAlerts())),
    status: quietly(async () => state.takeStatus(await client.status())),
    units: quietly(() => askUnits(state, client)),
  };
}

type LoadName = 'config' | 'devices' | 'sources' | 'jobs' | 'alerts' | 'status' | 'units';

async function askDevices(state: HomeState, client: ApiClient): Promise<void> {
  const devices = await client.devices();
  const answered = new Set([...state.latest.values()].map(({ device }) => device));
  const details = new Map<string, DeviceDetail>();
  for (const { id } of devices) {
    const known = state.details.get(id);
    if (known !== undefined) details.set(id, known);
    else if (!answered.has(id)) details.set(id, await client.device(id));
  }
  state.isKnown.devices = true;
  state.takeDevices(devices, details);
}

async function askUnits(state: HomeState, client: ApiClient): Promise<void> {
  const { readings } = await client.latest();
  for (const reading of readings) state.units.set(seriesId(reading), reading.unit);
  state.tell('devices');
  await askNeverRead(state, client);
}

/**
 * A driver reads all that devices of its family can have, and what one does not have is missing for ever. It
 * is told from what is only missing now by its history.
 */
async function askNeverRead(state: HomeState, client: ApiClient): Promise<void> {
  const nowMs = state.clock.nowMs();
  const span = { fromMs: nowMs - historyMs, toMs: nowMs, resolution: '1d' as const };
  const neverRead = new Set<string>();
  for (const key of state.latest.values()) {
    if (key.value !== null || !partsOfHome.has(key.quantity)) continue;
    const { device, quantity } = key;
    const { rows } = await client.history({ device, quantity, ...span }, AbortSignal.timeout(askMsMax));
    if (rows.every(({ n }) => n === 0)) neverRead.add(seriesId(key));
  }
  state.takeNeverRead(neverRead);
}

/** Runs once after the last of a burst of calls. */
function settled(time: PageTime, work: () => void): () => void {
  let cancel = (): void => undefined;
  return () => {
    cancel();
    cancel = time.after(settleMs, work);
  };
}
