/** A setting that the environment and the command line can give. */
export interface ProcessSetting {
  /** Name of the environment variable. */
  readonly variable: string;
  /** Name of the command line's option, without its dashes. */
  readonly option: string;
  /** The dotted path that it sets; undefined when it says where things are, not what they are. */
  readonly path?: string;
  readonly kind: 'text' | 'integer';
  readonly summary: string;
}

/** Every setting of the environment and of the command line. docs/configuration.md has the same table. */
export const processSettings: readonly ProcessSetting[] = [
  { variable: 'EGW_CONFIG', option: 'config', kind: 'text', summary: 'the configuration file' },
  {
    variable: 'EGW_DATA_DIR',
    option: 'data-dir',
    kind: 'text',
    summary: 'the folder of the database and of all state',
  },
  { variable: 'EGW_HOST', option: 'host', path: 'http.host', kind: 'text', summary: 'address to listen on' },
  {
    variable: 'EGW_PORT',
    option: 'port',
    path: 'http.port',
    kind: 'integer',
    summary: 'TCP port, 0 for any',
  },
  { variable: 'EGW_LOG', option: 'log', path: 'log.format', kind: 'text', summary: 'json or pretty' },
  {
    variable: 'EGW_LOG_LEVEL',
    option: 'log-level',
    path: 'log.level',
    kind: 'text',
    summary: 'debug, info, warn or error',
  },
  {
    variable: 'EGW_STORAGE_POLICY',
    option: 'storage-policy',
    path: 'storage.policy',
    kind: 'text',
    summary: 'durable, balanced or sdcard',
  },
  {
    variable: 'EGW_PROVISION_SOCKET',
    option: 'provision-socket',
    path: 'provisioning.socket',
    kind: 'text',
    summary: 'where the Bluetooth service asks the gateway',
  },
  {
    variable: 'EGW_GRID_ZONE',
    option: 'area',
    path: 'grid.zone',
    kind: 'text',
    summary: 'zone of the grid, such as FR',
  },
  { variable: 'EGW_ZONE', option: 'zone', path: 'site.zone', kind: 'text', summary: 'IANA time zone' },
];

/** Variables with our prefix that other parts read: the command line's address and token of a gateway. */
export const otherVariables = ['EGW_URL', 'EGW_TOKEN', 'EGW_KEY', 'EGW_FINGERPRINT'] as const;
