import { ApiProblem, isPassing, problemFrom } from './api-problem.ts';
import type {
  Device,
  DeviceDetail,
  GatewayStatus,
  HistoryAnswer,
  Lane,
  LatestAnswer,
  NewAccess,
  Resolution,
  SeriesKey,
  Sink,
  SiteConfig,
  Source,
  SourceDetail,
  StorageStatus,
  Task,
} from './api-types.ts';
import type { Alert } from './alert-types.ts';
import type { Job } from './job-types.ts';
import type { PageTime } from './browser-time.ts';

export interface HistoryQuestion extends SeriesKey {
  readonly fromMs: number;
  readonly toMs: number;
  readonly resolution: Resolution;
}

/** The gateway's API. Every call rejects with an `ApiProblem`. */
export interface ApiClient {
  status(): Promise<GatewayStatus>;
  config(): Promise<SiteConfig>;
  devices(): Promise<readonly Device[]>;
  device(id: string): Promise<DeviceDetail>;
  sources(): Promise<readonly Source[]>;
  source(id: string): Promise<SourceDetail>;
  sinks(): Promise<readonly Sink[]>;
  /** Tries a sink that is down now; for who may administer. */
  retrySink(id: string): Promise<void>;
  /** Whether the token may do more than read. */
  mayAdminister(): Promise<boolean>;
  /** That wait or run. */
  openJobs(): Promise<readonly Job[]>;
  /** That are not over. */
  openAlerts(): Promise<readonly Alert[]>;
  latest(): Promise<LatestAnswer>;
  history(question: HistoryQuestion, signal: AbortSignal): Promise<HistoryAnswer>;
  lanes(): Promise<readonly Lane[]>;
  tasks(): Promise<readonly Task[]>;
  storage(): Promise<StorageStatus>;
  removeToken(id: string): Promise<void>;
  /** The answer of any other path. */
  read(path: string): Promise<unknown>;
  /** Has something done, and answers what came of it. Asked once: the gateway may have done it without answering. */
  post(path: string, body?: object, answerMs?: number): Promise<unknown>;
  /** Sets something to what the body says. */
  put(path: string, body: object): Promise<unknown>;
  /** Takes something away. */
  remove(path: string): Promise<unknown>;
  /** The stream of events; its body ends when the connection does. */
  openEvents(signal: AbortSignal): Promise<Response>;
}

export interface ApiClientParts {
  readonly time: PageTime;
  readonly token: string;
  /** The gateway no longer takes the token. */
  readonly onRefused: () => void;
  /** The gateway's own time in an answer, to the second. */
  readonly onServerTime: (serverMs: number) => void;
}

const answerMsMax = 15_000;
const openJobsPath = '/api/v1/jobs?states=queued,waiting,running&limit=500';
/** Waits before a question is asked again that found no answer. */
const retryDelaysMs = [400, 2_000];

