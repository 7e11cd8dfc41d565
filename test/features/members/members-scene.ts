import { mkdirSync } from 'node:fs';
import type { Test } from 'tap';
import type { AlertObservation } from '../../../gateway/core/alert.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { serverAccount } from '../../../gateway/core/metered-day.ts';
import { tariffBandInterval, type TariffBand } from '../../../gateway/core/tariff-band.ts';
import { frenchInstantMs, type TempoDay } from '../../../gateway/core/tempo-day.ts';
import { DerogationDesk } from '../../../gateway/features/members/derogation-desk.ts';
import type { Asker } from '../../../gateway/features/members/may-act-for.ts';
import { MemberRegister } from '../../../gateway/features/members/member-register.ts';
import type { MembersPorts } from '../../../gateway/features/members/members-ports.ts';
import type { MembersSettings } from '../../../gateway/features/members/members-section.ts';
import { Statements } from '../../../gateway/features/members/statements.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { openScratch } from '../../storage/scratch.ts';
import { SaidTempo } from './said-tempo.ts';

/** `2025-01-10 06:00` by the clocks of France, but for the hours that are there twice. */
export function at(text: string): number {
  const [day = '', clock = '00:00'] = text.split(' ');
  const [hour, minute] = clock.split(':').map(Number);
  return frenchInstantMs(day, hour ?? 0, minute);
}

export const owner: Asker = { kind: 'local', id: 'local', scopes: new Set(['read', 'control', 'admin']) };
export const reader: Asker = { kind: 'token', id: 'token:7', scopes: new Set(['read', 'control']) };

/** By the bot. */
export function speaker(id: string, isAdmin = false): Asker {
  const scopes = ['read', 'control', ...(isAdmin ? ['admin'] : [])];
  return { kind: 'member', id: `member:${id}`, scopes: new Set(scopes) };
}

/** What a call comes to: `facts.reason` where it is refused. */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'taken';
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return String(error.facts['reason'] ?? error.code);
  }
}

class Killed extends Error {}

/** Members over a real file, in time that passes when a test says so. */
export class MembersScene {
  readonly time = new ManualTime();
  readonly tempo = new SaidTempo();
  readonly told: { readonly id: string; readonly text: string }[] = [];
  readonly observed: AlertObservation[] = [];
  hasGuild = true;
  onServer: 'yes' | 'no' | 'unknown' = 'yes';
  isTimeKnown = true;
  /** Nothing can be read or written. */
  isDiskAway = false;
  /** What a message comes to. */
  tell: (id: string) => Promise<void> = () => Promise.resolve();
  /** Calls of the store that write, and the one at which the process ends: before it, or when it is on disk. */
  writes = 0;
  kill: { readonly write: number; readonly isDone: boolean } | undefined;
  settings: MembersSettings;
  service: DatabaseService;
  desk!: DerogationDesk;
  members!: MemberRegister;
  statements!: Statements;
  readonly #directory: string;
  #files = 0;

  constructor(t: Test, settings: Partial<MembersSettings> = {}) {
    this.#directory = t.testdir();
    this.settings = { language: 'en', ...settings };
    this.service = openScratch(this.#directory);
    t.teardown(() => {
      this.service.close();
    });
    this.#open();
  }

  /** The process ends, and another one goes on with the file. */
  restart(): void {
    this.service.close();
    this.service = openScratch(this.#directory);
    this.kill = undefined;
    this.#open();
  }

  /** Another file, in which there is nothing. */
  restartEmpty(): void {
    this.service.close();
    this.#files += 1;
    const directory = `${this.#directory}/${this.#files}`;
    mkdirSync(directory);
    this.service = openScratch(directory);
    this.#open();
  }

  goTo(text: string): void {
    this.time.stepWall(at(text) - this.time.wall());
  }

  /** Does it; false when it was killed there, and another process runs. */
  async survives(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.restart();
      return false;
    }
  }

  /** The meter counted so much in that band. */
  count(day: TempoDay, band: TariffBand, mwh: number | null): void {
    const { startMs, endMs } = tariffBandInterval(day, band);
    const kind = mwh === null ? ('down' as const) : ('measured' as const);
    const interval = { day, band, startMs, endMs, kind, mwh, startTotalMwh: null, endTotalMwh: null };
    this.service.putMetered({ meter: serverAccount, mark: this.#mark(endMs, day), intervals: [interval] });
  }

  /** The meter was followed up to then. */
  followTo(text: string): void {
    this.service.putMetered({ meter: serverAccount, mark: this.#mark(at(text), '9999'), intervals: [] });
  }

  async tellAll(): Promise<void> {
    await this.statements.tellWaiting(new AbortController().signal);
  }

  get audit(): readonly string[] {
    return this.service
      .listAuditLines({ beforeMs: Number.MAX_SAFE_INTEGER, rowsMax: 100 })
      .map(({ principal, action, detail }) => `${principal} ${action} ${detail}`);
  }

  ports(): MembersPorts {
    const call = async (name: keyof DatabaseService, ...parameters: unknown[]): Promise<unknown> => {
      await Promise.resolve();
      if (this.isDiskAway) throw new GatewayError('storage_failed', 'the disk is away');
      const isWrite = /^(put|add|remove)/.test(name);
      if (isWrite) this.writes += 1;
      const kill = isWrite && this.kill?.write === this.writes ? this.kill : undefined;
      if (kill?.isDone === false) throw new Killed();
      const work = this.service[name] as (...given: unknown[]) => unknown;
      const answer = work.apply(this.service, parameters);
      if (kill !== undefined) throw new Killed();
      return answer;
    };
    return {
      clock: this.time,
      logger: silentLogger,
      store: { call: call as MembersPorts['store']['call'] },
      tempo: this.tempo,
      hasGuild: this.hasGuild,
      guild: {
        holds: () => Promise.resolve(this.onServer),
        tell: async (id, text) => {
          await this.tell(id);
          this.told.push({ id, text });
        },
      },
      desk: {
        observe: (observations) => {
          this.observed.push(...observations);
          return Promise.resolve();
        },
        observedToMs: () => undefined,
      },
      isTimeKnown: () => this.isTimeKnown,
    };
  }

  #open(): void {
    const ports = this.ports();
    this.desk = new DerogationDesk(ports);
    this.members = new MemberRegister(ports, this.settings, () => {
      this.desk.lookAgain();
    });
    this.statements = new Statements(ports, this.settings);
  }

  #mark(atMs: number, day: TempoDay) {
    const known = this.service.getMeterMark(serverAccount);
    const firstDay = known === undefined || day < known.firstDay ? day : known.firstDay;
    return { atMs: Math.max(atMs, known?.atMs ?? 0), totalMwh: 0, restarts: 0, firstDay };
  }
}
