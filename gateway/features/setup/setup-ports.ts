import type { Terminal } from '../../core/terminal.ts';
import type { SetupQuestion, SetupTest } from './setup-questions.ts';

/** What is known of a variable before it is asked for. */
export interface Standing {
  /** What Enter keeps; undefined when there is nothing. */
  readonly text: string | undefined;
  /** Enter has to write it: it is in another program's file, not yet in ours. */
  readonly isTakenOver: boolean;
  /** What wins over an answer, for people: `/etc/egw.yaml line 4`. */
  readonly overruledBy: string | undefined;
}

/** The `.env` that the answers go to. */
export interface SetupSettings {
  /** Where it is now: an answer may move it. */
  readonly path: string;
  look(question: SetupQuestion): Promise<Standing>;
  /** What the gateway would say against it, with what to do; undefined when it is good. */
  check(question: SetupQuestion, text: string): Promise<string | undefined>;
  /**
   * On disk when it returns, everything else in the file as it was; an empty text is no value. Errors:
   * `data_dir_unusable`, `config_unreadable`, `config_invalid`.
   */
  write(variable: string, text: string): Written;
}

export interface Written {
  /** What stood in the file before; empty for nothing. */
  readonly before: string;
  /** What the person should know of it. */
  readonly note?: string;
}

export interface SetupPorts {
  readonly terminal: Terminal;
  readonly settings: SetupSettings;
  /** Colours, or leaves it as it is. */
  paint(style: 'bold' | 'dim' | 'green' | 'yellow' | 'red' | undefined, text: string): string;
  /**
   * Asks the service as the gateway would, and says what came; undefined when too little is known to ask. Errors: those
   * of the source.
   */
  test(test: SetupTest, signal: AbortSignal): Promise<string | undefined>;
}
