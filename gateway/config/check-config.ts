import { interpretConfig } from './interpret.ts';
import type { ConfigInputs } from './interpret.ts';
import type { ConfigProblem } from './problem.ts';
import type { QuarantinedDevice } from './quarantined-items.ts';

/** What `egw config check` answers. */
export interface ConfigCheck {
  /** False when the gateway would not start with it. */
  readonly usable: boolean;
  /** All of the file's problems, in its order; those of profiles, devices, sources and sinks that would be left out as well. */
  readonly problems: readonly ConfigProblem[];
  readonly quarantined: readonly QuarantinedDevice[];
  readonly warnings: readonly string[];
}

/** Checks a text as the configuration of this build, with this environment. Changes nothing, never throws. */
export async function checkConfig(text: string, file: string, inputs: ConfigInputs): Promise<ConfigCheck> {
  const { loaded, problems } = await interpretConfig(text, file, inputs);
  if (loaded === undefined) return { usable: false, problems, quarantined: [], warnings: [] };
  const {
    quarantined,
    quarantinedProfiles,
    quarantinedSources,
    quarantinedSinks,
    quarantinedUplinks,
    quarantinedNotifiers,
    quarantinedSwitches,
    leftOut,
    warnings,
  } = loaded;
  const parts = [
    ...[quarantinedProfiles, quarantined, quarantinedSources],
    ...[quarantinedSinks, quarantinedUplinks, quarantinedNotifiers, quarantinedSwitches],
  ];
  const ofParts = parts.flat().flatMap((part) => part.problems);
  return { usable: true, problems: [...ofParts, ...leftOut], quarantined, warnings };
}
