import type { LiveEvent } from './api-types.ts';
import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { createEventParser } from './event-parser.ts';

/** `connecting`: for the first time. `waiting`: it broke; it is tried again at `retryAtMs` (browser's clock). */
export type Connection =
  | { readonly state: 'connecting' | 'live' }
  | { readonly state: 'waiting'; readonly retryAtMs: number; readonly why: string };

export interface LiveStreamParts {
  readonly time: PageTime;
  open(signal: AbortSignal): Promise<Response>;
  onEvent(event: LiveEvent): void;
  readonly onConnection: (connection: Connection) => void;
}

export interface LiveStream {
  /** Tries now instead of later, when it waits or rests. */
  retryNow(): void;
  /** Lets go of the connection until `retryNow`: nobody looks. */
  rest(): void;
  /** Ends it for good. */
  stop(): void;
}

/** The gateway sends at least a comment every 5 s. */
const silenceMsMax = 12_000;
const retryDelayMsMin = 500;
const retryDelayMsMax = 15_000;

/** The wait before try number `failures` (from 1): doubles up to 15 s. */
export function retryDelayMs(failures: number): number {
  return Math.min(retryDelayMsMax, retryDelayMsMin * 2 ** Math.min(failures - 1, 10));
}

/** Follows the gateway's events for as long as the page is open, through every break of the connection. */
export function followEvents(parts: LiveStreamParts): LiveStream {
  const { time, onConnection } = parts;
  let failures = 0;
  let abort = new AbortController();
  let cancelRetry = (): void => undefined;
  /** `open`: connected or about to be. */
  let phase: 'open' | 'waiting' | 'resting' | 'stopped' = 'open';

  // While a connection is read, others change the phase.
  const phaseNow = (): typeof phase => phase;
  const connect = async (): Promise<void> => {
    phase = 'open';
    abort = new AbortController();
    let why = 'the connection ended';
    try {
      await readEvents(parts, abort, () => {
        failures = 0;
        onConnection({ state: 'live' });
      });
    } catch (error) {
      why = wordsFor(error);
    }
    if (phaseNow() === 'open') waitAndRetry(why);
  };
  const waitAndRetry = (why: string): void => {
    failures += 1;
    phase = 'waiting';
    const delayMs = retryDelayMs(failures);
    onConnection({ state: 'waiting', retryAtMs: time.nowMs() + delayMs, why });
    cancelRetry = time.after(delayMs, () => void connect());
  };

  onConnection({ state: 'connecting' });
  void connect();
  return {
    retryNow: () => {
      if (phase !== 'waiting' && phase !== 'resting') return;
      cancelRetry();
      void connect();
    },
    rest: () => {
      if (phase === 'stopped') return;
      phase = 'resting';
      cancelRetry();
      abort.abort();
    },
    stop: () => {
      phase = 'stopped';
      cancelRetry();
      abort.abort();
    },
  };
}

async function readEvents(parts: LiveStreamParts, abort: AbortController, onOpen: () => void): Promise<void> {
  const guard = (): (() => void) => parts.time.after(silenceMsMax, () => abort.abort());
  let cancelGuard = guard();
  try {
    const response = await parts.open(abort.signal);
    onOpen();
    const parse = createEventParser();
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      cancelGuard();
      cancelGuard = guard();
      for (const { data } of parse(decoder.decode(part.value, { stream: true }))) {
        parts.onEvent(JSON.parse(data) as LiveEvent);
      }
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    cancelGuard();
  }
}
