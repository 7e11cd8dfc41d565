import { createHash } from 'node:crypto';
import { describeError, errorCodeOf } from '../core/errors.ts';
import { chooseConfiguration } from './choose-configuration.ts';
import type { Choice, CurrentFile, TrialState } from './choose-configuration.ts';
import { dataDirectory } from './data-directory.ts';
import type { LoadedConfig } from './interpret.ts';
import { createLastGoodStore } from './last-good-store.ts';
import type { LastGoodStore } from './last-good-store.ts';
import { configPath, loadText, readConfigText } from './load-config.ts';
import type { LoadOptions } from './load-config.ts';
import type { StoredSettings } from './overrides.ts';

/** The configuration that the process runs with, and what becomes of it. */
export interface StartedConfig extends LoadedConfig {
  readonly choice: Choice;
  /** For the health page and the log, when it is not the current file that runs. */
  readonly healthLine: string | undefined;
  /** Whether it is on trial: then `judgeTrial` says when to call `promote` or `reject`. */
  readonly onTrial: boolean;
  /** It has run well for the trial's time: from now on it is the last good one. Errors: `data_dir_unusable`. */
  promote(nowMs: number): void;
  /**
   * It broke a liveness contract: it is not tried again until the file changes. True when there is a last good
   * one to go back to: the caller then ends the process, to be started anew. Errors: `data_dir_unusable`.
   */
  reject(why: string, nowMs: number): boolean;
  /** The process stops in good order: this start does not count against the trial. */
  stopped(): void;
}

/**
 * Loads the configuration to start with: the current file, or the last good one when the current one is
 * damaged, was rejected, or keeps failing to start. The start of a trial is on disk before this returns, so
 * that a crash counts. Errors: those of `loadConfiguration`, when no last good one loads either.
 * @param nowMs the wall clock
 */
export async function startConfiguration(options: LoadOptions, nowMs: number): Promise<StartedConfig> {
  const store = createLastGoodStore(options.disk, dataDirectory(options.commandLine, options.environment));
  const state = store.read();
  const attempt = await tryCurrent(options);
  const choice = chooseConfiguration(attempt.current, state);
  if (choice.use === 'last-good' && state.lastGood !== undefined) {
    const { text, settings = {} } = state.lastGood;
    const loaded = await loadLastGood(text, { ...options, storedSettings: settings });
    if (loaded !== undefined) return runLastGood({ loaded, choice, attempt, state, store, nowMs });
  }
  if (attempt.loaded === undefined) throw attempt.error;
  const { storedSettings: settings } = options;
  return runCurrent({ loaded: attempt.loaded, choice, attempt, state, store, nowMs, settings });
}

type Attempt = { readonly path: string; readonly current: CurrentFile } & (
  | { readonly loaded: LoadedConfig; readonly error?: never }
  | { readonly loaded?: never; readonly error: Error }
);

interface Run {
  readonly loaded: LoadedConfig;
  readonly choice: Choice;
  readonly attempt: Attempt;
  readonly state: TrialState;
  readonly store: LastGoodStore;
  readonly nowMs: number;
  readonly settings?: StoredSettings;
}

/** Operating errors only: an assertion that fails here is ours, and ends the process. */
async function tryCurrent(options: LoadOptions): Promise<Attempt> {
  const path = configPath(options.commandLine, options.environment);
  let text: string | undefined;
  try {
    text = readConfigText(options.disk, options.commandLine, options.environment);
    const loaded = await loadText(text, path, options);
    return {
      path,
      current: { text, hash: hashOf(text, options.storedSettings), problem: undefined },
      loaded,
    };
  } catch (error) {
    if (errorCodeOf(error) === undefined || !(error instanceof Error)) throw error;
    return {
      path,
      current: { text, hash: hashOf(text, options.storedSettings), problem: describeError(error) },
      error,
    };
  }
}

