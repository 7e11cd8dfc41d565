/**
 * Appends for ever or for so many commits, rolls up, packs, prunes and seals telemetry in between, and prints what is acknowledged:
 * `c N` commit N, `n N` note N, `j N` that job N is begun, `a N` that the message of alert N is, `s N` that the order of day N is. It repeats what failed with `storage_failed`, with the same key, and prints
 * `r MS`: how long that took. Run as a process of its own, to be killed, cut off and refused by the disk:
 *
 *     node appender.ts '{"directory":"/dev/shm/x","life":1,"commits":100}'
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { openConnection, type Connection } from '../../../gateway/storage/connection.ts';
import { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { batchOf, startMs } from '../scratch.ts';
import { sealNext, startOf } from '../telemetry/sealing.ts';
import { AppendedAlerts } from './appended-alerts.ts';
import { AppendedJobs } from './appended-jobs.ts';
import { AppendedSharing } from './appended-sharing.ts';
import {
  appendedRetention,
  appendedSeries,
  intentOfNote,
  noteName,
  samplesOfCommit,
  timeOfCommit,
} from './appended.ts';

/** `opens`: nothing but open the database; `tends`: roll up, pack and prune all there is. */
type AppenderWork = 'opens' | 'tends' | 'vacuums' | 'rotates' | 'backs-up';

export interface AppenderTask {
  readonly directory: string;
  /** Which process it is on this directory, from 1. */
  readonly life: number;
  readonly commits: number;
  /** Does that, and appends nothing. */
  readonly work?: AppenderWork;
  /** `none`: it neither rolls up nor packs nor prunes; `keeps-all`: it does not prune. */
  readonly tending?: 'none' | 'keeps-all';
  /** Ends without closing the database. */
  readonly isAbrupt?: boolean;
  /** A bug that the harness must find: commits that the operating system has, and the disk perhaps not. */
  readonly isCareless?: boolean;
}

const triesMax = 50;

class Appender {
  readonly #task: AppenderTask;
  readonly #service: DatabaseService;
  readonly #bootId: string;
  readonly #jobs: AppendedJobs;
  readonly #alerts: AppendedAlerts;
  readonly #sharing: AppendedSharing;
  #commits = 0;
  #note = 0;

  constructor(task: AppenderTask) {
    this.#task = task;
    this.#bootId = `life-${task.life}`;
    const { directory } = task;
    const connect = task.isCareless === true ? connectCarelessly : openConnection;
    this.#service = persist(() => new DatabaseService({ directory, zone: 'UTC', nowMs: startMs }, connect));
    this.#jobs = new AppendedJobs(this.#service, persist);
    this.#alerts = new AppendedAlerts(this.#service, persist);
    this.#sharing = new AppendedSharing(this.#service, persist);
  }

  run(): void {
    const { work, life } = this.#task;
    if (work !== 'opens') persist(() => this.#service.openTelemetry(startOf(life)));
    if (work === undefined) this.#live();
    else this.#do(work);
  }

  #live(): void {
    persist(() => this.#service.internSeries(appendedSeries));
    this.#commits = persist(() => this.#service.databaseStatus()).commits;
    this.#note = Number(persist(() => this.#service.getSetting(noteName)) ?? 0);
    this.#jobs.start();
    this.#alerts.start();
    this.#sharing.start();
    for (let sequence = 1; sequence <= this.#task.commits; sequence += 1) this.#step(sequence);
    if (this.#task.isAbrupt !== true) this.#close();
  }

  #do(work: AppenderWork): void {
    const nowMs = timeOfCommit(this.#service.databaseStatus().commits);
    if (work === 'tends') this.#tend(nowMs);
    if (work === 'vacuums') this.#rewrite('vacuum', nowMs);
    if (work === 'rotates') this.#rewrite('rotate', nowMs);
    if (work === 'backs-up') this.#service.writeBackup({ nowMs, keep: 2 });
    print('done');
    this.#close();
  }

  #rewrite(kind: 'vacuum' | 'rotate', nowMs: number): void {
    const plan = this.#service.beginRewrite(kind, nowMs);
    const copy = this.#service.copyForRewrite(plan);
    while (this.#service.finishRewrite(plan, copy, nowMs).remaining);
  }

  /** All that looking after the database has to do, at once. */
  #tend(nowMs: number): void {
    const service = this.#service;
    while (persist(() => service.rollUp(nowMs)).remaining);
    while (persist(() => service.countEnergy(nowMs)).remaining);
    while (persist(() => service.packReadings(nowMs)).remaining);
    while (persist(() => service.prune(nowMs, appendedRetention)).remaining);
  }

  /** What is committed is safe without it. */
  #close(): void {
    try {
      this.#service.close();
    } catch (error) {
      if (errorCodeOf(error) !== 'storage_failed') throw error;
    }
  }

  #step(sequence: number): void {
    const service = this.#service;
    const key = { bootId: this.#bootId, sequence };
    const batch = batchOf(samplesOfCommit(this.#commits + 1));
    const { commit } = persist(() => service.appendReadings(key, batch));
    print(`c ${commit}`);
    this.#commits = commit;
    const nowMs = timeOfCommit(commit);
    if (commit % 9 === 0) this.#putNote(nowMs);
    if (commit % 9 === 4) print(`j ${this.#jobs.step()}`);
    if (commit % 9 === 7) print(`a ${this.#alerts.step()}`);
    if (commit % 9 === 2) print(`s ${this.#sharing.step()}`);
    if (commit % 4 === 0) persist(() => sealNext(service, nowMs));
    if (this.#task.tending === 'none') return;
    if (commit % 5 === 0) persist(() => service.rollUp(nowMs));
    if (commit % 5 === 1) persist(() => service.countEnergy(nowMs));
    if (commit % 17 === 0) persist(() => service.packReadings(nowMs));
    if (this.#task.tending === 'keeps-all') return;
    if (commit % 13 === 0) persist(() => service.prune(nowMs, appendedRetention));
  }

  /** An order to a device takes the place of the one before, and a setting says which it is. */
  #putNote(nowMs: number): void {
    const note = this.#note + 1;
    persist(() =>
      this.#service.recordControl({
        open: {
          id: intentOfNote(note),
          device: 'inverter',
          control: 'battery_power_w',
          value: note,
          source: 'user',
          principal: 'local',
          bootId: this.#bootId,
          openedMs: nowMs,
          leaseUntilMs: nowMs + 60_000,
          state: 'intended',
          before: null,
        },
        moves: note === 1 ? [] : [{ id: intentOfNote(note - 1), state: 'replaced' }],
      }),
    );
    persist(() => this.#service.putSetting(noteName, String(note)));
    this.#note = note;
    print(`n ${note}`);
  }
}

function persist<Result>(work: () => Result): Result {
  let failedMs: number | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      const result = work();
      if (failedMs !== undefined) print(`r ${Math.ceil(performance.now() - failedMs)}`);
      return result;
    } catch (error) {
      if (errorCodeOf(error) !== 'storage_failed' || tries === triesMax) throw error;
      failedMs ??= performance.now();
    }
  }
}

function connectCarelessly(path: string, epoch: number | undefined): Connection {
  const connection = openConnection(path, epoch);
  connection.pragma('synchronous = NORMAL');
  return connection;
}

function print(line: string): void {
  writeSync(1, `${line}\n`);
}

// A process that is killed leaves no compiled modules to the next, unless it does so at once.
flushCompileCache();
new Appender(JSON.parse(process.argv[2] ?? '{}') as AppenderTask).run();
