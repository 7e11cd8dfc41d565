import { createHash } from 'node:crypto';
import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest } from './service.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What API v2 can be asked for on a device. */
export interface HomewizardV2Device {
  readonly serial: string;
  about(): Fields;
  measured(): Fields;
  /** Undefined where no P1 cable is. */
  telegram(): string | undefined;
  readonly system: Record<string, unknown>;
  readonly batteries: Record<string, unknown> | undefined;
  /** Since when the button was pressed last. */
  readonly pressedMs: number;
  /** Tokens that it gave, by the name of whom. */
  readonly users: Map<string, string>;
}

/** After the button was pressed; "Authorization", API v2. */
const pairingWindowMs = 30_000;
const bodyLengthMax = 1_024;
const userName = /^local\/[A-Za-z0-9\-_/\\# ]{1,40}$/;

/** Everything that is asked for with `X-Api-Version`. */
export function answerV2(device: HomewizardV2Device, request: ServiceRequest, nowMs: number): ServiceAnswer {
  const { pathname } = new URL(request.url, 'http://service');
  if (request.headers['x-api-version'] !== '2') return failed(400, 'request:api-version-not-supported');
  if (request.body.length > bodyLengthMax) return failed(413, 'request:too-large');
  const call = `${request.method} ${pathname}`;
  if (call === 'POST /api/user') return addUser(device, request.body, nowMs);
  if (!isKnown(device, request)) return failed(401, 'user:unauthorized');
  const answer = read(device, call) ?? change(device, call, request.body);
  return answer ?? { status: 404, body: '' };
}

function isKnown({ users }: HomewizardV2Device, { headers }: ServiceRequest): boolean {
  return [...users.values()].some((token) => headers['authorization'] === `Bearer ${token}`);
}

function read(device: HomewizardV2Device, call: string): ServiceAnswer | undefined {
  switch (call) {
    case 'GET /api':
      return jsonAnswer(200, device.about());
    case 'GET /api/measurement':
      return jsonAnswer(200, device.measured());
    case 'GET /api/telegram': {
      const telegram = device.telegram();
      if (telegram === undefined) return failed(404, 'telegram:no-telegram-received');
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: telegram };
    }
    case 'GET /api/user':
      return jsonAnswer(
        200,
        [...device.users.keys()].map((name) => ({ name })),
      );
    case 'GET /api/system':
      return jsonAnswer(200, device.system);
    case 'GET /api/batteries':
      return device.batteries === undefined ? undefined : jsonAnswer(200, device.batteries);
    default:
      return undefined;
  }
}

function change(device: HomewizardV2Device, call: string, body: string): ServiceAnswer | undefined {
  switch (call) {
    case 'PUT /api/system':
      return put(device.system, body);
    case 'PUT /api/system/identify':
    case 'PUT /api/system/reboot':
      return jsonAnswer(200, {});
    case 'PUT /api/batteries':
      return device.batteries === undefined ? undefined : put(device.batteries, body);
    case 'DELETE /api/user':
      return withFields(body, ({ name }) => {
        const isGone = typeof name === 'string' && device.users.delete(name);
        return isGone ? { status: 204, body: '' } : failed(400, 'user:name-invalid');
      });
    default:
      return undefined;
  }
}

function addUser(device: HomewizardV2Device, body: string, nowMs: number): ServiceAnswer {
  return withFields(body, ({ name }) => {
    if (name === undefined) return failed(400, 'json:parameter-missing:name');
    if (typeof name !== 'string') return failed(400, 'json:parameter-invalid-type:name');
    if (name === '') return failed(400, 'user:name-empty');
    if (!name.startsWith('local/')) return failed(400, 'user:invalid-prefix');
    if (!userName.test(name)) return failed(400, 'user:name-invalid');
    const sinceMs = nowMs - device.pressedMs;
    if (!(sinceMs >= 0 && sinceMs < pairingWindowMs)) return failed(403, 'user:creation-not-enabled');
    const seed = `${device.serial} ${name} ${nowMs}`;
    const token = createHash('sha256').update(seed).digest('hex').slice(0, 32).toUpperCase();
    device.users.set(name, token);
    return jsonAnswer(200, { token, name });
  });
}

function put(state: Record<string, unknown>, body: string): ServiceAnswer {
  return withFields(body, (fields) => {
    const known = Object.entries(fields).filter(([name]) => Object.hasOwn(state, name));
    if (known.length === 0) return failed(400, 'json:no-parameters-recognized');
    const wrong = known.find(([name, value]) => typeof value !== typeof state[name]);
    if (wrong !== undefined) return failed(400, `json:parameter-invalid-type:${wrong[0]}`);
    Object.assign(state, Object.fromEntries(known));
    return jsonAnswer(200, state);
  });
}

function withFields(body: string, use: (fields: Fields) => ServiceAnswer): ServiceAnswer {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return use(value as Fields);
  } catch {
    // Said below.
  }
  return failed(400, 'request:invalid-json');
}

function failed(status: number, error: string): ServiceAnswer {
  return jsonAnswer(status, { error });
}