export function createApiClient(parts: ApiClientParts): ApiClient {
  const { ask, read, send } = createRequests(parts);
  return {
    status: async () => (await read('/api/v1/status')) as GatewayStatus,
    config: async () => (await read('/api/v1/config')) as SiteConfig,
    devices: async () => ((await read('/api/v1/devices')) as { devices: Device[] }).devices,
    device: async (id) => (await read(`/api/v1/devices/${encodeURIComponent(id)}`)) as DeviceDetail,
    sources: async () => ((await read('/api/v1/sources')) as { sources: Source[] }).sources,
    source: async (id) => (await read(`/api/v1/sources/${encodeURIComponent(id)}`)) as SourceDetail,
    sinks: async () => ((await read('/api/v1/sinks')) as { sinks: Sink[] }).sinks,
    retrySink: async (id) => {
      await ask(`/api/v1/sinks/${encodeURIComponent(id)}/retry`, { method: 'POST' });
    },
    mayAdminister: async () => {
      try {
        await read('/api/v1/tokens');
        return true;
      } catch (error) {
        if (error instanceof ApiProblem && error.facts.status === 403) return false;
        throw error;
      }
    },
    openJobs: async () => ((await read(openJobsPath)) as { jobs: Job[] }).jobs,
    openAlerts: async () => ((await read('/api/v1/alerts?open=true')) as { alerts: Alert[] }).alerts,
    latest: async () => (await read('/api/v1/readings/latest')) as LatestAnswer,
    history: async (question, signal) => (await read(historyPath(question), signal)) as HistoryAnswer,
    lanes: async () => ((await read('/api/v1/lanes')) as { lanes: Lane[] }).lanes,
    tasks: async () => ((await read('/api/v1/tasks')) as { tasks: Task[] }).tasks,
    storage: async () => (await read('/api/v1/storage')) as StorageStatus,
    removeToken: async (id) => {
      await ask(`/api/v1/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' });
    },
    read: (path) => read(path),
    post: (path, body, answerMs) => send('POST', path, body, answerMs),
    put: (path, body) => send('PUT', path, body),
    remove: (path) => send('DELETE', path),
    openEvents: (signal) => ask('/api/v1/events', { signal }),
  };
}

interface Requests {
  readonly ask: (path: string, options?: RequestInit) => Promise<Response>;
  /** Asks again where that may help. */
  readonly read: (path: string, signal?: AbortSignal) => Promise<unknown>;
  /** Asks once. */
  readonly send: (method: string, path: string, body?: object, answerMs?: number) => Promise<unknown>;
}

function createRequests({ token, time, onRefused, onServerTime }: ApiClientParts): Requests {
  const ask = async (path: string, options: RequestInit = {}): Promise<Response> => {
    try {
      const json = options.body === undefined ? undefined : { 'content-type': 'application/json' };
      const headers = { authorization: `Bearer ${token}`, ...json };
      const response = await fetchFrom(path, { ...options, headers });
      onServerTime(Date.parse(response.headers.get('date') ?? ''));
      return response;
    } catch (error) {
      if (error instanceof ApiProblem && error.facts.status === 401) onRefused();
      throw error;
    }
  };
  const readOnce = async (path: string, signal?: AbortSignal): Promise<unknown> => {
    const limit = AbortSignal.timeout(answerMsMax);
    const response = await ask(path, {
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return await bodyOf(response);
  };
  const read = async (path: string, signal?: AbortSignal): Promise<unknown> => {
    for (const delayMs of retryDelaysMs) {
      try {
        return await readOnce(path, signal);
      } catch (error) {
        if (!isPassing(error) || signal?.aborted === true) throw error;
      }
      await new Promise<void>((resolve) => void time.after(delayMs, resolve));
    }
    return await readOnce(path, signal);
  };
  const send = async (
    method: string,
    path: string,
    body?: object,
    answerMs = answerMsMax,
  ): Promise<unknown> => {
    const options = body === undefined ? {} : { body: JSON.stringify(body) };
    const signal = AbortSignal.timeout(answerMs);
    return await bodyOf(await ask(path, { method, signal, ...options }));
  };
  return { ask, read, send };
}

/** The site's name, which needs no token. */
export async function askSiteName(): Promise<string> {
  const answer = (await bodyOf(await fetchFrom('/api/hello', {}))) as { name: string };
  return answer.name;
}

/** Exchanges a pairing code for access. */
export async function askPairing(code: string, label: string): Promise<NewAccess> {
  const response = await fetchFrom('/api/v1/pair', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, label }),
    signal: AbortSignal.timeout(answerMsMax),
  });
  return (await bodyOf(response)) as NewAccess;
}

async function fetchFrom(path: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...options, cache: 'no-store' });
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw await problemFrom(response);
  return response;
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return (await response.json()) as unknown;
  } catch {
    throw unreachable();
  }
}

function unreachable(): ApiProblem {
  return new ApiProblem('the gateway does not answer', { status: 0, code: 'unreachable' });
}

function historyPath({ device, quantity, fromMs, toMs, resolution }: HistoryQuestion): string {
  const query = new URLSearchParams({
    device,
    quantity,
    from: String(Math.floor(fromMs)),
    to: String(Math.ceil(toMs)),
    resolution,
  });
  return `/api/v1/readings?${query.toString()}`;
}
