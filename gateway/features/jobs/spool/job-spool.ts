import type { MonotonicMs } from '../../../core/clock.ts';
import { describeError, errorCodeOf, GatewayError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { Logger } from '../../../core/logger.ts';
import type { StampingClock } from '../../../core/machine-clock.ts';
import type { SpoolFolder, SpoolRejection } from '../../../core/spool-folder.ts';
import type { JobDefinition } from '../job-definition.ts';
import type { FindJobFolder } from '../job-folder.ts';
import type { JobDesk } from '../job-port.ts';
import { SettledFiles } from './settled-files.ts';
import { parseSpoolFile } from './spool-file.ts';
import { claimedNameOf, isJobFile, isStopToken, readClaimedName, type ClaimedName } from './spool-name.ts';

export interface SpoolPorts {
  readonly folder: SpoolFolder;
  readonly desk: Pick<JobDesk, 'add'>;
  readonly clock: StampingClock;
  readonly logger: Logger;
  /** Of the site. */
  readonly zone: string;
  /** What a job of the spool is, besides its line, its estimate and its folder. */
  readonly usual: Omit<JobDefinition, 'command' | 'estimateMs' | 'cwd'>;
  readonly findFolder: FindJobFolder;
  /** A UUID that nobody can guess, new each time. */
  readonly newKey: () => string;
  /** Stops the gateway in good order; undefined: stop tokens are left alone. */
  readonly stop: (() => void) | undefined;
}

/** Of the spool, for people. */
export interface SpoolFacts {
  readonly path: string;
  /** Why nothing is taken from it; undefined while all is well. */
  readonly problem: string | undefined;
  /** Files that are there and not taken yet. */
  readonly waiting: number;
  /** Since the gateway started. */
  readonly taken: number;
  /** The newest first, and not all of them. */
  readonly rejected: readonly SpoolRejection[];
}

/** Files that are read in one look: the others have their turn in the next. */
const filesPerLook = 256;
const rejectionsShown = 20;
const reasonLengthMax = 500;

/**
 * Takes jobs from files: each is claimed by a rename, then becomes a job by a key that its claimed name holds, and is
 * put away only then. Wherever the gateway is killed, it goes on from where the file is, and there is one job.
 * Nothing here waits for a job to run.
 */
export class JobSpool {
  readonly #ports: SpoolPorts;
  readonly #settled = new SettledFiles();
  /** Names that could not be claimed: they come last from then on. */
  #stuck = new Set<string>();
  #problem: string | undefined;
  #waiting = 0;
  #taken = 0;
  #rejected: readonly SpoolRejection[] = [];
  #areRejectionsRead = false;
  #isFirstLook = true;
  #isTokenSaid = false;
  /** In this look: the desk takes nothing more, whatever it is given. */
  #isDeskShut = false;

  constructor(ports: SpoolPorts) {
    this.#ports = ports;
  }

  facts(): SpoolFacts {
    return {
      path: this.#ports.folder.path,
      problem: this.#problem,
      waiting: this.#waiting,
      taken: this.#taken,
      rejected: this.#rejected,
    };
  }

  /** To be called every few seconds, never while it is at it. Never throws: one bad file does not stop the others. */
  async look(signal: AbortSignal): Promise<void> {
    try {
      this.#tell(await this.#lookThrough(signal));
    } catch (error) {
      this.#tell(describeError(error));
    }
  }

  /** Answers what is in the way, as all that it calls. */
  async #lookThrough(signal: AbortSignal): Promise<string | undefined> {
    const { folder, clock } = this.#ports;
    const refusal = await folder.open();
    if (refusal !== undefined) return refusal;
    await this.#readRejections();
    // Whether a deadline has passed is not known before.
    if (clock.stamp().basis !== 'wall') return 'it is not known what time it is';
    this.#isDeskShut = false;
    const problem = await this.#finishClaimed(signal);
    return (await this.#takeGiven(signal)) ?? problem;
  }

  async #finishClaimed(signal: AbortSignal): Promise<string | undefined> {
    const names = await this.#ports.folder.list('claimed', filesPerLook);
    let problem: string | undefined;
    for (const name of names.toSorted()) {
      if (signal.aborted || this.#isDeskShut) break;
      const found = await this.#trying(() => this.#finish(name));
      problem ??= found;
    }
    return problem;
  }

  async #takeGiven(signal: AbortSignal): Promise<string | undefined> {
    const { folder, clock } = this.#ports;
    const names = await folder.list('given', limits.spoolNamesMax);
    await this.#obeyTokens(names.filter(isStopToken));
    const files = this.#inTurn(names.filter(isJobFile));
    this.#waiting = files.length;
    this.#settled.startLook();
    let problem: string | undefined;
    for (const name of files.slice(0, filesPerLook)) {
      if (signal.aborted || this.#isDeskShut) break;
      const found = await this.#trying(() => this.#take(name, clock.monotonic()), name);
      problem ??= found;
    }
    this.#isFirstLook = false;
    return problem;
  }

  /** By name, which begins with the time in the ancestor's files. */
  #inTurn(names: readonly string[]): readonly string[] {
    this.#stuck = new Set(names.filter((name) => this.#stuck.has(name)));
    const sorted = names.toSorted();
    return [...sorted.filter((name) => !this.#stuck.has(name)), ...this.#stuck];
  }

  async #take(name: string, now: MonotonicMs): Promise<void> {
    const { folder, clock, newKey } = this.#ports;
    const file = await folder.read('given', name);
    if (!this.#settled.isSettled(name, file, now)) return;
    const claimedName = claimedNameOf(name, clock.wall(), newKey());
    if (!(await folder.claim(name, claimedName))) return;
    this.#waiting -= 1;
    await this.#finish(claimedName, name);
  }

  /** @param shownName as it was called, where that is known and need not be a name to go by */
  async #finish(claimedName: string, shownName?: string): Promise<void> {
    const { folder } = this.#ports;
    const claimed = readClaimedName(claimedName);
    const name = claimed?.givenName;
    try {
      if (claimed === undefined || name === undefined) throw misnamed(shownName);
      if (!isStopToken(name)) await this.#makeJob(claimedName, claimed);
    } catch (error) {
      if (!isVerdict(error)) throw error;
      await this.#reject(claimedName, name ?? `misnamed-${claimedName.slice(0, 22)}`, error);
      return;
    }
    await folder.finish(claimedName, { place: 'done', name });
    this.#taken += 1;
  }

  async #makeJob(claimedName: string, { claimedMs, key }: ClaimedName): Promise<void> {
    const { folder, desk, zone, usual, findFolder } = this.#ports;
    const file = await folder.read('claimed', claimedName);
    if (file.kind === 'gone') throw unfit('it was taken away');
    if (file.kind !== 'bytes') throw unfit(file.kind === 'folder' ? 'it is a folder' : file.reason);
    const { line, estimateMs, deadline } = parseSpoolFile(file.bytes, { claimedMs, zone });
    try {
      const { path: cwd, warnings } = await findFolder({});
      await desk.add({
        definition: { ...usual, command: { line }, estimateMs, cwd },
        deadlineMs: deadline.atMs,
        warnings: [...deadline.warnings, ...warnings],
        owner: 'spool',
        originKey: `spool:${key}`,
      });
    } catch (error) {
      if (errorCodeOf(error) === 'deadline_invalid') throw tooLate();
      this.#isDeskShut = true;
      throw error;
    }
  }

  async #reject(claimedName: string, name: string, error: GatewayError): Promise<void> {
    const { folder, clock, logger } = this.#ports;
    const reason = describeError(error).replaceAll(/\s+/g, ' ').slice(0, reasonLengthMax);
    await folder.finish(claimedName, { place: 'rejected', name, reason });
    this.#rejected = [{ name, reason, atMs: clock.wall() }, ...this.#rejected].slice(0, rejectionsShown);
    logger.warn({ file: name, code: error.code }, `the spool's file ${name} is no job: ${reason}`);
  }

  /** One that was there before the gateway stops nothing: whoever put it there wanted an earlier one to stop. */
  async #obeyTokens(names: readonly string[]): Promise<void> {
    const { folder, clock, logger, newKey, stop } = this.#ports;
    if (names.length === 0) return;
    if (stop === undefined) {
      if (!this.#isTokenSaid)
        logger.warn({ files: names.length }, 'stop tokens are left alone: jobs.spool.stopToken is not set');
      this.#isTokenSaid = true;
      return;
    }
    let isNew = false;
    for (const name of names.slice(0, filesPerLook)) {
      const claimedName = claimedNameOf('stop_token.txt', clock.wall(), newKey());
      // Out of the way first, so that the next start finds none.
      if (!(await folder.claim(name, claimedName))) continue;
      await folder.finish(claimedName, { place: 'done', name: 'stop_token.txt' });
      isNew = true;
    }
    if (!isNew || this.#isFirstLook) return;
    logger.info({}, 'a stop token asks the gateway to stop: its queue is kept');
    stop();
  }

  async #readRejections(): Promise<void> {
    if (this.#areRejectionsRead) return;
    this.#rejected = await this.#ports.folder.rejections(rejectionsShown);
    this.#areRejectionsRead = true;
  }

  /** Answers what went wrong with one file: its turn comes again. */
  async #trying(act: () => Promise<void>, stuckName?: string): Promise<string | undefined> {
    try {
      await act();
      return undefined;
    } catch (error) {
      if (stuckName !== undefined) this.#stuck.add(stuckName);
      return describeError(error);
    }
  }

  #tell(problem: string | undefined): void {
    const { logger, folder } = this.#ports;
    if (problem !== undefined && problem !== this.#problem)
      logger.warn({ directory: folder.path }, `nothing is taken from the spool ${folder.path}: ${problem}`);
    this.#problem = problem;
  }
}

/** Whether it says something of the file, and not of the moment. */
function isVerdict(error: unknown): error is GatewayError {
  const code = errorCodeOf(error);
  return code === 'input_invalid' || code === 'duration_invalid' || code === 'deadline_invalid';
}

/** While the gateway was off, or its desk shut. It may be a job all the same: killed before the file was put away. */
function tooLate(): GatewayError {
  return new GatewayError('deadline_invalid', 'its deadline passed before it could be taken up', {
    hint: 'egw job list shows it if it had been taken up earlier',
  });
}

function misnamed(name: string | undefined): GatewayError {
  const shown = name === undefined ? '' : ` ${JSON.stringify(name.slice(0, 100))}`;
  return new GatewayError('input_invalid', `its name${shown} is not one to go by`, {
    hint: 'name it by up to 64 letters, digits, dots, dashes and underscores, a letter or digit first',
  });
}

function unfit(reason: string): GatewayError {
  return new GatewayError('input_invalid', reason, { hint: 'write the file itself into the spool' });
}
