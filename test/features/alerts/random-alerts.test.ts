import t from 'tap';
import { runRandomAlerts } from './random-alerts.ts';

const seeds = 12;

t.test('whatever dies, fails or hangs: nothing decided is lost, and nothing sent too often', async (t) => {
  const sums = { deaths: 0, alerts: 0, messages: 0, acceptedTwice: 0 };
  for (let seed = 1; seed <= seeds; seed += 1) {
    await t.resolves(async () => {
      const { deaths, alerts, messages, acceptedTwice } = await runRandomAlerts(seed);
      sums.deaths += deaths;
      sums.alerts += alerts;
      sums.messages += messages;
      sums.acceptedTwice += acceptedTwice;
    }, `seed ${seed}`);
  }
  t.comment(sums);
  t.ok(sums.deaths > seeds && sums.messages > 100 && sums.acceptedTwice > 0, 'it was hard enough');
});
