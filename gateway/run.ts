import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway, type GatewayParts } from './app.ts';
import { createAddedDevices } from './config/added-devices.ts';
import type { HttpConfig } from './config/config.ts';
import { dataDirectory } from './config/data-directory.ts';
import { addressJudge } from './config/device-host.ts';
import { configSchema } from './config/interpret.ts';
import { configPath } from './config/load-config.ts';
import { createRedact } from './config/redact.ts';
import { startConfiguration, type StartedConfig } from './config/start-configuration.ts';
import { createSettingRegister } from './config/stored-settings.ts';
import { watchTrial } from './config/watch-trial.ts';
import { monotonicMs, type Alarm, type Cancel, type Clock } from './core/clock.ts';
import { describeError, errorCodeOf, GatewayError, type ErrorCode } from './core/errors.ts';
import { LogLevelTree } from './core/log-level-tree.ts';
import type { Logger } from './core/logger.ts';
import { limits } from './core/limits.ts';
import type { TlsKeeper } from './core/tls-identity.ts';
import type { WirelessNetworks } from './core/wireless.ts';
import { packageVersion } from './system/package-version.ts';
import type { ListenAddress } from './faces/rest/listen-tcp.ts';
import { readSetupPage } from './faces/web/setup-page.ts';
import { readStaticAssets } from './faces/web/static-assets.ts';
import type { HealthNote } from './features/lifecycle/health-board.ts';
import { BlockingThreads, type BlockingScript } from './io/sources/blocking-threads.ts';
import { configPortOf } from './config-port.ts';
import { changeNotes, readFaceChanges } from './face-changes.ts';
import { eraseForReset } from './factory-reset.ts';
import type { ProvisioningOutside } from './provisioning-keeping.ts';
import { openMachineSetup, openSetupCode } from './machine-setup.ts';
import { openMachineSigner } from './machine-signer.ts';
import { realJobOutside } from './job-outside.ts';
import { configInputs } from './offline-commands.ts';
import {
  quarantinedDevices,
  quarantinedNotifiers,
  quarantinedSources,
  quarantinedSwitches,
} from './quarantine.ts';
import { readStartOptions } from './start-options.ts';
import { listenToSignals, stopMsMax } from './stop-signals.ts';
import { openWorkerDatabase } from './storage/index.ts';
import { announcementFor, secretsOf } from './system/announcement.ts';
import { attachedAddresses, outwardAddresses } from './system/attached-addresses.ts';
import { exitCodeOf, exitCodes } from './core/exit-codes.ts';
import { chooseLogFormat } from './system/log-format.ts';
import { makeFolder } from './system/make-folder.ts';
import { watchLoopLag } from './system/loop-lag.ts';
import { createMulticastNames } from './system/multicast-names.ts';
import { createPinoLogger } from './system/pino-logger.ts';
import { createRealAlarm } from './system/real-alarm.ts';
import { realClock } from './system/real-clock.ts';
import { createRealHostControl } from './system/real-host-control.ts';
import { createRealHostFacts } from './system/real-host-facts.ts';
import { createRealHttp } from './system/real-http.ts';
import { createRealMachineClock } from './system/real-machine-clock.ts';
import { realDisk } from './system/real-disk.ts';
import { createRealSerialLines } from './system/real-serial-lines.ts';
import { createRealDatagrams } from './system/real-datagrams.ts';
import { createRealNetwork } from './system/real-network.ts';
import { createRealPrograms } from './system/real-programs.ts';
import { createRealRandom } from './system/real-random.ts';
import { createRealServiceDiscovery } from './system/real-service-discovery.ts';
import { createRealStorageMedium } from './system/real-storage-medium.ts';
import { createResolver } from './system/resolver.ts';
import { openTlsKeeper } from './system/tls-keeper.ts';
import { startWatchdog } from './system/watchdog.ts';

type Settings = Readonly<Record<string, string | undefined>>;

/** How a run ended: the process ends with the code, or the gateway is put together anew. */
type RunEnd = { readonly exitCode: number } | 'again';

