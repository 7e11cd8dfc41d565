import { describeError, errorCodeOf, GatewayError, type ErrorCode } from '../../core/errors.ts';
import { patient } from './evohome-limits.ts';
import { idAt, locationStatus } from './evohome-status.ts';
import { EvohomeTokens, type EvohomeAccount } from './evohome-tokens.ts';
import { listAt, textAt } from './fields.ts';
import { answerJson, type SourceRequest } from './http-answers.ts';
import type { SourceAnswer, SourcePorts, SourceReader } from './source.ts';

const root = '/WebAPI/emea/api/v1/';
/** New locations and gateways are seen then. */
const installationLifeMs = 24 * 3_600_000;

interface Location {
  readonly id: string;
  readonly name: string;
}

interface Installation {
  readonly locations: readonly Location[];
  /** On the monotonic clock. */
  readonly endMs: number;
}

/** What one location may fail with while the others answer. */
const locationCodes: ReadonlySet<ErrorCode> = new Set([
  'answer_invalid',
  'source_missing',
  'source_refused',
  'source_unavailable',
]);

/** Reads the status of every location of the account: one request each. */
export class EvohomeReader implements SourceReader {
  readonly #account: EvohomeAccount;
  readonly #ports: SourcePorts;
  readonly #tokens: EvohomeTokens;
  readonly #complaints = new Map<string, ErrorCode>();
  #installation: Installation | undefined;

  constructor(account: EvohomeAccount, ports: SourcePorts) {
    this.#account = account;
    this.#ports = ports;
    this.#tokens = new EvohomeTokens(account, ports);
  }

  async read(signal: AbortSignal): Promise<SourceAnswer> {
    const session = new Session(this.#account, this.#tokens, this.#ports);
    const { locations } = await this.#installed(session, signal);
    const answers: SourceAnswer[] = [];
    let failure: GatewayError | undefined;
    for (const location of locations) {
      try {
        answers.push(await readLocation(location, session, signal));
        this.#complaints.delete(location.id);
      } catch (error) {
        if (!session.isLetIn) throw error;
        failure = this.#bear(location, error);
      }
    }
    if (answers.length === 0) throw failure ?? noLocation();
    return {
      values: answers.flatMap(({ values }) => values),
      texts: answers.flatMap(({ texts }) => texts),
    };
  }

  async #installed(session: Session, signal: AbortSignal): Promise<Installation> {
    const nowMs = this.#ports.clock.monotonic();
    if (this.#installation !== undefined && nowMs < this.#installation.endMs) return this.#installation;
    const userId = idAt(await session.get('userAccount', {}, signal), '', 'userId');
    const query = { userId, includeTemperatureControlSystems: 'True' };
    const said = await session.get('location/installationInfo', query, signal);
    const locations = listAt(said, '').map((_, index) => ({
      id: idAt(said, `[${index}].locationInfo`, 'locationId'),
      name: textAt(said, `[${index}].locationInfo.name`),
    }));
    if (locations.length === 0) throw noLocation();
    this.#installation = { locations, endMs: nowMs + installationLifeMs };
    return this.#installation;
  }

  /** One location that fails is no reason to read nothing of the others; it may have gone from the account. */
  #bear({ id, name }: Location, error: unknown): GatewayError {
    const code = errorCodeOf(error);
    if (!(error instanceof GatewayError) || code === undefined || !locationCodes.has(code)) throw error;
    this.#installation = undefined;
    if (this.#complaints.get(id) !== code) {
      this.#complaints.set(id, code);
      this.#ports.logger.warn(
        { source: this.#ports.id, location: id, code },
        `the location ${name} cannot be read: ${describeError(error)}`,
      );
    }
    return error;
  }
}

async function readLocation(
  { id, name }: Location,
  session: Session,
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const query = { includeTemperatureControlSystems: 'True' };
  const status = await session.get(`location/${id}/status`, query, signal);
  const { values, texts } = locationStatus(status);
  return { values, texts: [{ quantity: 'name', text: name, part: `location-${id}` }, ...texts] };
}

/** The requests of one reading. A token that is refused is replaced once in it. */
class Session {
  readonly #account: EvohomeAccount;
  readonly #tokens: EvohomeTokens;
  readonly #ports: SourcePorts;
  #isRenewed = false;
  #isLetIn = false;

  constructor(account: EvohomeAccount, tokens: EvohomeTokens, ports: SourcePorts) {
    this.#account = account;
    this.#tokens = tokens;
    this.#ports = ports;
  }

  /** Whether there is a token: without one, no location has failed. */
  get isLetIn(): boolean {
    return this.#isLetIn;
  }

  /** Errors: those of the client and of `SourceReader.read`; `rate_limited` always with a long pause. */
  async get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const url = this.#account.baseUrl.to(root + path, query);
    const token = await this.#letIn(this.#tokens.access(signal));
    let request = this.#request(url, token);
    let answer = await this.#ports.http.request(request, signal);
    if (answer.status === 401 && !this.#isRenewed) {
      this.#isRenewed = true;
      const another = await this.#letIn(this.#tokens.accessInsteadOf(token, signal));
      request = this.#request(url, another);
      answer = await this.#ports.http.request(request, signal);
    }
    try {
      return answerJson(answer, request);
    } catch (error) {
      throw patient(error);
    }
  }

  async #letIn(access: Promise<string>): Promise<string> {
    this.#isLetIn = false;
    const token = await access;
    this.#isLetIn = true;
    return token;
  }

  #request(url: string, token: string): SourceRequest {
    return {
      url,
      headers: { accept: 'application/json', authorization: `bearer ${token}` },
      reach: this.#account.baseUrl.secretReach,
      credentialOption: 'username',
      addressOption: 'baseUrl',
      nowMs: this.#ports.clock.wall(),
    };
  }
}

function noLocation(): GatewayError {
  return new GatewayError('source_missing', 'the Evohome account has no location', {
    hint: 'check that the setting username is that of the account that the home belongs to',
  });
}
