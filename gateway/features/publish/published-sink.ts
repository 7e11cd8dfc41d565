import type { OptionValues } from '../../core/option-field.ts';
import type { SinkDefinition } from '../../io/sinks/sink.ts';

/** A sink as it is configured. */
export interface PublishedSink {
  readonly id: string;
  readonly name?: string;
  readonly definition: SinkDefinition;
  readonly options: OptionValues;
  /** What it gets, by ids and names; absent lists mean all. */
  readonly only: {
    readonly devices?: readonly string[];
    readonly sources?: readonly string[];
    readonly quantities?: readonly string[];
  };
  /** Of what it has missed: readings a second at most. */
  readonly backlogRowsPerSecond: number;
}