const clock = realClock;
const machineClock = createRealMachineClock(clock);
const alarm = createRealAlarm(clock);
/** Why a start failed that says nothing of the configuration it was made with. */
const failuresOfTheData: ReadonlySet<ErrorCode | undefined> = new Set([
  'data_dir_in_use',
  'data_dir_unusable',
  'database_newer',
  'database_unreadable',
  'identity_damaged',
  'storage_failed',
  'worker_crashed',
]);

export { offlineCommands } from './offline-commands.ts';

/**
 * The process: arguments, configuration, gateway, signals. Answers the exit code.
 *
 * @param standIns what takes the place of parts of this machine
 */
export async function startGateway(
  argv: readonly string[],
  environment: Settings,
  standIns: StandIns = {},
): Promise<number> {
  // Whatever it writes is its owner's alone, also in a directory that somebody else made.
  process.umask(0o077);
  const signals = listenToSignals({ clock, alarm });
  let exitCode: number = exitCodes.unexpected;
  // Losing the reader of its log is no reason to stop.
  for (const stream of [process.stdout, process.stderr])
    stream.removeAllListeners('error').on('error', () => undefined);
  try {
    const { settings, variables } = readStartOptions(argv);
    const given = { ...environment, ...variables };
    for (;;) {
      const end = await runOnce(settings, given, { stopAsked: signals.stopAsked, standIns });
      if (end !== 'again') return (exitCode = end.exitCode);
    }
  } catch (error) {
    process.stderr.write(`egw: ${describeError(error)}\n`);
    if (errorCodeOf(error) === undefined && error instanceof Error)
      process.stderr.write(`${error.stack ?? ''}\n`);
    return (exitCode = exitCodeOf(error));
  } finally {
    signals.ended(exitCode);
  }
}

/** For a home that is not there. */
export interface StandIns {
  /** Reads the probes and clamps. */
  readonly blockingScript?: BlockingScript;
  readonly wireless?: (time: { readonly clock: Clock; readonly alarm: Alarm }) => WirelessNetworks;
}

interface RunParts {
  readonly stopAsked: Promise<RunEnd>;
  readonly standIns: StandIns;
}

async function runOnce(
  settings: Settings,
  environment: Settings,
  { stopAsked, standIns }: RunParts,
): Promise<RunEnd> {
  const directory = dataDirectory(settings, environment);
  makeDirectory(directory);
  const reset = eraseForReset(directory);
  const changes = readFaceChanges(realDisk, directory);
  const { addedDevices, storedSettings } = changes;
  const inputs = { ...configInputs(settings, environment), addedDevices, storedSettings };
  const loaded = await startConfiguration({ ...inputs, disk: realDisk }, clock.wall());
  const { level, format } = loaded.config.log;
  const logFormat = chooseLogFormat(format, process.stdout.isTTY);
  const logLevels = new LogLevelTree(level);
  const setupCode = openSetupCode(loaded.config, directory);
  const logger = createPinoLogger({
    level: logLevels,
    format: logFormat,
    redact: createRedact(loaded.secrets, () => setupCode.secrets()),
  });
  for (const warning of loaded.warnings) logger.warn({}, warning);
  for (const problem of [...(reset?.left ?? []), ...changes.problems]) logger.error({}, problem);
  const programs = createRealPrograms(environment);
  const machineSetup = openMachineSetup(loaded.config, { clock, alarm, logger, environment, programs });
  const { promise: endAskedHere, resolve: askEnd } = Promise.withResolvers<RunEnd>();
  const register = createSettingRegister(changes.settingFile, loaded, inputs);
  const configPort = configPortOf(loaded, register, () => ({ ...configSchema(inputs) }));
  try {
    const gateway = await assemble(loaded, {
      ...{ directory, logger, environment, standIns, configPort, logLevels, setupCode },
      configFile: configPath(settings, environment),
      ...(reset && { resetBy: reset.by }),
      ...machineSetup,
      ...(standIns.wireless && { wireless: standIns.wireless({ clock, alarm }) }),
      hostControl: createRealHostControl(programs, {
        restart: () => askEnd('again'),
        stop: () => askEnd({ exitCode: exitCodes.ok }),
      }),
      addedDevices: createAddedDevices(changes.deviceFile, loaded, inputs),
      notes: [...fallbackNotes(loaded), ...changeNotes(changes)],
    });
    const isPretty = logFormat === 'pretty';
    const endAsked = Promise.race([stopAsked, endAskedHere]);
    const end = await supervise(gateway, loaded, { directory, logger, isPretty, endAsked });
    loaded.stopped();
    return end;
  } catch (error) {
    // It is looked for again and again, which would keep the process.
    machineSetup.button?.close();
    if (failuresOfTheData.has(errorCodeOf(error))) loaded.stopped();
    throw error;
  }
}

