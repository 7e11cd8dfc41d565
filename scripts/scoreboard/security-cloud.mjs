// Commands of the cloud that come twice, late and in any order, and gateways that are killed while they come; see
// test/features/cloud-control/.
import { figure, run } from './figure.mjs';

export async function measureCloud() {
  const deliveries = await resultOf(
    'random-deliveries',
    'runRandomDeliveries({ seed: 1, schedules: 10_000 })',
  );
  if (deliveries !== undefined) {
    const { schedules, runs, crashes, doubles, overtaken, lies } = deliveries;
    figure('cloud-command-schedules', schedules, `with ${runs} runs`, crashes > schedules / 3);
    figure('cloud-commands-run-twice', doubles, 'commands', doubles === 0);
    figure('cloud-commands-overtaken', overtaken, 'commands', overtaken === 0);
    figure('cloud-results-not-true', lies, 'results', lies === 0);
  }
  const kills = await resultOf('cloud-kills', 'killDuringCloudCommands({ seed: 2, kills: 200 })');
  if (kills === undefined) return;
  const { commands, doubles, lies, unanswered, unknown } = kills;
  figure('cloud-kills', kills.kills, `over ${commands} commands`, unknown > 0);
  figure('cloud-commands-run-twice-by-kills', doubles, 'commands', doubles === 0);
  figure('cloud-results-not-true-by-kills', lies, 'results', lies === 0);
  figure('cloud-commands-unanswered', unanswered, 'commands', unanswered === 0);
}

/** What the function of the test's folder comes to; undefined when it failed, which has its line then. */
async function resultOf(file, call) {
  const { code, output } = await run(
    '--no-warnings',
    '--input-type=module',
    '--eval',
    `import * as test from './test/features/cloud-control/${file}.ts';
     console.log(JSON.stringify(await test.${call}));`,
  );
  if (code === 0) return JSON.parse(output);
  figure(file, code, 'exit code', false);
  return undefined;
}
