import type { Alarm } from '../gateway/core/clock.ts';
import type { Disk } from '../gateway/core/disk.ts';
import type { HttpClient } from '../gateway/core/http.ts';
import type { Connection, Network } from '../gateway/core/network.ts';
import type { SinkDefinition } from '../gateway/io/sinks/sink.ts';
import type { Database } from '../gateway/storage/store-calls.ts';

/**
 * One life of the gateway, which can end at any moment as that of a process does: from then on nothing that it is
 * waiting for comes, and nothing that it does reaches anything.
 */
export class MortalLife {
  #isOver = false;
  readonly #connections = new Set<Connection>();

  get isOver(): boolean {
    return this.#isOver;
  }

  /** As a kill: nothing is put away. Its peers see that it hangs up. */
  end(): void {
    this.#isOver = true;
    for (const connection of this.#connections) connection.close();
  }

  alarm(alarm: Alarm): Alarm {
    const whileAlive = (callback: () => void) => (): void => {
      if (!this.#isOver) callback();
    };
    return {
      at: (atMs, callback) => alarm.at(atMs, whileAlive(callback)),
      nextTurn: (callback) => alarm.nextTurn(whileAlive(callback)),
    };
  }

  http(http: HttpClient): HttpClient {
    return { request: async (request, signal) => await this.#live(() => http.request(request, signal)) };
  }

  database(database: Database): Database {
    return {
      call: async (name, ...parameters) => await this.#live(() => database.call(name, ...parameters)),
      close: async () => await this.#live(() => database.close()),
    };
  }

  disk(disk: Disk): Disk {
    return {
      readText: (path) => disk.readText(path),
      writeText: (path, text) => {
        if (!this.#isOver) disk.writeText(path, text);
      },
      remove: (path) => {
        if (!this.#isOver) disk.remove(path);
      },
    };
  }

  network(network: Network): Network {
    return {
      connectTcp: async (options) => {
        const listener: typeof options.listener = {
          onData: (bytes) => {
            if (!this.#isOver) options.listener.onData(bytes);
          },
          onClose: (reason) => {
            if (!this.#isOver) options.listener.onClose(reason);
          },
        };
        const connection = await this.#live(() => network.connectTcp({ ...options, listener }));
        this.#connections.add(connection);
        return connection;
      },
    };
  }

  sink(definition: SinkDefinition): SinkDefinition {
    return {
      ...definition,
      open: async (options, ports, signal) => {
        const sink = await this.#live(() => definition.open(options, ports, signal));
        return {
          write: async (batch, writeSignal) => await this.#live(() => sink.write(batch, writeSignal)),
          close: async () => await this.#live(() => sink.close()),
        };
      },
    };
  }

  /** What has not come when it ends never comes. */
  async #live<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      const result = this.#isOver ? undefined : { is: await call() };
      if (result !== undefined && !this.#isOver) return result.is;
    } catch (error) {
      if (!this.#isOver) throw error;
    }
    return await new Promise<never>(() => undefined);
  }
}
