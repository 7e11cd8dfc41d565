import type { CliForm } from '../../../gateway/features/command.ts';

const price = { offpeak: 0.1, fullpeak: 0.2 };

/** A file of prices. */
export const priceFile = JSON.stringify({ '2024-2025': { '1': price, '2': price, '3': price } });

/** What stands for inputs that are given by place. */
export const verbNames: Readonly<Record<string, string>> = {
  id: 'inverter',
  device: 'inverter',
  host: '192.168.1.40',
  quantity: 'grid_power_w',
  control: 'battery_power_w',
  value: '1500',
  mode: 'control',
  owner: 'somebody',
  setting: 'site.name',
  message: 'hello',
  format: 'csv',
  kind: 'said',
  logger: 'device:inverter',
  level: 'debug',
  which: 'arrival',
  date: '2025-06-02',
  role: 'admin',
  name: 'Ann',
  day: '2025-12-30',
  colour: 'red',
  validFrom: '2026-01-01',
  year: '2025',
  member: '7',
  ssid: 'home',
  hostName: 'gateway',
  timeMs: '1767225600000',
  publicKey: '6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw',
};
const options: Readonly<Record<string, string>> = {
  'job.add': '--estimate 2h --commandline true',
  'token.create': '--scope read',
  'key.add': '--scope read',
  'device.add': '--driver eastron-sdm630 --host 192.168.1.40',
  'register.read': '--address 40000',
  'reading.rows': '-n 3',
  'storage.rebuild': '--from 1d',
  'boiler.recompute': '--from 1d',
  'derogation.add': '--member 7',
  'cost.show': '--by month',
  'tempo.set-prices':
    '--blue-peak 0.2 --blue-off-peak 0.1 --white-peak 0.2 --white-off-peak 0.1 --red-peak 0.7 --red-off-peak 0.1',
  'wifi.connect': '--password right-password',
  'register.write': '--address 40000 --words 1,2',
};
const ids: Readonly<Record<string, string>> = {
  ...{ job: '3', alert: '3', derogation: '3', member: '7' },
  'member.add': '9',
};
const others: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'derogation.add': { day: 'tomorrow' },
};
/** They need an id that is made anew each time, or end what there is, and have tests of their own. */
export const hasOwnTest = new Set([
  'tempo.remove-prices',
  'wifi.disconnect',
  ...['key.add', 'key.remove', 'token.remove', 'notification.remove', 'job.cancel', 'job.run-now'],
]);

/** A line that a verb answers to. */
export function verbLine(commandId: string, cli: CliForm, given: Readonly<Record<string, string>>): string {
  const [family = ''] = commandId.split('.');
  const id = ids[commandId] ?? ids[family] ?? 'inverter';
  const names: Readonly<Record<string, string>> = { ...given, id, ...others[commandId] };
  const positionals = (cli.positionals ?? []).map((name) => names[name] ?? '').join(' ');
  return `${cli.verb} ${positionals} ${options[commandId] ?? ''}`.trimEnd();
}
