import type { LoadedConfig } from './interpret.ts';
import { describeOrigin } from './origin.ts';
import type { Origin } from './origin.ts';
import { forEachLeaf, formatPath } from './path.ts';
import type { ConfigPath } from './path.ts';
import { formatProblem } from './problem.ts';
import { showLeaf } from './show-config.ts';

/** One value of the configuration, and where it comes from. */
export interface ExplainedValue {
  /** `devices[0].transport.host` */
  readonly path: string;
  /** Without secrets. */
  readonly value: unknown;
  readonly origin: Origin['kind'];
  /** For people: `/etc/egw.yaml line 4`. */
  readonly source: string;
  /** Whether only that source can change it. */
  readonly pinned: boolean;
}

export interface ConfigExplanation {
  readonly values: readonly ExplainedValue[];
  readonly warnings: readonly string[];
  /** One line for each problem of each device that is left out. */
  readonly quarantined: readonly string[];
}

/** What `egw config explain` answers: every value in force, its source, and what to be careful of. */
export function explainConfig(loaded: LoadedConfig): ConfigExplanation {
  const values: ExplainedValue[] = [];
  const add = (path: ConfigPath, value: unknown): void => {
    const origin = loaded.sources.originOf(path);
    const pinned = origin.kind !== 'default' && origin.kind !== 'stored';
    values.push({
      path: formatPath(path),
      value: showLeaf(loaded, path, value),
      origin: origin.kind,
      source: describeOrigin(origin),
      pinned,
    });
  };
  forEachLeaf(loaded.effective, add);
  return {
    values,
    warnings: loaded.warnings,
    quarantined: [
      ...loaded.quarantinedProfiles,
      ...loaded.quarantined,
      ...loaded.quarantinedSources,
      ...loaded.quarantinedSinks,
      ...loaded.quarantinedUplinks,
      ...loaded.quarantinedNotifiers,
      ...loaded.quarantinedSwitches,
    ].flatMap(({ problems }) => problems.map(formatProblem)),
  };
}
