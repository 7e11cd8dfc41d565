import type { Site } from './site.ts';
import { localDayIndex, localDayStartMs } from './site.ts';
import { sunDirection } from './sun.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The sun's upper edge is seen at the horizon when its middle is 0.833° below: half its width, and refraction (NOAA). */
const edgeUp = Math.sin((-0.833 * Math.PI) / 180);

/** UTC epoch ms; undefined on a day on which the sun does not cross the horizon. */
export interface SunTimes {
  readonly riseMs: number | undefined;
  readonly setMs: number | undefined;
}

/** Rise and set within the local day that holds `atMs`, to the second. */
export function sunTimes(atMs: number, site: Site): SunTimes {
  const startMs = localDayStartMs(localDayIndex(atMs, site), site);
  let riseMs: number | undefined;
  let setMs: number | undefined;
  for (let fromMs = startMs; fromMs < startMs + dayMs; fromMs += 10 * minuteMs) {
    const toMs = fromMs + 10 * minuteMs;
    const [wasUp, isUp] = [isSeen(fromMs, site), isSeen(toMs, site)];
    if (!wasUp && isUp) riseMs ??= crossingMs(fromMs, toMs, site);
    if (wasUp && !isUp) setMs ??= crossingMs(fromMs, toMs, site);
  }
  return { riseMs, setMs };
}

function isSeen(atMs: number, site: Site): boolean {
  return sunDirection(atMs, site).up > edgeUp;
}

/** The whole second at which what is seen changes between the two. */
function crossingMs(fromMs: number, toMs: number, site: Site): number {
  const before = isSeen(fromMs, site);
  let [lowMs, highMs] = [fromMs, toMs];
  while (highMs - lowMs > 1000) {
    const middleMs = (lowMs + highMs) / 2;
    if (isSeen(middleMs, site) === before) lowMs = middleMs;
    else highMs = middleMs;
  }
  return Math.round(highMs / 1000) * 1000;
}
