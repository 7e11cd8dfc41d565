import { GatewayError } from '../../../core/errors.ts';
import { ok, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';
import { profileOfDriver } from './profile-names.ts';

interface FoundDevice {
  readonly host: string | null;
  readonly port: number | null;
  readonly kind: string | null;
  readonly unit: number | null;
  readonly driver: string | null;
  readonly name: string | null;
  readonly serialNumber: string | null;
}

/** Of a scan of all subnets. */
const answerMsMax = 150_000;
const portsMax = 16;
const optional = {
  ports: 'string - TCP ports, such as 502,1502 or 502-510; those that devices are known to use unless said',
  timeout: 'number - not used: a place has a second to answer',
};
const returns = { '[]': 'object - a configuration, as POST /api/device takes it' };

const scan = (path: string, summary: string, isWanted: (found: FoundDevice) => boolean): AncestorRoute => ({
  method: 'GET',
  path,
  scope: 'admin',
  summary,
  optional,
  returns,
  answerMsMax,
  answer: async (request) =>
    ok((await scanNetwork(request)).filter(isWanted).flatMap((found) => connectionOf(found))),
});

const scanHosts: AncestorRoute = {
  method: 'GET',
  path: '/api/network/scan',
  scope: 'admin',
  summary: 'The places in the home network where a port is open; once in five minutes',
  optional,
  returns: { '[]': 'object - ip, port, mac (always null: not known)' },
  answerMsMax,
  answer: async (request) =>
    ok(
      (await scanNetwork(request)).flatMap(({ host, port }) =>
        host === null ? [] : [{ ip: host, port, mac: null }],
      ),
    ),
};

const all = (): boolean => true;
const summary = 'Look for devices in the home network; once in five minutes';

export const scanRoutes: readonly AncestorRoute[] = [
  scan('/api/inverter/modbus/scan', summary, all),
  scan('/api/device/modbus/scan', summary, all),
  scan('/api/device/scan', summary, all),
  scan('/api/device/mdns/scan', `${summary}: those that tell of themselves`, ({ name }) => name !== null),
  scanHosts,
];

async function scanNetwork({ query, run }: AncestorRequest): Promise<readonly FoundDevice[]> {
  const ports = portsFrom(query['ports']);
  const { found } = (await run('device.scan', ports === undefined ? {} : { ports })) as {
    readonly found: readonly FoundDevice[];
  };
  return found;
}

/** `502,1502` or `502-510`. Errors: `input_invalid`. */
function portsFrom(text = ''): readonly number[] | undefined {
  if (text.trim() === '') return undefined;
  const ports = new Set(text.split(',').flatMap(portsOfPart));
  if (ports.size <= portsMax) return [...ports];
  throw tooMany();
}

function portsOfPart(part: string): readonly number[] {
  const [, first, last = first] = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (!(from >= 1 && from <= to && to <= 65_535))
    throw new GatewayError('input_invalid', `ports: ${JSON.stringify(part.slice(0, 40))} is no port`, {
      hint: 'give such as 502,1502 or 502-510',
    });
  if (to - from >= portsMax) throw tooMany();
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function tooMany(): GatewayError {
  return new GatewayError('input_invalid', `ports: more than ${portsMax} are not looked at`, {
    hint: 'give fewer',
  });
}

/** Of what is known well enough to be added. */
function connectionOf(found: FoundDevice): object[] {
  const { host, port, kind, unit, driver, serialNumber } = found;
  if (driver === null || host === null || kind === null) return [];
  const known = {
    ip: host,
    port,
    slave_id: unit,
    ...(serialNumber === null ? {} : { sn: serialNumber }),
  };
  if (driver === 'sunspec') return [{ connection: 'SUNSPEC', ...known }];
  const connection = kind === 'solarman-v5' ? 'SOLARMAN' : kind === 'rtu-over-tcp' ? 'RTU_OVER_TCP' : 'TCP';
  return [{ connection, ...known, device_type: profileOfDriver(driver) }];
}
