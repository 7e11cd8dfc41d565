import type { Clock } from '../../core/clock.ts';
import type { Datagrams } from '../../core/datagrams.ts';
import type { HttpClient } from '../../core/http.ts';
import type { JobProcesses } from '../../core/job-process.ts';
import type { Logger } from '../../core/logger.ts';
import type { Network } from '../../core/network.ts';
import type { OptionFields, OptionValues } from '../../core/option-field.ts';

export type SwitchPosition = 'on' | 'off';

/** What switches one machine on and off. */
export interface PowerSwitch {
  /**
   * One command, once: returns when the other side has taken it, or, where nothing ever answers (a magic packet), when it
   * has left. The machine may need minutes to follow. Errors: those of the ports; `switch_unavailable` (again later),
   * `switch_refused` (the hint says which setting; not tried again). With the fact `isUnclear` true it may have been taken
   * all the same.
   */
  turn(position: SwitchPosition, signal: AbortSignal): Promise<void>;
  /** What the machine itself, or its relay, says; undefined: that cannot be told. Errors: as above. */
  position(signal: AbortSignal): Promise<SwitchPosition | undefined>;
  close(): Promise<void>;
}

export interface SwitchPorts {
  /** Its configured id. */
  readonly id: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly http: HttpClient;
  readonly network: Network;
  readonly datagrams: Datagrams;
  readonly processes: JobProcesses;
}

/** A kind of switch: one file, one line in all.ts, one fixture. See docs/adding-a-switch.md. */
export interface SwitchDefinition {
  readonly id: string;
  readonly title: string;
  /** Manual and page of its protocol. */
  readonly source: string;
  readonly options: OptionFields;
  /** Of one command. */
  readonly timeoutMs: number;
  /** What it can be told with these options. */
  positions(options: OptionValues): readonly SwitchPosition[];
  /** Whether the same command again changes nothing: it may be repeated when it is not clear whether it was taken. */
  readonly isRepeatSafe: boolean;
  /** Opens nothing outside. Errors: `config_invalid`. */
  open(options: OptionValues, ports: SwitchPorts): PowerSwitch;
}
