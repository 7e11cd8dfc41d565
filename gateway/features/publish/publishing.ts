import { GatewayError } from '../../core/errors.ts';
import { describeError } from '../../core/errors.ts';
import { suggestName } from '../../core/nearest.ts';
import type { Logger } from '../../core/logger.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { SinkPublisher } from './sink-publisher.ts';
import type { SinkNote } from './sink-troubles.ts';

/** A sink that is configured and does not run. */
export interface IdleSink {
  readonly id: string;
  readonly name?: string;
  readonly kind: string;
  readonly title: string;
  readonly state: 'disabled' | 'skipped';
  /** What to do that it runs. */
  readonly reason: string;
}

/** How a sink is: `starting` has not been tried yet, `down` takes nothing now. */
export interface SinkStatus {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly state: 'starting' | 'up' | 'down' | 'disabled' | 'skipped';
  /** Readings that were written; those refused for good; those deleted before they could be sent. */
  readonly written: number;
  readonly refused: number;
  readonly lost: number;
  /** Time whose readings it has missed and not had yet. */
  readonly backlogMs: number;
  /** UTC epoch ms, null: nothing since the start. */
  readonly writtenMs: number | null;
  readonly reason: string | null;
  readonly hint: string | null;
}

/** All sinks, one beside the other. */
export class Publishing {
  readonly #publishers: readonly SinkPublisher[];
  readonly #idle: readonly IdleSink[];
  readonly #wake: (task: string) => void;
  readonly #logger: Logger;

  constructor(
    {
      publishers,
      idle,
    }: { readonly publishers: readonly SinkPublisher[]; readonly idle: readonly IdleSink[] },
    { wake, logger }: { readonly wake: (task: string) => void; readonly logger: Logger },
  ) {
    this.#publishers = publishers;
    this.#idle = idle;
    this.#wake = wake;
    this.#logger = logger;
  }

  tasks(): readonly TaskDefinition[] {
    return this.#publishers.map((publisher) => publisher.task());
  }

  notes(): readonly SinkNote[] {
    return this.#publishers.flatMap((publisher) => publisher.notes());
  }

  list(): readonly SinkStatus[] {
    return [...this.#publishers.map(statusOf), ...this.#idle.map(idleStatus)];
  }

  /** Errors: `not_found`. */
  show(id: string): SinkStatus {
    const found = this.list().find((sink) => sink.id === id);
    if (found === undefined) throw this.#unknown(id);
    return found;
  }

  /** Tries it now. Errors: `not_found`, `input_invalid` when it does not run. */
  retry(id: string): void {
    const publisher = this.#publishers.find(({ sink }) => sink.id === id);
    if (publisher === undefined) {
      const { reason } = this.show(id);
      throw new GatewayError('input_invalid', `sink ${id} does not run: ${String(reason)}`, {
        hint: 'change the configuration and start the gateway again',
      });
    }
    publisher.forgive();
    this.#wake(publisher.taskName);
  }

  /** To be called when no task runs any more. What cannot be put down is sent again at the next start. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#publishers.map(async (publisher) => {
        try {
          await publisher.stop();
        } catch (error) {
          const { id } = publisher.sink;
          this.#logger.warn(
            { sink: id, error },
            `where sink ${id} stands was not kept: ${describeError(error)}`,
          );
        }
      }),
    );
  }

  #unknown(id: string): GatewayError {
    const ids = this.list().map((sink) => sink.id);
    return new GatewayError('not_found', `there is no sink ${id}${suggestName(id, ids)}`, {
      hint: ids.length === 0 ? 'none is configured' : `there are: ${ids.join(', ')}`,
    });
  }
}

function statusOf(publisher: SinkPublisher): SinkStatus {
  const { id, name = id, definition } = publisher.sink;
  const { mark, isOpen, failure, writtenMs = null } = publisher.progress();
  const { written, refused, lost, backlog } = mark;
  return {
    id,
    name,
    kind: definition.id,
    title: definition.title,
    state: failure !== undefined ? 'down' : isOpen ? 'up' : 'starting',
    written,
    refused,
    lost,
    backlogMs: backlog.reduce((sum, { nextMs, toMs }) => sum + toMs - nextMs, 0),
    writtenMs,
    reason: failure === undefined ? null : failure.error.message,
    hint: failure?.error.hint ?? null,
  };
}

function idleStatus({ id, name = id, kind, title, state, reason }: IdleSink): SinkStatus {
  const nothing = { written: 0, refused: 0, lost: 0, backlogMs: 0, writtenMs: null, hint: null };
  return { id, name, kind, title, state, reason, ...nothing };
}
