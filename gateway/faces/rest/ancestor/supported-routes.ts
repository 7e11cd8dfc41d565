import { ok, type AncestorRequest, type AncestorRoute } from './ancestor-route.ts';
import { connections } from './device-configuration.ts';
import { profileOfDriver, profiles } from './profile-names.ts';

interface SupportedDevice {
  readonly device_type: string;
  readonly maker: string;
  readonly display_name: string;
  readonly protocol: string;
}

/** Meters and the like that are sources here. */
const single = (
  connection: string,
  maker: string,
  protocol: string,
): Readonly<Record<string, SupportedDevice>> => ({
  [connection]: { device_type: connection.toLowerCase(), maker, display_name: maker, protocol },
});

export interface SupportedInverter {
  readonly name: string;
  readonly dname: string;
  readonly proto: string;
}

/** By the names of the earlier gateway. Needs the scope `read`. */
export async function readSupportedInverters(
  request: AncestorRequest,
): Promise<readonly SupportedInverter[]> {
  return (await readDevices(request)).map(({ device_type, display_name, protocol }) => ({
    name: device_type,
    dname: display_name,
    proto: { solarman: 'sol', sunspec: 'sunspec' }[protocol] ?? 'mb',
  }));
}

const listInverters: AncestorRoute = {
  method: 'GET',
  path: '/api/inverter/supported',
  scope: 'read',
  summary: 'The kinds of devices that are built in',
  returns: { inverters: 'array - name, dname, proto (mb, sol or sunspec)' },
  answer: async (request) => ok({ inverters: await readSupportedInverters(request) }),
};

const listSupported: AncestorRoute = {
  method: 'GET',
  path: '/api/device/supported',
  scope: 'read',
  summary: 'The kinds of devices that are built in, by their connection',
  returns: { devices: 'array - an object a connection: device_type, maker, display_name, protocol' },
  answer: async (request) => {
    const devices = (await readDevices(request)).filter(({ protocol }) => protocol !== 'sunspec');
    const modbus = devices.filter(({ protocol }) => protocol === 'modbus');
    return ok({
      devices: [
        { TCP: modbus },
        { RTU: modbus },
        // Any of them may stand behind a logger.
        { SOLARMAN: devices },
        single('SUNSPEC', 'SunSpec', 'sunspec'),
        single('P1Telnet', 'P1 over Telnet', 'p1_telnet'),
        single('ENPHASE', 'Enphase', 'rest'),
        single('P1Jemac', 'Jemac', 'rest'),
        single('P1HomeWizard', 'HomeWizard', 'rest'),
      ],
    });
  },
};

const listMakers: AncestorRoute = {
  method: 'GET',
  path: '/api/device/supported/supported',
  scope: 'read',
  summary: 'The makers of what is built in',
  returns: { devices: 'array - maker, each once' },
  answer: async (request) => {
    const makers = new Set((await readDevices(request)).map(({ maker }) => maker));
    return ok({ devices: [...makers].map((maker) => ({ maker })) });
  },
};

const listConfigurations: AncestorRoute = {
  method: 'GET',
  path: '/api/device/supported/configurations',
  scope: 'read',
  summary: 'What POST /api/device takes for each connection',
  returns: { '<connection>': 'object - type and meaning by field' },
  answer: () =>
    ok(Object.fromEntries(Object.entries(connections).map(([name, { fields }]) => [name, fields]))),
};

export const supportedRoutes: readonly AncestorRoute[] = [
  listInverters,
  listSupported,
  listMakers,
  listConfigurations,
];

async function readDevices(request: AncestorRequest): Promise<readonly SupportedDevice[]> {
  const { drivers } = (await request.run('driver.list')) as {
    readonly drivers: readonly {
      readonly id: string;
      readonly title: string;
      readonly describesItself: boolean;
    }[];
  };
  return drivers.map(({ id, title, describesItself }) => {
    const profile = profiles.find(({ driver }) => driver === id);
    return {
      device_type: profileOfDriver(id),
      maker: describesItself ? 'SunSpec' : ((profile?.title ?? title).split(' ')[0] ?? title),
      display_name: profile?.title ?? title,
      protocol: describesItself ? 'sunspec' : (profile?.protocol ?? 'modbus'),
    };
  });
}
