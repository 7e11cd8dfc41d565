import { readFileSync } from 'node:fs';

/** A telegram as a P1 port sends it, one byte a character. */
export function telegramFixture(name: string): string {
  return read(`${name}.txt`).replace(/\r?\n/g, '\r\n');
}

export function homewizardFixture(name: string): Record<string, unknown> {
  return JSON.parse(read(`homewizard-${name}.json`)) as Record<string, unknown>;
}

/** When the telegrams that were made for tests were said. */
export const fixtureMs = Date.parse('2026-01-14T17:15:05Z');

function read(name: string): string {
  return readFileSync(new URL(`fixtures/p1/${name}`, import.meta.url), 'latin1');
}
