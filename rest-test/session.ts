import { Api } from './api.ts';
import {
  createToken,
  makeDataDirectory,
  removeDataDirectory,
  startGateway,
  stopGateway,
} from './gateway-process.ts';

export interface Session {
  readonly api: Api;
  /** False when the gateway is somebody's own: then nothing is done that would disturb it. */
  readonly isOurs: boolean;
  end(): Promise<void>;
}

const granted = ['read', 'control', 'admin'] as const;

/** Whether the session may ask for what has this scope; what is `open` needs none. */
export function isGranted(scope: string): boolean {
  return ['open', ...granted].includes(scope);
}

/** The gateway at BASE_URL with EGW_TOKEN (read, control, admin), or one of our own with the simulated home. */
export async function openSession(): Promise<Session> {
  const { BASE_URL: url, EGW_TOKEN: token } = process.env;
  if (url !== undefined && url !== '') {
    if (token === undefined || token === '') throw new Error('BASE_URL needs EGW_TOKEN');
    return { api: new Api(url, token), isOurs: false, end: () => Promise.resolve() };
  }
  const dataDirectory = makeDataDirectory();
  const gateway = await startGateway(dataDirectory);
  const newToken = async (): Promise<string> => await createToken(dataDirectory, granted.join(','));
  return {
    api: new Api(gateway.url, await newToken(), newToken),
    isOurs: true,
    end: async () => {
      await stopGateway(gateway);
      removeDataDirectory(dataDirectory);
    },
  };
}
