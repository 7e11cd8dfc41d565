import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { monotonicMs, wallMs } from '../../../../gateway/core/clock.ts';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { silentLogger } from '../../../../gateway/core/logger.ts';
import { steadyMs, type StampingClock } from '../../../../gateway/core/machine-clock.ts';
import type { SpoolFolder } from '../../../../gateway/core/spool-folder.ts';
import type { GivenJob, JobFacts } from '../../../../gateway/features/jobs/job-port.ts';
import { JobSpool, type SpoolPorts } from '../../../../gateway/features/jobs/spool/job-spool.ts';
import { createRealSpoolFolder } from '../../../../gateway/system/real-spool-folder.ts';

export const startMs = Date.UTC(2026, 10, 21, 12);
export const goodFile = '{"estimate": "2h", "deadline": "2026-11-22 12:00:00", "commandline": "echo hi"}';

/** A desk that keeps what it is given, each key once, as the store does. */
class KeepingDesk {
  readonly jobs = new Map<string, GivenJob>();
  refusal: GatewayError | undefined;
  nowMs = startMs;

  add(job: GivenJob): Promise<{ readonly job: JobFacts; readonly isNew: boolean }> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    if (job.deadlineMs <= this.nowMs)
      return Promise.reject(new GatewayError('deadline_invalid', 'the deadline has passed already'));
    const key = job.originKey ?? '';
    const isNew = !this.jobs.has(key);
    if (isNew) this.jobs.set(key, job);
    const facts: JobFacts = {
      ...job,
      id: [...this.jobs.keys()].indexOf(key) + 1,
      state: 'queued',
      queuedMs: startMs,
      latestStartMs: job.deadlineMs - job.definition.estimateMs,
      endedMs: undefined,
      decision: undefined,
      remark: undefined,
      run: undefined,
    };
    return Promise.resolve({ job: facts, isNew });
  }

  get lines(): readonly string[] {
    return [...this.jobs.values()].map(({ definition: { command } }) =>
      'line' in command ? command.line : '?',
    );
  }
}

/** A spool in a folder of its own, a clock that stands still, and a desk. */
export class SpoolScene {
  readonly path: string;
  readonly desk = new KeepingDesk();
  readonly folder: SpoolFolder;
  spool: JobSpool;
  nowMs = startMs;
  isTimeKnown = true;
  stops = 0;
  readonly #changes: Partial<SpoolPorts>;

  constructor(t: Test, changes: Partial<SpoolPorts> & { readonly path?: string } = {}) {
    const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'egw-spool-'));
    t.teardown(() => rmSync(home, { recursive: true, force: true }));
    const { path = join(home, 'input_dirs/input_dir'), ...others } = changes;
    this.path = path;
    this.#changes = others;
    this.folder = createRealSpoolFolder(path);
    this.spool = this.restarted();
  }

  /** As after the gateway was ended, however that was. */
  restarted(changes: Partial<SpoolPorts> = {}): JobSpool {
    const clock: StampingClock = {
      wall: () => wallMs(this.nowMs),
      monotonic: () => monotonicMs(this.nowMs - startMs + 1_000),
      steady: () => steadyMs(this.nowMs - startMs),
      timeline: 'test',
      stamp: () => ({ basis: this.isTimeKnown ? 'wall' : 'steady', atMs: this.nowMs }),
    };
    this.spool = new JobSpool({
      folder: this.folder,
      desk: this.desk,
      clock,
      logger: silentLogger,
      zone: 'UTC',
      usual: {
        name: undefined,
        environment: {},
        powerWatts: undefined,
        when: [{ kind: 'surplus' }],
        isInterruptible: false,
        retries: 0,
        timeoutMs: undefined,
        user: undefined,
        group: undefined,
        limits: {},
        hasNetwork: true,
      },
      findFolder: async () => await Promise.resolve({ path: '/srv/jobs', warnings: [] }),
      newKey: () => crypto.randomUUID(),
      stop: undefined,
      ...this.#changes,
      ...changes,
    });
    return this.spool;
  }

  /** Looks as often as it takes for what lies still to be taken, and then for what is given up. */
  async look(seconds = 4): Promise<void> {
    for (let passed = 0; passed <= seconds; passed += 2) {
      this.desk.nowMs = this.nowMs;
      await this.spool.look(new AbortController().signal);
      this.nowMs += 2_000;
    }
  }

  /** Makes the folders, as the first look does. */
  async open(): Promise<void> {
    await this.folder.open();
  }

  put(name: string, content: string | Uint8Array = goodFile): void {
    writeFileSync(join(this.path, name), content);
  }

  in(place: 'given' | '.claimed' | 'done' | 'rejected'): readonly string[] {
    const folder = place === 'given' ? this.path : join(this.path, place);
    return readdirSync(folder)
      .filter((name) => place !== 'given' || !['.claimed', 'done', 'rejected'].includes(name))
      .toSorted();
  }
}
