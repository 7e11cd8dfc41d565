import type { OfflineCommand } from './faces/cli/cli-run.ts';

/** The verbs that put the gateway into the hands of the machine's service manager. */
const forms: readonly Omit<OfflineCommand, 'run'>[] = [
  {
    verb: 'service install',
    summary: 'Makes the gateway a service of systemd or launchd, that runs now and from each start on',
    usage: '[--as NAME] [--force] [--dry-run]',
  },
  {
    verb: 'service uninstall',
    summary: 'Stops the service and takes it away; the data stay',
    usage: '[--dry-run]',
  },
  { verb: 'service start', summary: 'Starts the service', usage: '' },
  { verb: 'service stop', summary: 'Stops the service, until it is started or the machine is', usage: '' },
  {
    verb: 'service status',
    summary: 'Whether the service runs, since when, and what the gateway says',
    usage: '',
  },
  { verb: 'service logs', summary: 'What the service has printed last', usage: '[-n 20] [--follow]' },
  {
    verb: 'service check',
    summary: 'The environment that the service gets, secrets hidden, and what is wrong with it',
    usage: '',
  },
];

/** They need the gateway's parts when they run, not when it does. */
export const serviceCommands: readonly OfflineCommand[] = forms.map((form) => ({
  ...form,
  run: async (call) => {
    const { runServiceVerb } = await import('./service-verbs.ts');
    return await runServiceVerb(form, call);
  },
}));
