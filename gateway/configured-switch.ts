import type { SwitchConfig } from './config/config.ts';
import type { Datagrams } from './core/datagrams.ts';
import { GatewayError } from './core/errors.ts';
import { nearest } from './core/nearest.ts';
import type { PowerSwitch, SwitchDefinition, SwitchPorts, SwitchPosition } from './io/switches/switch.ts';

/** A switch whose part of the configuration is wrong. */
export interface QuarantinedSwitch {
  readonly id: string;
  /** What is wrong. */
  readonly reason: string;
}

/** What switches need of the outside besides what everything has. */
export interface SwitchOutside {
  readonly quarantinedSwitches?: readonly QuarantinedSwitch[];
  readonly datagrams: Datagrams;
  /** Other kinds than those that are built in. */
  readonly switchKinds?: readonly SwitchDefinition[];
}

interface Outside extends Omit<SwitchPorts, 'id'> {
  readonly config: { readonly switches: readonly SwitchConfig[] };
  readonly quarantinedSwitches?: readonly QuarantinedSwitch[];
}

/** A switch that the configuration names, whether it can be used or not. */
export interface ConfiguredSwitch {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Maker and product, or the kind where that is not known. */
  readonly title: string;
  /** Why it cannot be used, for people; undefined: it can. */
  readonly problem: string | undefined;
  /** What it can be told; nothing where it cannot be used. */
  readonly positions: readonly SwitchPosition[];
  readonly isRepeatSafe: boolean;
  /** Of one command. */
  readonly timeoutMs: number;
  /** Opens nothing outside. Errors: `config_invalid`. */
  open(): PowerSwitch;
}

/** Of what nobody knows how it works. */
const timeoutMsUnknown = 10_000;

/** The switch of that id. Never throws: what is wrong with it stands in its `problem`. */
export function configuredSwitch(
  id: string,
  kinds: readonly SwitchDefinition[],
  outside: Outside,
): ConfiguredSwitch {
  const { config, quarantinedSwitches = [], ...ports } = outside;
  const found = config.switches.find((one) => one.id === id);
  const definition = kinds.find((kind) => kind.id === found?.kind);
  if (found === undefined || definition === undefined)
    return unusable(
      id,
      quarantinedSwitches.find((one) => one.id === id)?.reason ?? unknownSwitch(id, config),
    );
  const problem = problemOf(found);
  if (problem !== undefined) return unusable(id, problem);
  const { name = id, options } = found;
  const { title, isRepeatSafe, timeoutMs } = definition;
  const open = (): PowerSwitch => definition.open(options, { ...ports, id });
  return {
    ...{ id, name, title, isRepeatSafe, timeoutMs },
    problem: undefined,
    positions: definition.positions(options),
    open,
  };
}

function problemOf({ enabled, missingSecrets }: SwitchConfig): string | undefined {
  if (!enabled) return 'it is switched off in the configuration';
  return missingSecrets.length === 0 ? undefined : `nobody has given its ${missingSecrets.join(' and ')}`;
}

function unknownSwitch(id: string, { switches }: Outside['config']): string {
  const known = switches.map((one) => one.id);
  if (known.length === 0) return 'there is none under switches: in the configuration';
  const guess = nearest(id, known);
  return `no switch is called so${guess === undefined ? '' : `; did you mean ${guess}?`}`;
}

function unusable(id: string, problem: string): ConfiguredSwitch {
  return {
    ...{ id, name: id, title: id, problem, positions: [], isRepeatSafe: false, timeoutMs: timeoutMsUnknown },
    open: () => {
      throw new GatewayError('config_invalid', `the switch ${id} cannot be used: ${problem}`, {
        hint: 'correct it under switches: in the configuration; egw config check says more',
        facts: { switch: id },
      });
    },
  };
}
