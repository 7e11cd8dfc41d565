import { probeNames, type BoilerFault } from '../boiler/boiler-fault.ts';
import { BoilerRoom, clampsAddress, clampsBus, probeIds } from '../boiler/boiler-room.ts';
import { PelletBoiler } from '../boiler/pellet-boiler.ts';
import { defaultHome } from '../home-options.ts';
import type { SimulatedHome } from '../home.ts';
import { SeededRandom } from '../random.ts';
import { ElectricityMapsService } from './electricity-maps-service.ts';
import { EnphaseService } from './enphase-service.ts';
import { EvohomeService } from './evohome-service.ts';
import { dsmrTelegram } from './dsmr-telegrams.ts';
import { HomewizardService } from './homewizard-service.ts';
import { JemacService } from './jemac-service.ts';
import { meteredServer, type MeteredServer } from './metered-server.ts';
import { OpenweathermapService } from './openweathermap-service.ts';
import { p1Readings } from './p1-readings.ts';
import { startServerServices } from './server-services.ts';
import { ServiceServer } from './service-server.ts';
import type { SimulatedService } from './service.ts';
import { TasmotaService } from './tasmota-service.ts';
import { TelegramServer } from './telegram-server.ts';
import { TempoService } from './tempo-service.ts';

export interface HomeServicesOptions {
  readonly home: SimulatedHome;
  readonly seed: number;
  readonly startMs: number;
  readonly nowMs: () => number;
  readonly host: string;
  /** Of the first, the others following; 0: any free ones. */
  readonly portBase: number;
  /** What goes wrong in the boiler room. */
  readonly boilerFaults?: readonly BoilerFault[];
}

/** What a gateway has to be told to read one of them. */
export type ServiceSettings = Readonly<Record<string, string | number | readonly string[]>>;

export interface RunningServices {
  /** By the kind of source that reads it, or of switch; `shared-server` is the plug of one, with the day on which that was bought. */
  readonly settings: Readonly<Record<string, ServiceSettings>>;
  /** The currents in the boiler room: see modbus-sim/i2c/clamps-file.ts. */
  readonly clampsPath: string;
  /**
   * Once a second: the meter says its next telegram to whoever listens at its bridge, and the files of the boiler room
   * are as the boiler is.
   */
  beat(): void;
  close(): Promise<void>;
}

/** Of the home's clocks. */
const zone = 'Europe/Paris';

interface Offered {
  /** Where the kind of source that reads it has another already. */
  readonly name?: string;
  readonly service: SimulatedService;
  readonly settings: (url: string) => ServiceSettings;
}

/**
 * Everything around the simulated home that speaks HTTP, a telnet bridge at its meter, and the probes and clamps of its
 * boiler room. Throws what node:net says when a port cannot be had.
 */
export async function startHomeServices(options: HomeServicesOptions): Promise<RunningServices> {
  const { host, home, portBase, seed, nowMs } = options;
  const servers: { close(): Promise<void> }[] = [];
  const metered = meteredServer(options.startMs);
  const boilerRoom = boilerRoomOf(options);
  const close = async (): Promise<void> => {
    boilerRoom.close();
    await Promise.all(servers.map(async (server) => server.close()));
  };
  const settings: Record<string, ServiceSettings> = {};
  try {
    for (const [index, { name, service, settings: settingsAt }] of offered(options, metered).entries()) {
      const port = portBase === 0 ? 0 : portBase + index;
      const server = await ServiceServer.start({ service, nowMs, host, port, seed });
      servers.push(server);
      settings[name ?? service.id] = settingsAt(server.url);
    }
    const bridge = await TelegramServer.start(portBase === 0 ? 0 : portBase + servers.length, host);
    servers.push(bridge);
    settings['dsmr'] = { host, port: bridge.port };
    const around = await startServerServices({
      ...{ server: metered.server, seed, startMs: options.startMs, nowMs, host },
      portBase: portBase === 0 ? 0 : portBase + servers.length,
    });
    servers.push(around);
    Object.assign(settings, boilerSettings(boilerRoom), around.settings);
    const beat = (): void => {
      bridge.send(dsmrTelegram(p1Readings(home, nowMs()), { variant: 'nl-5', zone }));
      boilerRoom.show(nowMs());
      void around.beat();
    };
    return { settings, clampsPath: boilerRoom.clampsPath, beat, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function boilerRoomOf({ seed, startMs, nowMs, boilerFaults = [] }: HomeServicesOptions): BoilerRoom {
  // What went wrong before the start has done so by then.
  const bornMs = Math.min(startMs, ...boilerFaults.map((fault) => fault.startMs));
  const boiler = new PelletBoiler({ seed, startMs: bornMs, faults: boilerFaults });
  const room = new BoilerRoom(boiler, boilerFaults);
  room.show(nowMs());
  return room;
}

function boilerSettings({ probesPath }: BoilerRoom): Readonly<Record<string, ServiceSettings>> {
  return {
    ds18b20: { basePath: probesPath, sensors: probeNames.map((name) => `${probeIds[name]}=${name}`) },
    ads1115: { bus: clampsBus, address: `0x${clampsAddress.toString(16)}` },
  };
}

/** Keys and passwords follow from the seed: the same home is let in with the same ones. */
function offered(
  { home, seed, startMs }: HomeServicesOptions,
  { plug, startDate }: MeteredServer,
): readonly Offered[] {
  const secretOf = (service: string): string =>
    new SeededRandom(seed).fork(`secret of ${service}`).uint32().toString(16).padStart(8, '0').repeat(4);
  const [apiKey, token, password] = ['weather', 'carbon', 'thermostat'].map(secretOf);
  const { latitudeDeg: latitude, longitudeDeg: longitude } = defaultHome.site;
  const username = 'somebody@example.org';
  return [
    {
      service: new HomewizardService({ home, product: 'HWE-P1', zone }),
      settings: (url) => ({ host: url, api: 'v1' }),
    },
    {
      service: new TasmotaService({ startMs, powerW: (nowMs) => [fridgeW(nowMs)], totalWh: 412_957 }),
      settings: (url) => ({ url }),
    },
    {
      service: new OpenweathermapService({ seed, plans: { [apiKey ?? '']: 'one-call' } }),
      settings: (baseUrl) => ({ baseUrl, apiKey: apiKey ?? '', latitude, longitude }),
    },
    {
      service: new EvohomeService({ seed, username, password: password ?? '' }),
      settings: (baseUrl) => ({ baseUrl, username, password: password ?? '' }),
    },
    {
      service: new ElectricityMapsService({ seed, token: token ?? '', zones: ['FR'], plan: 'commercial' }),
      settings: (url) => ({ baseUrl: `${url}/v3`, token: token ?? '', zone: 'FR' }),
    },
    {
      service: new TempoService({ seed, clientId: 'demo-application', clientSecret: password ?? '' }),
      settings: (url) => ({
        rteBaseUrl: url,
        rtePublicBaseUrl: url,
        couleurTempoBaseUrl: `${url}/api`,
        rteClientId: 'demo-application',
        rteClientSecret: password ?? '',
      }),
    },
    {
      service: new EnphaseService({ home, serial: '122012345678' }),
      settings: (url) => ({ url }),
    },
    {
      name: 'shared-server',
      service: plug,
      settings: (url) => ({ url, startDate }),
    },
    {
      service: new JemacService(home, { variant: 'nl-5', zone }),
      settings: (url) => ({ host: url }),
    },
  ];
}

/** A fridge at a plug: its compressor runs 15 minutes of each 45. */
function fridgeW(nowMs: number): number {
  return nowMs % 2_700_000 < 900_000 ? 92 : 3;
}
