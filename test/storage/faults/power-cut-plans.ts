import { SeededRandom } from '../../../modbus-sim/random.ts';
import { FaultCount } from './fault-count.ts';
import { judgeOldFiles, oldVersions, placeOldDatabase } from './old-database.ts';
import { cutPower, type RecordedLife } from './power-cuts.ts';

/** Of a hundred images, how many are of what. */
const roundImages = 100;
const shares = { usual: 50, failing: 20, rotating: 15, migrating: 15 } as const;

/**
 * Power cuts in lives of an appender, on a disk whose syncs fail, while the database is
 * written anew, and during the migration of old ones.
 */
export async function cutPowerWidely(how: { seed: number; images: number }): Promise<FaultCount> {
  const random = new SeededRandom(how.seed);
  const count = new FaultCount();
  for (let round = 0; round * roundImages < how.images; round += 1) {
    const images = Math.min(roundImages, how.images - round * roundImages);
    const of = (share: number): number => Math.ceil((images * share) / roundImages);
    const seed = random.uint32();
    const version = oldVersions[round % oldVersions.length] ?? 1;
    for (const [share, lives] of [
      [shares.usual, livesOf(random)],
      [shares.failing, failingLivesOf(random)],
      [shares.rotating, rotatingLivesOf(random)],
    ] as const) {
      count.include(await cutPower({ seed, images: of(share), lives }));
    }
    count.include(
      await cutPower({
        seed,
        images: of(shares.migrating),
        lives: [{ commits: 0, work: 'opens' }],
        prepare: (directory) => placeOldDatabase(version, directory),
        judge: (directory) => judgeOldFiles(version, directory),
      }),
    );
  }
  return count;
}

/** From the first start on; some end as if killed, some close the database, and some write it anew. */
function livesOf(random: SeededRandom): readonly RecordedLife[] {
  const lives = [120, 40, 20].map((commits): RecordedLife => ({
    commits: random.integer(1, 2 * commits),
    isAbrupt: random.isLucky(0.6),
  }));
  return lives.toSpliced(1, 0, { commits: 0, work: random.pick(['vacuums', 'backs-up']) });
}

/** A history that is long enough to be rotated away. */
function rotatingLivesOf(random: SeededRandom): readonly RecordedLife[] {
  return [
    { commits: random.integer(460, 480), tending: 'keeps-all', isAbrupt: true },
    { commits: 0, work: 'rotates' },
    { commits: 5, isAbrupt: true },
  ];
}

/** Two failures in a row are needed to get beyond what SQLite itself puts right when it closes. */
function failingLivesOf(random: SeededRandom): readonly RecordedLife[] {
  return [60, 30].map((commits) => {
    const from = random.integer(3, 2 * commits);
    const fault = { kinds: 's', from, to: from + random.integer(1, 3), effect: 'EIO' } as const;
    return { commits, isAbrupt: random.isLucky(0.6), fault };
  });
}
