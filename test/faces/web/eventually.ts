import { isDeepStrictEqual } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import type { Test } from 'tap';

const lookEveryMs = 50;
/** What the page is told comes, on however busy a machine. */
const patienceMs = 120_000;

type Seen = string | number | boolean | null | readonly (string | number)[];

/**
 * Looks until `wanted` is seen: a text that matches, or the same value. For everything that the page shows after a
 * request, an event or a timer of its own, which no line of the test has waited for. Fails with what was seen last.
 */
export async function eventually(
  t: Pick<Test, 'match' | 'same'>,
  look: () => Promise<Seen>,
  wanted: RegExp | Seen,
  message = `eventually ${String(wanted)}`,
): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  let seen = await look();
  while (!isSeen(seen, wanted) && performance.now() < untilMs) {
    await pause(lookEveryMs);
    seen = await look();
  }
  if (wanted instanceof RegExp) t.match(seen, wanted, message);
  else t.same(seen, wanted, message);
}

/** The same for the text of a place, as people read it: its lines are parted by ` · `. */
export async function eventuallyReads(
  t: Pick<Test, 'match' | 'same'>,
  place: Locator,
  wanted: RegExp | string,
  message?: string,
): Promise<void> {
  await eventually(t, async () => await plainText(place), wanted, message);
}

/** Its text as people read it: spaces that do not break are spaces, and lines are parted by ` · `. */
async function plainText(place: Locator): Promise<string> {
  const text = await place.innerText();
  return text.replaceAll(/[\u00a0\u202f]/g, ' ').replaceAll(/\s*\n\s*/g, ' · ');
}

function isSeen(seen: Seen, wanted: RegExp | Seen): boolean {
  return wanted instanceof RegExp
    ? typeof seen === 'string' && wanted.test(seen)
    : isDeepStrictEqual(seen, wanted);
}
