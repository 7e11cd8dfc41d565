/**
 * Whole seasons of Tempo, drawn from its rules or given as DATE,COLOUR lines, in which providers, the plug and we
 * ourselves fail and plugs are replaced: the rules of the server and its meter, held against a reckoning of its own,
 * minute by minute; and mistakes planted into them, which must be found.
 * `node dist/bench/tempo-seasons.js [--seasons 4] [--seed 1] [--season FILE]`
 */
import { readFileSync } from 'node:fs';
import { tempoColours, type TempoColour } from '../gateway/core/tempo-rules.ts';
import { SeededRandom } from '../modbus-sim/random.ts';
import { numberArgument, print, printAim, textArgument } from './measure.ts';
import { drawSeason, type Season } from './seasons/draw-season.ts';
import { runSeason, seasonBugs } from './seasons/run-season.ts';
import type { SeasonVerdict } from './seasons/season-judge.ts';

const seasons = numberArgument('seasons', 4);
const firstSeed = numberArgument('seed', 1);
const file = textArgument('season');
const firstYear = 2020;
const years = 10;
const plantedSeed = 7;

const published = file === undefined ? undefined : publishedIn(file);
const startMs = performance.now();
const verdicts = Array.from({ length: seasons }, (_, index) =>
  runSeason(seasonOf(firstSeed + index), firstSeed + index),
);
print('tempo_seasons.season', (performance.now() - startMs) / seasons / 1_000, 's');
print(
  'tempo_seasons.switchings',
  sumOf(({ changes }) => changes),
  '',
);
print(
  'tempo_seasons.clean_bands',
  sumOf(({ cleanBands }) => cleanBands),
  '',
);
const faults = {
  unwanted_red_hours: sumOf(({ redHours }) => redHours),
  missed_hours: sumOf(({ missedHours }) => missedHours),
  commands_off: sumOf(({ commandsOff }) => Math.abs(commandsOff)),
  wrong_bands: sumOf(({ wrongBands }) => wrongBands),
  energy_off_mwh: sumOf(({ energyOff }) => Math.abs(energyOff)),
  costs_off: sumOf(({ costsOff }) => costsOff),
};
for (const [name, count] of Object.entries(faults))
  printAim(`tempo_seasons.${name}`, count, `in ${seasons} seasons`, count === 0);
const found = seasonBugs.filter((bug) => isWrong(runSeason(seasonOf(plantedSeed), plantedSeed, bug)));
printAim(
  'tempo_seasons.planted_found',
  found.length,
  `of ${seasonBugs.length}`,
  found.length === seasonBugs.length,
);

function seasonOf(seed: number): Season {
  const random = new SeededRandom(seed).fork('season');
  const year =
    published === undefined
      ? firstYear + (seed % years)
      : Number([...published.keys()].sort()[0]?.slice(0, 4));
  return drawSeason(year, random, published);
}

function isWrong(verdict: SeasonVerdict): boolean {
  const { redHours, missedHours, commandsOff, wrongBands, energyOff, costsOff } = verdict;
  return [redHours, missedHours, commandsOff, wrongBands, energyOff, costsOff].some((count) => count !== 0);
}

function sumOf(count: (verdict: SeasonVerdict) => number): number {
  return verdicts.reduce((sum, verdict) => sum + count(verdict), 0);
}

function publishedIn(path: string): ReadonlyMap<string, TempoColour> {
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  const entries = lines.flatMap((line): [string, TempoColour][] => {
    const [day = '', word = ''] = line.split(',').map((part) => part.trim().toLowerCase());
    const colour = tempoColours.find((one) => one === word);
    return /^\d{4}-\d{2}-\d{2}$/.test(day) && colour !== undefined ? [[day, colour]] : [];
  });
  return new Map(entries);
}