interface Surroundings {
  readonly directory: string;
  readonly logger: Logger;
}

interface GivenParts
  extends
    Pick<RunParts, 'standIns'>,
    Pick<GatewayParts, 'configPort' | 'addedDevices' | 'notes' | 'logLevels' | 'hostControl'>,
    ProvisioningOutside {
  readonly environment: Settings;
  readonly configFile: string;
}

async function assemble(
  loaded: StartedConfig,
  { directory, logger, environment, configFile, standIns, ...given }: Surroundings & GivenParts,
): Promise<Gateway> {
  const { config } = loaded;
  const { quotaMb } = config.storage;
  const database = await openWorkerDatabase(
    {
      directory,
      zone: config.site.zone,
      nowMs: clock.wall(),
      ...(quotaMb !== undefined && { quotaBytes: quotaMb * 1_048_576 }),
    },
    { clock, alarm, logger },
  );
  const lag = watchLoopLag({ clock, alarm });
  const multicast = createMulticastNames({ clock, alarm, addresses: outwardAddresses });
  const resolver = createResolver({ clock, multicast });
  const refuseAddress = addressJudge(attachedAddresses, config.network.allowLoopbackDevices);
  const work = new BlockingThreads({ clock, alarm }, standIns.blockingScript);
  const http = createRealHttp({ resolver, refuseAddress });
  const closeOutside = async (): Promise<void> => {
    lag.stop();
    http.close();
    await work.close();
  };
  try {
    return await createGateway({
      ...given,
      ...realJobOutside(config, { directory, environment, configFile, alarm }),
      config,
      signer: await openMachineSigner(config, directory, { clock, alarm, logger }),
      quarantined: quarantinedDevices(loaded),
      quarantinedSources: quarantinedSources(loaded),
      quarantinedNotifiers: quarantinedNotifiers(loaded),
      quarantinedSwitches: quarantinedSwitches(loaded),
      http,
      work,
      disk: realDisk,
      dataDirectory: directory,
      closeOutside,
      clock: machineClock,
      alarm,
      random: createRealRandom(),
      serial: createRealSerialLines(),
      network: createRealNetwork({ resolver, refuseAddress }),
      datagrams: createRealDatagrams({ resolver, refuseAddress, attached: attachedAddresses }),
      services: createRealServiceDiscovery({ clock, alarm, logger, addresses: outwardAddresses }),
      lan: {
        attached: attachedAddresses,
        refuse: (address) => refuseAddress(address, 'home', address),
        resolve: async (host, signal) => await resolver.resolve(host, signal),
      },
      logger,
      database,
      hostFacts: createRealHostFacts(),
      medium: createRealStorageMedium(directory),
      bootId: randomUUID(),
      version: programVersion(),
      staticAssets: new Map([...readStaticAssets(), ...readSetupPage()]),
      hostNames: hostNamesOf(config.http),
      ...(config.http.tls && { tls: await openTls(config.http, { directory, logger }) }),
      isOverloaded: () => lag.lagMs() > limits.loopLagMsMax,
    });
  } catch (error) {
    await closeOutside();
    await database.close();
    throw error;
  }
}

function programVersion(): GatewayParts['version'] {
  const platform = `${process.platform}-${process.arch}`;
  return { name: 'egw', version: packageVersion(), node: process.version, platform };
}

function hostNamesOf({ names }: HttpConfig): readonly string[] {
  return [hostname(), `${hostname()}.local`, ...names];
}

async function openTls(http: HttpConfig, { directory, logger }: Surroundings): Promise<TlsKeeper> {
  const { certificate, key } = http.tls ?? {};
  return await openTlsKeeper({
    ...(certificate !== undefined && key !== undefined && { files: { certificate, key } }),
    ...{ directory, disk: realDisk, clock, logger },
    names: () => [...hostNamesOf(http), 'localhost', ...attachedAddresses().map(({ address }) => address)],
  });
}

