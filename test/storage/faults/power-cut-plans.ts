import { SeededRandom } from '../../../modbus-sim/random.ts';
import { FaultCount } from './fault-count.ts';
import { judgeOldFiles, oldVersions, placeOldDatabase } from './old-database.ts';
import { cutPower, type RecordedLife } from './power-cuts.ts';

const roundImages = 100;
const migrationImages = 15;
const failingImages = 25;

/** Power cuts in lives of an appender, on a disk whose syncs fail, and during the migration of old databases. */
export async function cutPowerWidely(how: { seed: number; images: number }): Promise<FaultCount> {
  const random = new SeededRandom(how.seed);
  const count = new FaultCount();
  for (let round = 0; round * roundImages < how.images; round += 1) {
    const images = Math.min(roundImages, how.images - round * roundImages);
    const of = (share: number): number => Math.ceil((images * share) / roundImages);
    const seed = random.uint32();
    const version = oldVersions[round % oldVersions.length] ?? 1;
    const usual = roundImages - migrationImages - failingImages;
    count.include(await cutPower({ seed, images: of(usual), lives: livesOf(random) }));
    count.include(await cutPower({ seed, images: of(failingImages), lives: failingLivesOf(random) }));
    count.include(
      await cutPower({
        seed,
        images: of(migrationImages),
        lives: [{ commits: 0, only: 'opens' }],
        prepare: (directory) => placeOldDatabase(version, directory),
        judge: (directory) => judgeOldFiles(version, directory),
      }),
    );
  }
  return count;
}

/** From the first start on; some end as if killed, some close the database. */
function livesOf(random: SeededRandom): readonly RecordedLife[] {
  return [150, 40, 20].map((commits) => ({
    commits: random.integer(1, 2 * commits),
    isAbrupt: random.isLucky(0.6),
  }));
}

/** Two failures in a row are needed to get beyond what SQLite itself puts right when it closes. */
function failingLivesOf(random: SeededRandom): readonly RecordedLife[] {
  return [60, 30].map((commits) => {
    const from = random.integer(3, 2 * commits);
    const fault = { kinds: 's', from, to: from + random.integer(1, 3), effect: 'EIO' } as const;
    return { commits, isAbrupt: random.isLucky(0.6), fault };
  });
}
