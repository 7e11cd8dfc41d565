import { GatewayError } from '../../core/errors.ts';
import type { OptionValues } from '../../core/option-field.ts';
import { textAt } from './fields.ts';
import { homewizardPlace, type HomewizardConnection } from './homewizard-connection.ts';
import type { SourcePorts } from './source.ts';

const nameLengthMax = 40;
/** What is kept: of which place, and the token. */
const keptPattern = /^(\S+) (\S+)$/;

/** The token of API v2: the configured one, or one that the device gave us when its button was pressed. */
export class HomewizardToken {
  readonly #options: OptionValues;
  readonly #ports: Pick<SourcePorts, 'id' | 'secrets' | 'logger'>;
  /** Tokens are not shown to another device that comes to the address of one. */
  readonly #place: string;
  #token: string | undefined;

  constructor(options: OptionValues, ports: Pick<SourcePorts, 'id' | 'secrets' | 'logger'>) {
    this.#options = options;
    this.#ports = ports;
    this.#place = homewizardPlace(options).host;
  }

  /** Undefined where there is none yet. */
  async find(): Promise<string | undefined> {
    const { token } = this.#options;
    if (typeof token === 'string') return token;
    this.#token ??= await this.#load();
    return this.#token;
  }

  /**
   * Asks the device for a token and keeps it. Errors: `source_unavailable` while its button is not pressed;
   * `source_refused` where pairing is not wanted; those of the connection and of keeping secrets.
   */
  async pair(connection: HomewizardConnection, signal: AbortSignal): Promise<string> {
    if (this.#options['pair'] !== true) throw notPaired();
    const token = await this.ask(connection, signal);
    if (token === undefined) throw notPressed();
    return token;
  }

  /** As `pair`, on somebody's word: undefined while the button is not pressed. */
  async ask(connection: HomewizardConnection, signal: AbortSignal): Promise<string | undefined> {
    const answer = await connection.askForToken(this.#name(), signal);
    if (answer === undefined) return undefined;
    const token = textAt(answer, 'token');
    if (!/^[!-~]{8,200}$/.test(token))
      throw new GatewayError('answer_invalid', 'the device gave a token that is none', {
        facts: { where: 'token' },
      });
    await this.#ports.secrets.save(this.#secretName(), `${this.#place} ${token}`);
    this.#ports.logger.info({ source: this.#ports.id }, 'the HomeWizard has let the gateway in');
    this.#token = token;
    return token;
  }

  /** The device does not know it any more. A configured one stays: only its owner can change it. */
  async forget(): Promise<void> {
    if (typeof this.#options['token'] === 'string' || this.#token === undefined) return;
    this.#token = undefined;
    await this.#ports.secrets.save(this.#secretName(), '');
  }

  async #load(): Promise<string | undefined> {
    const [, place, token] =
      keptPattern.exec((await this.#ports.secrets.load(this.#secretName())) ?? '') ?? [];
    return place === this.#place ? token : undefined;
  }

  #secretName(): string {
    return `${this.#ports.id}:homewizard`;
  }

  /** `local/` and at most 40 of the characters that the device takes. */
  #name(): string {
    return `local/${`egw-${this.#ports.id}`.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, nameLengthMax)}`;
  }
}

function notPaired(): GatewayError {
  return new GatewayError('source_refused', 'the gateway has no token for the API v2 of this HomeWizard', {
    hint: 'run egw source pair, or set pair to true, and press the button of the device; or give it a token',
    facts: { option: 'pair' },
  });
}

function notPressed(): GatewayError {
  return new GatewayError('source_unavailable', 'the HomeWizard waits for its button to be pressed', {
    hint: 'press the button of the device now; the gateway asks again at its next reading',
    facts: { option: 'pair' },
  });
}
