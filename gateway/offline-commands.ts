import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkConfig } from './config/check-config.ts';
import { readEnvironmentFile } from './config/environment-file.ts';
import { configSchema, type ConfigInputs } from './config/interpret.ts';
import { configPath } from './config/load-config.ts';
import { optionSchema } from './config/option-schema.ts';
import { formatProblem } from './config/problem.ts';
import { GatewayError, describeError } from './core/errors.ts';
import { usualSerialSettings } from './core/serial-lines.ts';
import type { OfflineCommand } from './faces/cli/cli-run.ts';
import { keyNew } from './faces/cli/key-new.ts';
import { serverSection } from './features/server/server-section.ts';
import { boilerSection } from './features/boiler/boiler-section.ts';
import { alertsSection } from './features/alerts/alerts-section.ts';
import { cloudSection } from './features/cloud-control/cloud-section.ts';
import { discordSection } from './features/discord/discord-section.ts';
import { gridSection } from './features/grid/grid-section.ts';
import { tariffSection } from './features/grid/tariff-section.ts';
import { identitySection } from './features/identity/identity-section.ts';
import { jobsSection } from './features/jobs/jobs-section.ts';
import { membersSection } from './features/members/members-section.ts';
import { provisioningSection } from './features/provisioning/provisioning-section.ts';
import { proxySection } from './features/raw-access/proxy-section.ts';
import { driverIds, findDriver } from './io/drivers/index.ts';
import { telemetrySection } from './features/telemetry/telemetry-section.ts';
import { signers } from './io/signers/index.ts';
import { notifiers } from './io/notifiers/index.ts';
import { switches } from './io/switches/index.ts';
import { sinks } from './io/sinks/index.ts';
import { sources } from './io/sources/index.ts';
import { transports } from './io/transports/index.ts';
import { uplinks } from './io/uplinks/index.ts';
import { attachedAddresses } from './system/attached-addresses.ts';
import { fileMode } from './system/file-mode.ts';
import { realDisk } from './system/real-disk.ts';
import { exitCodes } from './core/exit-codes.ts';
import { checkDatabase, type DatabaseCheck } from './storage/check/check-database.ts';
import { dataDirectory } from './config/data-directory.ts';
import { restoreDatabase, type RestoreReport } from './storage/index.ts';
import { realClock } from './system/real-clock.ts';
import { areas, gridZones } from './zone-list.ts';
import { identityExport } from './identity-export.ts';
import { provisionTest } from './provision-testing.ts';
import { serviceCommands } from './service-commands.ts';

type Settings = Readonly<Record<string, string | undefined>>;

