/**
 * Alerts to which much happens, in virtual time: see test/features/alerts/random-alerts.ts.
 * `node scripts/scoreboard/alert-stories.ts [--seed 1] [--stories 300]`
 */
import { parseArgs } from 'node:util';
import { runRandomAlerts } from '../../test/features/alerts/random-alerts.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, stories: { type: 'string', default: '300' } },
});
const [seed, stories] = [Number(values.seed), Number(values.stories)];

let broken = 0;
let messages = 0;
let deaths = 0;
for (let story = 0; story < stories; story += 1) {
  try {
    const run = await runRandomAlerts(seed * 10_000 + story);
    messages += run.messages;
    deaths += run.deaths;
  } catch (error) {
    broken += 1;
    console.error(`story ${story} of seed ${seed}: ${String(error)}`);
  }
}
console.log(`alert-stories-broken ${broken} of-${stories} ${broken === 0 ? 'pass' : 'fail'}`);
console.log(`alert-messages-in-stories ${messages} messages ${messages > 10 * stories ? 'pass' : 'fail'}`);
console.log(`alert-deaths-in-stories ${deaths} deaths ${deaths > 5 * stories ? 'pass' : 'fail'}`);
