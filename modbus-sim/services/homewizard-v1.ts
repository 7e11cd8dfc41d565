import { jsonAnswer } from './service.ts';
import type { ServiceAnswer, ServiceRequest } from './service.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What API v1 can be asked for on a device. */
export interface HomewizardV1Device {
  readonly isEnabled: boolean;
  readonly isSocket: boolean;
  /** Radio, and what is measured by the names of API v2. */
  measured(): Fields;
  /** Undefined where no P1 cable is. */
  telegram(): string | undefined;
  readonly socket: SocketState;
  readonly system: { cloud_enabled: boolean };
}

export interface SocketState {
  power_on: boolean;
  switch_lock: boolean;
  brightness: number;
}

const bodyLengthMax = 1_024;
/** "Error handling", API v1: the number and what is said with it. */
const descriptions = {
  2: 'body contains invalid json',
  7: 'parameter is out of range',
  8: 'parameter is not modifiable',
  201: 'request too long',
  202: 'API not enabled',
} as const;

/** Everything below /api/v1. */
export function answerV1(device: HomewizardV1Device, request: ServiceRequest, path: string): ServiceAnswer {
  if (!device.isEnabled) return failed(403, 202);
  if (request.body.length > bodyLengthMax) return failed(400, 201);
  if (request.method === 'GET') return read(device, path);
  return request.method === 'PUT' ? change(device, path, request.body) : { status: 405, body: '' };
}

function read(device: HomewizardV1Device, path: string): ServiceAnswer {
  if (path === '/data') return jsonAnswer(200, inV1(device.measured()));
  if (path === '/system') return jsonAnswer(200, device.system);
  if (path === '/state' && device.isSocket) return jsonAnswer(200, device.socket);
  const telegram = path === '/telegram' ? device.telegram() : undefined;
  return telegram === undefined
    ? notFound()
    : { status: 200, headers: { 'content-type': 'text/plain' }, body: telegram };
}

function change(device: HomewizardV1Device, path: string, body: string): ServiceAnswer {
  if (path === '/identify') return jsonAnswer(200, { identify: 'ok' });
  if (path === '/system') return put(device.system, body, () => undefined);
  return path === '/state' && device.isSocket ? put(device.socket, body, socketFault) : notFound();
}

function socketFault(
  state: SocketState,
  change: Partial<SocketState>,
): keyof typeof descriptions | undefined {
  if (change.power_on !== undefined && (change.switch_lock ?? state.switch_lock)) return 8;
  const { brightness = 0 } = change;
  return brightness < 0 || brightness > 255 ? 7 : undefined;
}

/** Changes what is named, and answers that. */
function put<State extends object>(
  state: State,
  body: string,
  faultOf: (state: State, change: Partial<State>) => keyof typeof descriptions | undefined,
): ServiceAnswer {
  const change = parsed(body);
  if (change === undefined) return failed(400, 2);
  const known = Object.entries(change).filter(([name]) => name in state);
  const isWrong = known.some(([name, value]) => typeof value !== typeof Reflect.get(state, name));
  const fault = isWrong || known.length === 0 ? 7 : faultOf(state, change as Partial<State>);
  if (fault !== undefined) return failed(400, fault);
  Object.assign(state, Object.fromEntries(known));
  return jsonAnswer(200, Object.fromEntries(known));
}

function parsed(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function failed(status: number, id: keyof typeof descriptions): ServiceAnswer {
  return jsonAnswer(status, { error: { id, description: descriptions[id] } });
}

function notFound(): ServiceAnswer {
  return { status: 404, body: '' };
}

/** Times are integers there, and the older fields of the gas meter come too. */
function inV1(fields: Fields): Fields {
  const named = Object.entries(fields).flatMap(([name, value]): (readonly [string, unknown])[] => {
    if (name === 'timestamp') return [];
    if (name === 'external') return [[name, (value as readonly Fields[]).map(withInteger)]];
    return [[nameInV1(name), value]];
  });
  const [gas] = (fields['external'] ?? []) as readonly Fields[];
  const older =
    gas === undefined
      ? {}
      : {
          total_gas_m3: gas['value'],
          gas_timestamp: integerTime(gas['timestamp']),
          gas_unique_id: gas['unique_id'],
        };
  return { ...Object.fromEntries(named), ...older };
}

function nameInV1(name: string): string {
  if (name === 'protocol_version') return 'smr_version';
  if (name === 'tariff') return 'active_tariff';
  if (name.endsWith('_count') || /^(wifi|meter|unique|active|total)_/.test(name)) return name;
  return name.startsWith('energy_') ? name.replace('energy_', 'total_power_') : `active_${name}`;
}

function withInteger(meter: Fields): Fields {
  return { ...meter, timestamp: integerTime(meter['timestamp']) };
}

function integerTime(iso: unknown): number {
  return Number(String(iso).slice(2).replace(/[^\d]/g, ''));
}
