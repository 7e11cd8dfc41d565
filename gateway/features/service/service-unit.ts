/** What is to run as a service, whoever runs it. Paths are absolute. */
export interface ServiceUnit {
  /** The program and its arguments. */
  readonly program: readonly string[];
  readonly dataDirectory: string;
  /** The configuration file, where it is not the one in the data directory. */
  readonly configFile?: string;
  /** `system` runs from the start of the machine, `user` in the session of a user. */
  readonly scope: ServiceScope;
  /** Whose rights it has, in the scope `system`; absent: those of nobody else. */
  readonly account?: string;
  /** Groups that own serial lines and buses, and exist on this machine. */
  readonly groups: readonly string[];
}

export type ServiceScope = 'system' | 'user';

/** What the service is called, and what a person reads of it. */
export const serviceTitle = 'eGW energy gateway';

/** Variables that the unit itself gives. None is a secret: everybody on the machine may read a unit. */
export function unitVariables({ dataDirectory, configFile }: ServiceUnit): Readonly<Record<string, string>> {
  return { EGW_DATA_DIR: dataDirectory, ...(configFile !== undefined && { EGW_CONFIG: configFile }) };
}
