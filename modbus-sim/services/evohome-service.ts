import { defaultHome } from '../home-options.ts';
import type { Site } from '../site.ts';
import { EvohomeHouse, usualLocations } from './evohome-house.ts';
import type { EvohomeLocation } from './evohome-house.ts';
import { installation } from './evohome-installation.ts';
import { EvohomeTokens } from './evohome-tokens.ts';
import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest, SimulatedService } from './service.ts';

const minuteMs = 60_000;
const root = '/WebAPI/emea/api/v1/';
const userId = '2263181';

export interface EvohomeOptions {
  readonly seed: number;
  readonly username: string;
  readonly password: string;
  readonly locations?: readonly EvohomeLocation[];
  readonly site?: Site;
  readonly tokenLifeS?: number;
  /** Tried logins in ten minutes; five unless said. */
  readonly loginsMax?: number;
  /** Of all resources. */
  readonly callsPerMinuteMax?: number;
}

/** tccna.resideo.com, the EMEA API v2 that Evohome's apps use: what can be read of it. */
export class EvohomeService implements SimulatedService {
  readonly id = 'evohome';
  readonly tokens: EvohomeTokens;
  readonly #username: string;
  readonly #locations: readonly EvohomeLocation[];
  readonly #house: EvohomeHouse;
  readonly #callsPerMinuteMax: number;
  #minute = 0;
  #calls = 0;

  constructor(options: EvohomeOptions) {
    const { seed, username, password, tokenLifeS = 1800, loginsMax = 5 } = options;
    this.tokens = new EvohomeTokens({ seed, username, password, tokenLifeS, loginsMax });
    this.#username = username;
    this.#locations = options.locations ?? usualLocations();
    this.#house = new EvohomeHouse(seed, options.site ?? defaultHome.site);
    this.#callsPerMinuteMax = options.callsPerMinuteMax ?? 60;
  }

  /** As somebody does at the controller. */
  renameZone(zoneId: string, name: string): void {
    const zones = this.#locations.flatMap(({ systems }) => systems).flatMap((system) => system.zones);
    for (const zone of zones) if (zone.zoneId === zoneId) zone.name = name;
  }

  handle(request: ServiceRequest, nowMs: number): ServiceAnswer {
    const url = new URL(request.url, 'http://service');
    if (url.pathname === '/Auth/OAuth/Token') {
      return request.method === 'POST' ? this.tokens.grant(request, nowMs) : wrongMethod();
    }
    if (!url.pathname.startsWith(root)) return page(404, 'Not Found');
    if (!this.tokens.isLetIn(request, nowMs)) return failure(401, 'Unauthorized', 'Unauthorized');
    if (this.#isTooMany(nowMs)) return failure(429, 'TooManyRequests', 'Too many requests.');
    if (request.method !== 'GET') return wrongMethod();
    return this.#resource(url.pathname.slice(root.length), url.searchParams, nowMs);
  }

  #isTooMany(nowMs: number): boolean {
    const minute = Math.floor(nowMs / minuteMs);
    this.#calls = minute === this.#minute ? this.#calls + 1 : 1;
    this.#minute = minute;
    return this.#calls > this.#callsPerMinuteMax;
  }

  #resource(path: string, query: URLSearchParams, nowMs: number): ServiceAnswer {
    if (path === 'userAccount') return jsonAnswer(200, account(this.#username));
    if (path === 'location/installationInfo') {
      return query.get('userId') === userId
        ? jsonAnswer(
            200,
            this.#locations.map((location) => installation(location, this.#username)),
          )
        : failure(401, 'Unauthorized', 'Unauthorized');
    }
    const locationId = /^location\/([^/]+)\/status$/.exec(path)?.[1];
    if (locationId === undefined) return page(404, 'Not Found');
    const location = this.#locations.find((one) => one.locationId === locationId);
    // An id that is somebody else's is answered as a token that is none.
    if (location === undefined) return failure(401, 'Unauthorized', 'Unauthorized');
    return jsonAnswer(200, this.#house.status(location, nowMs));
  }
}

function account(username: string): unknown {
  return {
    userId,
    username,
    firstname: 'John',
    lastname: 'Smith',
    streetAddress: '1 Main Street',
    city: 'London',
    postcode: 'E1 1AA',
    country: 'UnitedKingdom',
    language: 'enGB',
  };
}

function failure(status: number, code: string, message: string): ServiceAnswer {
  return jsonAnswer(status, [{ code, message }]);
}

function wrongMethod(): ServiceAnswer {
  return page(405, 'The page you are looking for cannot be displayed because an invalid method was used.');
}

function page(status: number, words: string): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<!DOCTYPE html><html><head><title>${status}</title></head><body>${words}</body></html>`,
  };
}