function fallbackNotes({ healthLine }: StartedConfig): readonly HealthNote[] {
  if (healthLine === undefined) return [];
  const hint = 'egw config check says what is wrong with the file';
  return [{ subject: 'config', status: 'degraded', message: healthLine, hint }];
}

/** Runs until a signal, somebody's word, a lost cause, or a configuration on trial that breaks a contract. */
async function supervise(
  gateway: Gateway,
  loaded: StartedConfig,
  { directory, logger, isPretty, endAsked }: Surroundings & { isPretty: boolean; endAsked: Promise<RunEnd> },
): Promise<RunEnd> {
  const { promise: rejected, resolve: reject } = Promise.withResolvers<RunEnd>();
  const stopWatchdog = startWatchdog({
    clock,
    isHealthy: () => gateway.scheduler.livenessBreaches().length === 0,
    giveUp: (why) => {
      logger.error({}, `the gateway gives up, to be started anew: ${why}`);
      process.exit(exitCodes.unexpected);
    },
  });
  let stopTrial: Cancel = () => undefined;
  try {
    const { pairingCode, setupQr } = await gateway.start();
    await listenForOwner(gateway, directory, logger);
    const addresses = await listen(gateway, loaded.config.http);
    await gateway.listenNearby();
    const [address, secureAddress] = addresses.toReversed();
    logger.info(
      {
        address,
        ...(secureAddress && { secureAddress }),
        ...(pairingCode !== undefined && { pairing: 'open' }),
      },
      'listening',
    );
    const said = { addresses, pairingCode, setupQr, fingerprint: gateway.fingerprintToCheck() };
    // The console is where the owner is: the pairing code is shown there, and nowhere else.
    process.stdout.write(isPretty ? announcementFor(said, process.stdout.columns) : secretsOf(said));
    stopTrial = watchTrial(loaded, {
      clock,
      alarm,
      logger,
      livenessBreaches: () => gateway.scheduler.livenessBreaches(),
      onReject: () => reject('again'),
    });
    const how = await Promise.race([endAsked, rejected]);
    logger.info({}, how === 'again' ? 'starting again' : 'stopping');
    return how;
  } finally {
    stopTrial();
    stopWatchdog();
    await stop(gateway, logger);
  }
}

/** Answers where, for people: encrypted first. */
async function listen(gateway: Gateway, { host, port, tls }: HttpConfig): Promise<readonly string[]> {
  const urlOf = (scheme: string, at: ListenAddress): string =>
    `${scheme}://${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}`;
  const addresses: string[] = [];
  if (tls !== undefined) addresses.push(urlOf('https', await gateway.listenSecure({ host, port: tls.port })));
  if (tls?.only !== true) addresses.push(urlOf('http', await gateway.listen({ host, port })));
  return addresses;
}

/** Where no file can be made there is no socket either; the page and the API are there all the same. */
async function listenForOwner(gateway: Gateway, directory: string, logger: Logger): Promise<void> {
  try {
    await gateway.listenLocal(join(directory, 'egw.sock'));
  } catch (error) {
    if (errorCodeOf(error) !== 'data_dir_unusable') throw error;
    logger.error({}, `the command line can ask the gateway by --url only: ${describeError(error)}`);
  }
}

async function stop(gateway: Gateway, logger: Logger): Promise<void> {
  const force = alarm.at(monotonicMs(clock.monotonic() + stopMsMax), () => {
    logger.error({}, 'stopping took too long');
    process.exit(exitCodes.unexpected);
  });
  const { readingsLost } = await gateway.stop();
  force();
  if (readingsLost > 0) logger.error({ readingsLost }, `${readingsLost} readings could not be stored`);
  logger.info({}, 'stopped');
}

function makeDirectory(directory: string): void {
  try {
    makeFolder(directory, 0o700);
  } catch (cause) {
    throw new GatewayError(
      'data_dir_unusable',
      `cannot make the data directory ${directory}: ${describeError(cause)}`,
      {
        hint: 'set EGW_DATA_DIR to a folder that this user may write to',
        cause,
      },
    );
  }
}
