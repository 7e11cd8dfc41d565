type Variables = Readonly<Record<string, string | undefined>>;

/** Names of the programs before this one, and what of them is no secret. Their addresses may hold a password. */
const foreign: Readonly<Record<string, 'shown' | 'hidden'>> = {
  API_PROXMOX_TOKEN_ID: 'hidden',
  API_PROXMOX_TOKEN_SECRET: 'hidden',
  DATA_DIR: 'shown',
  ENERGY_API_URL: 'shown',
  ENERGY_INTERVAL: 'shown',
  EVOHOME_EMAIL: 'hidden',
  EVOHOME_INTERVAL: 'shown',
  EVOHOME_PASSWORD: 'hidden',
  EVOHOME_USERNAME: 'hidden',
  GPIO_BUTTON_PIN: 'shown',
  GUILD_ID: 'shown',
  HOST_PROXMOX: 'shown',
  HOST_PROXMOX_BOOT_TIMEOUT: 'shown',
  HOST_PROXMOX_MAC_ADDR: 'shown',
  HOST_PROXMOX_SSL_VERIFY: 'shown',
  HOST_TASMOTA: 'shown',
  HOST_TEMPO: 'shown',
  LATITUDE: 'shown',
  LOG_LEVEL: 'shown',
  LONGITUDE: 'shown',
  OPENWEATHER_API_KEY: 'hidden',
  POWER_PRICE: 'shown',
  SEPARATE_DBS: 'shown',
  START_SERVER_DATE: 'shown',
  TIMEZONE: 'shown',
  TOKEN_BOT: 'hidden',
  WEATHER_INTERVAL: 'shown',
};

/** They are the command line's own, and of the shell that it was started in. */
const notForServices: ReadonlySet<string> = new Set([
  'EGW_FINGERPRINT',
  'EGW_KEY',
  'EGW_NODE_FOUND',
  'EGW_TOKEN',
  'EGW_URL',
]);

/** Names that are set for the command line and would change the gateway, and that the service does not get. */
export function variablesLeftBehind(here: Variables, service: Variables): readonly string[] {
  return Object.entries(here)
    .filter(([name, value]) => value !== undefined && value !== '' && service[name] !== value)
    .map(([name]) => name)
    .filter((name) => isOurs(name) && !notForServices.has(name))
    .toSorted();
}

/** Whether the gateway reads a variable of that name. */
function isOurs(name: string): boolean {
  return name.startsWith('EGW_') || Object.hasOwn(foreign, name);
}

/**
 * A value as it may stand on a screen: hidden, unless it is known to be no secret. A password in an address is hidden.
 *
 * @param settings names of variables of the gateway that are no secrets
 */
export function shownValue(name: string, value: string, settings: ReadonlySet<string>): string {
  const isShown = settings.has(name) || foreign[name] === 'shown';
  if (!isShown) return value === '' ? '(empty)' : '(set)';
  return value.replaceAll(/\/\/[^/\s@]*@/g, '//(hidden)@');
}
