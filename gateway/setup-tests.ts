import { join } from 'node:path';
import type { SetupSettings } from './config/setup-settings.ts';
import type { Alarm, Clock } from './core/clock.ts';
import type { Disk } from './core/disk.ts';
import { formatDuration } from './core/duration.ts';
import { GatewayError } from './core/errors.ts';
import type { HttpClient } from './core/http.ts';
import { silentLogger, type Logger } from './core/logger.ts';
import type { OptionValues } from './core/option-field.ts';
import type { Network } from './core/network.ts';
import type { SerialLines } from './core/serial-lines.ts';
import { TimeLimiter } from './engine/time-limit.ts';
import type { SetupTest } from './features/setup/setup-questions.ts';
import { testReport } from './features/setup/test-report.ts';
import { secretFileName, SecretFile } from './features/sources/secret-file.ts';
import type {
  BlockingWork,
  KeptSecrets,
  SourceAnswer,
  SourceDefinition,
  SourcePorts,
} from './io/sources/source.ts';

/** What a source is asked over. */
export interface SetupOutside {
  readonly http: HttpClient;
  readonly network: Network;
  readonly serial: SerialLines;
  readonly work: BlockingWork;
  close(): void;
}

export interface SetupTestParts {
  readonly settings: SetupSettings;
  readonly kinds: readonly SourceDefinition[];
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly disk: Disk;
  /** What the source says of itself while it is asked. */
  readonly logger: Logger;
  outside(allowLoopback: boolean): SetupOutside;
  /** Called before a service is asked. */
  onAsking(name: string): void;
}

type Source = NonNullable<Awaited<ReturnType<SetupSettings['sourceOf']>>>;

const kindOf: Readonly<Record<SetupTest, string>> = {
  meter: 'homewizard-p1',
  'weather-key': 'openweathermap',
  'weather-place': 'openweathermap',
  thermostats: 'evohome',
};
const nameOf: Readonly<Record<SetupTest, string>> = {
  meter: 'the meter',
  'weather-key': 'OpenWeatherMap',
  'weather-place': 'OpenWeatherMap',
  thermostats: 'Evohome',
};
/** A key is let in wherever the home is. */
const anyPlace = { LATITUDE: '0', LONGITUDE: '0' };

/** Asks the services of the wizard's answers, each as the gateway will. */
export class SetupTests {
  readonly #parts: SetupTestParts;
  readonly #limiter: TimeLimiter;
  /** By what was asked with: the same is not asked twice. */
  readonly #answers = new Map<string, SourceAnswer>();
  /** With what the kept tokens were had. */
  readonly #provenWith = new Map<string, string>();
  readonly #unproven = new Map<string, UnprovenSecrets>();

  private constructor(parts: SetupTestParts) {
    this.#parts = parts;
    this.#limiter = new TimeLimiter(parts);
  }

  static async create(parts: SetupTestParts): Promise<SetupTests> {
    const tests = new SetupTests(parts);
    for (const kind of new Set(Object.values(kindOf))) {
      const found = await parts.settings.sourceOf(kind);
      if (found !== undefined) tests.#provenWith.set(kind, JSON.stringify(found.source.options));
    }
    return tests;
  }

  /** What came of it; undefined when too little is known to ask. Errors: those of the source; `deadline_exceeded`. */
  async run(test: SetupTest, signal: AbortSignal): Promise<string | undefined> {
    const kind = kindOf[test];
    const found = await this.#parts.settings.sourceOf(kind, test === 'weather-key' ? anyPlace : {});
    const definition = this.#parts.kinds.find(({ id }) => id === kind);
    if (found === undefined || definition === undefined) return undefined;
    const asked = JSON.stringify([kind, found.source.options]);
    const known = this.#answers.get(asked);
    if (known === undefined) this.#parts.onAsking(nameOf[test]);
    const answer = known ?? (await this.#ask(definition, found, signal));
    this.#answers.set(asked, answer);
    return testReport(test, answer);
  }

  async #ask(definition: SourceDefinition, found: Source, signal: AbortSignal): Promise<SourceAnswer> {
    const { source } = found;
    const { timeoutMs } = definition.pace;
    const { secrets, prove } = await this.#secretsOf(found);
    const outside = this.#parts.outside(found.config.network.allowLoopbackDevices);
    const reader = definition.open(source.options, this.#portsOf(found, secrets, outside));
    const error = (): GatewayError =>
      new GatewayError('deadline_exceeded', `no answer within ${formatDuration(timeoutMs)}`, {
        hint: 'check that it is on, and that its address is right',
      });
    try {
      const limit = { limitMs: timeoutMs, error, outer: signal };
      const answer = await this.#limiter.run(limit, async (limited) => await reader.read(limited));
      await prove();
      return answer;
    } finally {
      reader.close?.();
      outside.close();
    }
  }

  #portsOf({ source, config }: Source, secrets: KeptSecrets, outside: SetupOutside): SourcePorts {
    const { clock, logger } = this.#parts;
    return { id: source.id, clock, logger, ...outside, secrets, zone: config.site.zone };
  }

  /** A token that another password was given for says nothing of this one: that has to log in itself. */
  async #secretsOf({ source }: Source): Promise<{ secrets: KeptSecrets; prove: () => Promise<void> }> {
    const { settings, disk, logger } = this.#parts;
    const { known } = await settings.sourceIds();
    const path = join(settings.directory, secretFileName);
    const kept = new SecretFile(path, new Set([...known, source.id]), { disk, logger }).of(source.id);
    const options = JSON.stringify(source.options);
    if (this.#provenWith.get(source.kind) === options)
      return { secrets: kept, prove: () => Promise.resolve() };
    const unproven = this.#unproven.get(source.kind) ?? new UnprovenSecrets();
    this.#unproven.set(source.kind, unproven);
    const prove = async (): Promise<void> => {
      await unproven.keepIn(kept);
      this.#unproven.delete(source.kind);
      this.#provenWith.set(source.kind, options);
    };
    return { secrets: unproven, prove };
  }
}

/** Errors: `config_invalid` for what only the kind itself can say of its options. */
export function openSource(
  { kinds, clock, outside }: Pick<SetupTestParts, 'kinds' | 'clock' | 'outside'>,
  kind: string,
  options: OptionValues,
): void {
  const definition = kinds.find(({ id }) => id === kind);
  const ports = outside(false);
  try {
    const secrets = new UnprovenSecrets();
    definition?.lane(options);
    definition
      ?.open(options, { id: kind, clock, logger: silentLogger, ...ports, secrets, zone: 'UTC' })
      .close?.();
  } finally {
    ports.close();
  }
}

/** Kept in memory until they have let somebody in; how often it was tried is not forgotten in between. */
class UnprovenSecrets implements KeptSecrets {
  readonly #texts = new Map<string, string>();

  load(name: string): Promise<string | undefined> {
    return Promise.resolve(this.#texts.get(name));
  }

  save(name: string, text: string): Promise<void> {
    this.#texts.set(name, text);
    return Promise.resolve();
  }

  async keepIn(kept: KeptSecrets): Promise<void> {
    for (const [name, text] of this.#texts) await kept.save(name, text);
  }
}
