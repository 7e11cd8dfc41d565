import { randomBytes } from 'node:crypto';
import t from 'tap';
import { killDuringControl } from '../../bench/kills/control-kills.ts';

/** What is promised on top of the lease, and of the start of the next gateway where the device has no timer. */
const promisedMs = 5_000;

// Real gateways start and end here, ten and more: on a busy machine that takes its time.
t.setTimeout(300_000);

t.test(
  'no set point outlives a gateway that is killed by more than is promised',
  { timeout: 300_000 },
  async (t) => {
    const seed = randomBytes(4).readUInt32BE();
    t.comment(`seed ${seed}`);
    const result = await killDuringControl({ seed, kills: 10 });
    t.equal(result.kills, 10);
    const leftSet = result.timedLeftSet + result.untimedLeftSet;
    t.ok(leftSet >= 2, `${leftSet} times a device was left set (seed ${seed})`);
    t.ok(
      result.timedOutlivedMs <= promisedMs,
      `by its own timer: ${result.timedOutlivedMs} ms (seed ${seed})`,
    );
    t.ok(result.untimedOutlivedMs <= promisedMs, `without: ${result.untimedOutlivedMs} ms (seed ${seed})`);
    t.equal(result.setBeforeRevert, 0, `each was put back before it was told anything else (seed ${seed})`);
    t.equal(result.lastExitCode, 0);
  },
);