function hashOf(text: string | undefined, settings: StoredSettings): string {
  const hash = createHash('sha256').update(text ?? '');
  // Without any it is the hash of the file alone, as it was before there were settings.
  const changed = Object.entries(settings).sort(([left], [right]) => (left < right ? -1 : 1));
  if (changed.length > 0) hash.update(`\0${JSON.stringify(changed)}`);
  return hash.digest('hex');
}

/** It may no longer load after an update, or when the environment that it refers to has changed. */
async function loadLastGood(text: string, options: LoadOptions): Promise<LoadedConfig | undefined> {
  try {
    return await loadText(text, 'the last good configuration', options);
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return undefined;
  }
}

function runLastGood({ loaded, choice, attempt, state, store, nowMs }: Run): StartedConfig {
  let { rejection } = state;
  const problems: string[] = [];
  if (choice.why === 'failed_to_start') {
    const why = `it failed to start ${state.trial?.starts ?? 0} times`;
    rejection = { hash: attempt.current.hash, why, atMs: nowMs };
    problems.push(...tryWrite(store, withoutTrial({ ...state, rejection })));
  }
  const healthLine = `the last good configuration is in use, not ${attempt.path}: ${reasonOf(choice, attempt, rejection?.why)}`;
  return {
    ...loaded,
    warnings: [healthLine, ...problems, ...loaded.warnings],
    choice,
    healthLine,
    onTrial: false,
    promote: () => undefined,
    reject: () => false,
    stopped: () => undefined,
  };
}

function reasonOf(choice: Choice, attempt: Attempt, rejection: string | undefined): string {
  switch (choice.why) {
    case 'missing':
      return 'there is no such file';
    case 'empty':
      return 'the file is empty; write {} to mean that';
    case 'cut_short':
      return 'the file ends in the middle of a line';
    case 'unusable':
      return attempt.current.problem ?? 'it cannot be used';
    default:
      return `${rejection ?? 'it was rejected'}; change the file, or the setting, to try again`;
  }
}

function runCurrent({ loaded, choice, attempt, state, store, nowMs, settings = {} }: Run): StartedConfig {
  const { text = '', hash } = attempt.current;
  const onTrial = choice.why !== 'same';
  const counted = state.trial?.hash === hash ? state.trial : { hash, startedMs: nowMs, starts: 0 };
  const trial = { ...counted, starts: counted.starts + 1 };
  const { lastGood } = state;
  const base: TrialState = lastGood === undefined ? {} : { lastGood };
  // Back to the last good file: whatever was tried in between may be tried again.
  const isStale = !onTrial && (state.trial !== undefined || state.rejection !== undefined);
  const problems = onTrial ? tryWrite(store, { ...base, trial }) : isStale ? tryWrite(store, base) : [];
  let settled = !onTrial;
  return {
    ...loaded,
    warnings: [...problems, ...loaded.warnings],
    choice: onTrial ? { use: 'current', why: 'trial' } : choice,
    healthLine: undefined,
    onTrial,
    promote: (promotedMs) => {
      if (settled) return;
      const kept = Object.keys(settings).length > 0 ? { settings } : {};
      store.write({ lastGood: { hash, text, promotedMs, ...kept } });
      settled = true;
    },
    reject: (why, atMs) => {
      if (settled || lastGood === undefined) return false;
      store.write({ lastGood, rejection: { hash, why, atMs } });
      settled = true;
      return true;
    },
    stopped: () => {
      if (!settled) tryWrite(store, { ...base, trial: counted });
      settled = true;
    },
  };
}

function withoutTrial({ lastGood, rejection }: TrialState): TrialState {
  return {
    ...(lastGood === undefined ? {} : { lastGood }),
    ...(rejection === undefined ? {} : { rejection }),
  };
}

/** A full disk must not keep the gateway from starting: then the trial is not counted, and that is said. */
function tryWrite(store: LastGoodStore, state: TrialState): readonly string[] {
  try {
    store.write(state);
    return [];
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return [`the trial of the configuration cannot be recorded: ${describeError(error)}`];
  }
}
