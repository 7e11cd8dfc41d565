import { demoMembers } from './demo-members.ts';

/** The simulated devices' ports on this machine, by id. */
export type DemoPorts = Readonly<Record<string, number>>;

/** What leads to the simulated services, by the kind of source. */
export type DemoServices = Readonly<
  Record<string, Readonly<Record<string, string | number | readonly string[]>>>
>;

const devices = [
  { id: 'inverter-1', name: 'South roof and battery', driver: 'sungrow-hybrid' },
  { id: 'inverter-2', name: 'West roof', driver: 'huawei-sun2000' },
  { id: 'meter-1', name: 'Grid meter', driver: 'eastron-sdm630' },
];

const sources = [
  { id: 'p1', name: 'Smart meter', kind: 'homewizard-p1', period: '10s' },
  { id: 'fridge', name: 'Plug of the fridge', kind: 'tasmota', period: '10s' },
  { id: 'boiler', name: 'Boiler: water, flue, enclosure', kind: 'ds18b20', period: '5s' },
  {
    id: 'boiler-motors',
    name: 'Boiler: fans, igniter, feed auger',
    kind: 'ads1115',
    period: '5s',
    names: ['a0=Secondary fan', 'a1=Igniter', 'a2=Primary fan', 'a3=Feed auger'],
  },
  { id: 'weather', name: 'Weather', kind: 'openweathermap' },
  { id: 'heating', name: 'Room thermostats', kind: 'evohome' },
  { id: 'grid-carbon', name: 'Carbon intensity', kind: 'electricity-maps' },
  { id: 'colours', name: 'Colours of Tempo', kind: 'tempo' },
  { id: 'ups', name: 'Power supply of the server', kind: 'nut', period: '10s' },
];

/** Those whom it tells something; the others that there are show nothing else. */
const notifiers = ['mail', 'vonage-sms'];

export interface DemoPeople {
  /** What leads to them, by the kind of notifier. */
  readonly notifiers: DemoServices;
  /** Shows what they got. */
  readonly inboxUrl: string;
}

/** The configuration file of the demo home: what a user would write for it. */
export function demoConfigText(ports: DemoPorts, services: DemoServices, people: DemoPeople): string {
  const items = devices.map(
    ({ id, name, driver }) => `  - id: ${id}
    name: ${name}
    driver: ${driver}
    transport: { kind: modbus-tcp, host: 127.0.0.1, port: ${ports[id] ?? 0} }
    period: 10s
`,
  );
  return `# The simulated home of \`npm start\`, written anew at each start.
site:
  name: Demo home
  zone: Europe/Paris
  latitude: 45.76
  longitude: 4.84
network:
  allowLoopbackDevices: true
# What is tried out here is tried out often, by programs as well.
http:
  rates: { readPerSecond: 1000, controlPerSecond: 100, adminPerMinute: 6000 }
home:
  gridMeter: meter-1
tariff:
  kind: tempo
devices:
${items.join('')}sources:
${sources.map((source) => itemText(source, services)).join('')}${serverText(services['shared-server'])}boiler:
  alerts: true
  inputs:
    water: boiler/28-00000a69bebf
    flue: boiler/28-00000a6c1d02
    enclosure: boiler/28-00000a6e77d4
    secondaryFan: boiler-motors/a0
    igniter: boiler-motors/a1
    primaryFan: boiler-motors/a2
    auger: boiler-motors/a3
# What they get stays on this machine: ${people.inboxUrl}
notifiers:
${notifiers.map((kind) => itemText({ id: kind, kind }, people.notifiers)).join('')}`;
}

/** A server at a plug that counts and switches; who shares it, the gateway is told when it runs. */
function serverText({ url = '', startDate = '' }: DemoServices[string] = {}): string {
  return `  - id: server-plug
    name: Plug of the shared server
    kind: tasmota
    url: ${JSON.stringify(url)}
    period: 10s
switches:
  - id: server-relay
    kind: tasmota-relay
    url: ${JSON.stringify(url)}
server:
  name: Shared server
  startDate: ${JSON.stringify(startDate)}
  meter: server-plug
  switch: server-relay
  ups: ups
members:
  firstAdmin: ${JSON.stringify(demoMembers[0]?.id ?? '')}
  language: en
`;
}

function itemText(item: { readonly id: string; readonly kind: string }, by: DemoServices): string {
  const settings = Object.entries({ ...item, ...by[item.kind] });
  return settings
    .map(([key, value], index) => `${index === 0 ? '  - ' : '    '}${key}: ${JSON.stringify(value)}\n`)
    .join('');
}