/** What a configuration is read with in this build, on this machine, with the `.env` of its data directory. */
export function configInputs(commandLine: Settings, environment: Settings): ConfigInputs {
  const layered = readEnvironmentFile({ ...realDisk, modeOf: fileMode }, commandLine, environment);
  return {
    sections: [
      proxySection,
      identitySection(signers, optionSchema),
      cloudSection,
      telemetrySection,
      jobsSection,
      gridSection,
      tariffSection,
      alertsSection,
      boilerSection,
      serverSection,
      discordSection,
      membersSection,
      provisioningSection,
    ],
    deviceRules: {
      drivers: driverIds,
      serialLineOf: (driver) => findDriver(driver)?.serialLine ?? usualSerialSettings,
      transports,
      attached: attachedAddresses(),
    },
    kinds: { sources, sinks, uplinks, notifiers, switches },
    ...layered,
    commandLine,
    storedSettings: {},
    addedDevices: [],
    systemZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

const configCheck: OfflineCommand = {
  verb: 'config check',
  summary: 'Checks a configuration file; changes nothing',
  usage: '[FILE]',
  run: async ({ argv, json, environment, io }) => {
    const inputs = configInputs({}, environment);
    const file = fileOf(argv, 'egw config check [FILE]') ?? configPath({}, inputs.environment);
    const check = await checkConfig(readConfig(file), file, inputs);
    if (json) {
      io.stdout.write(`${JSON.stringify({ file, ...check })}\n`);
    } else {
      for (const problem of check.problems) io.stdout.write(`${formatProblem(problem)}\n`);
      for (const warning of check.warnings) io.stdout.write(`warning: ${warning}\n`);
      io.stdout.write(`${verdict(file, check)}\n`);
    }
    return check.problems.length === 0 ? exitCodes.ok : exitCodes.config_invalid;
  },
};

const configSchemaShow: OfflineCommand = {
  verb: 'config schema',
  summary: 'Prints the JSON schema of the configuration file',
  usage: '',
  run: ({ argv, environment, io }) => {
    assertNoMore(argv, 'egw config schema');
    io.stdout.write(`${JSON.stringify(configSchema(configInputs({}, environment)), undefined, 2)}\n`);
    return Promise.resolve(exitCodes.ok);
  },
};

const databaseRestore: OfflineCommand = {
  verb: 'db restore',
  summary: 'Puts a backup in the place of the database, which is kept; no gateway may run',
  usage: 'FILE',
  run: ({ argv, json, environment, io }) => {
    const usage = 'egw db restore FILE';
    const name = fileOf(argv, usage);
    if (name === undefined) throw new GatewayError('command_unknown', 'FILE is missing', { hint: usage });
    const directory = dataDirectory({}, environment);
    const report = restoreDatabase(directory, backupPath(directory, name), realClock.wall());
    io.stdout.write(json ? `${JSON.stringify(report)}\n` : restoredText(name, report));
    return Promise.resolve(exitCodes.ok);
  },
};

const databaseCheck: OfflineCommand = {
  verb: 'db check',
  summary:
    'Reads all of the database and compares it with its checks; changes nothing, and a gateway may run on it',
  usage: '',
  run: ({ argv, json, environment, io }) => {
    assertNoMore(argv, 'egw db check; it reads the database in EGW_DATA_DIR');
    const check = checkDatabase(dataDirectory({}, environment));
    io.stdout.write(json ? `${JSON.stringify(check)}\n` : checkedText(check));
    return Promise.resolve(check.damage.length === 0 ? exitCodes.ok : exitCodes.database_unreadable);
  },
};

const setup: OfflineCommand = {
  verb: 'setup',
  summary: 'Asks for meter, weather and thermostats, tries each, and keeps the answers in .env',
  usage: '[--data-dir DIR]',
  run: async (call) => {
    // A gateway that runs needs none of it.
    const [{ runSetupCommand }, { realSetupParts }] = await Promise.all([
      import('./setup-keeping.ts'),
      import('./setup-parts.ts'),
    ]);
    return await runSetupCommand(realSetupParts(configInputs), call);
  },
};

const importMesura: OfflineCommand = {
  verb: 'import mesura',
  summary: 'Adds the history that mesura has written to that of the gateway, which runs meanwhile',
  usage:
    'DIR [--dry-run] [--energy p1] [--weather weather] [--evohome heating] [--zone ZONE] [--url URL] [--token TOKEN]',
  run: async (call) => {
    const { runImportCommand } = await import('./import-command.ts');
    return await runImportCommand('mesura', call);
  },
};

const importChaudiere: OfflineCommand = {
  verb: 'import chaudiere',
  summary: 'Adds the history of the boiler that chaudiere has written, and computes its phases; tells nobody',
  usage: 'FILE… [--dry-run] [--boiler boiler] [--zone ZONE] [--url URL] [--token TOKEN]',
  run: async (call) => {
    const { runImportCommand } = await import('./import-command.ts');
    return await runImportCommand('chaudiere', call);
  },
};

const importChaudiereSecrets: OfflineCommand = {
  verb: 'import chaudiere-secrets',
  summary: 'Puts the secrets of chaudiere into .env, and says what to write into the configuration',
  usage: 'FILE [--env Prod] [--dry-run] [--data-dir DIR]',
  run: async (call) => {
    const { runSecretsImport } = await import('./import-secrets.ts');
    return runSecretsImport(call);
  },
};

const importTsm: OfflineCommand = {
  verb: 'import tsm',
  summary: 'Adds what a database of TSM knows: colours, prices, energy, members and what is theirs',
  usage: 'FILE [--dry-run] [--url URL] [--token TOKEN]',
  run: async (call) => {
    const { runTsmImport } = await import('./import-tsm.ts');
    return await runTsmImport(call);
  },
};

const factoryReset: OfflineCommand = {
  verb: 'factory-reset',
  summary: 'Makes the gateway forget everything but its key: by the one that runs, or here where none does',
  usage: '--yes',
  run: async (call) => {
    const { runFactoryReset } = await import('./factory-reset.ts');
    return await runFactoryReset(call);
  },
};

/** Verbs that need no running gateway. */
export const offlineCommands: readonly OfflineCommand[] = [
  configCheck,
  configSchemaShow,
  databaseRestore,
  databaseCheck,
  identityExport,
  keyNew,
  provisionTest,
  importMesura,
  importChaudiere,
  importChaudiereSecrets,
  importTsm,
  factoryReset,
  setup,
  ...serviceCommands,
  gridZones,
  areas,
];

function checkedText({ path, rows, damage, isInUse }: DatabaseCheck): string {
  if (damage.length === 0) return `${path} is as it was written: ${rows} rows read\n`;
  const next = isInUse
    ? 'the gateway that runs on it finds this by itself within a day, and salvages what is intact; to have it done now, start it again'
    : 'egw start salvages what is intact into a new file, and keeps this one; or put back a backup with egw db restore';
  return [`${path} is damaged`, ...damage.map((line) => `  ${line}`), next, ''].join('\n');
}

/** An option that says another place must not be taken for this one. */
function assertNoMore(argv: readonly string[], usage: string): void {
  const file = fileOf(argv, usage);
  if (file === undefined) return;
  throw new GatewayError('command_unknown', `${JSON.stringify(file)} is too much`, { hint: usage });
}

function fileOf(argv: readonly string[], usage: string): string | undefined {
  try {
    const { positionals } = parseArgs({ args: [...argv], options: {}, allowPositionals: true });
    if (positionals.length <= 1) return positionals[0];
  } catch (cause) {
    throw new GatewayError('command_unknown', describeError(cause), {
      hint: usage,
      cause,
    });
  }
  throw new GatewayError('command_unknown', 'one file at a time', { hint: usage });
}

function readConfig(file: string): string {
  const text = realDisk.readText(file);
  if (text !== undefined) return text;
  throw new GatewayError('config_unreadable', `there is no file ${file}`, {
    hint: 'name the file: egw config check FILE',
  });
}

function verdict(file: string, check: Awaited<ReturnType<typeof checkConfig>>): string {
  if (check.problems.length === 0) return `${file} is good`;
  if (!check.usable) return `${file} cannot be used`;
  const left = check.quarantined.length;
  if (left === 0) return `${file} can be used, but without what is named here`;
  return `${file} can be used, but ${left === 1 ? 'a device is' : `${left} devices are`} left out`;
}

/** A name alone may be that of a backup where they are written unless said otherwise. */
function backupPath(directory: string, name: string): string {
  const path = join(directory, 'backups', name);
  return !existsSync(name) && basename(name) === name && existsSync(path) ? path : name;
}

function restoredText(
  name: string,
  { restored, damage, jobsStopped, messagesStopped, ordersStopped, replaced, keptAs }: RestoreReport,
): string {
  const lines = [`${name} is in place: ${extentOf(restored)}`];
  if (damage.length > 0) {
    lines.push('it is damaged, and egw start salvages what is intact:', ...damage.map((line) => `  ${line}`));
  }
  if (jobsStopped > 0) {
    const jobs = jobsStopped === 1 ? 'a job' : `${jobsStopped} jobs`;
    lines.push(
      `${jobs} of it may have run since: what is to run all the same, say so with egw job run-now ID`,
    );
  }
  if (messagesStopped > 0) {
    const messages = messagesStopped === 1 ? 'a message' : `${messagesStopped} messages`;
    lines.push(`${messages} of it may have gone out since, and will not: egw notify log --state failed`);
  }
  if (ordersStopped > 0)
    lines.push('an order to the server of it may have gone out since, and is not sent: egw server status');
  if (keptAs !== undefined) {
    const before = replaced === undefined ? 'it could not be read' : extentOf(replaced);
    lines.push(`the database before it is kept as ${keptAs}: ${before}`);
  }
  return `${lines.join('\n')}\n`;
}

function extentOf({ readings, newestMs }: RestoreReport['restored']): string {
  if (newestMs === null) return 'it has no readings';
  return `${readings} readings, the newest of ${new Date(newestMs).toISOString()}`;
}
