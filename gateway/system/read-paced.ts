import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { monotonicMs } from '../core/clock.ts';
import type { Timers } from './pause.ts';

/** Ten megabytes a second: whoever prints more has to wait, so that the gateway does not. */
const burstBytes = 262_144;
const restMs = 25;

/** Hands on what comes, until the stream is over. Never rejects. */
export async function readPaced(
  stream: Readable | null,
  { clock, alarm }: Timers,
  onPart: (part: Buffer) => void,
): Promise<void> {
  if (stream === null) return;
  let burst = 0;
  const resume = (): void => void stream.resume();
  stream.on('data', (part: Buffer) => {
    onPart(part);
    burst += part.length;
    if (burst < burstBytes) return;
    burst = 0;
    stream.pause();
    alarm.at(monotonicMs(clock.monotonic() + restMs), resume);
  });
  stream.on('error', () => stream.destroy());
  await once(stream, 'close').catch(() => undefined);
}
