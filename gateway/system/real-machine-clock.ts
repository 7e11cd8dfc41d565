import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { steadyMs, type ClockEvidence, type MachineClock } from '../core/machine-clock.ts';

/** systemd-timesyncd(8): the file is touched each time the clock has been set. */
const timeService = 'run/systemd/timesync';
/** Documentation/ABI/testing/rtc-cdev of the kernel: seconds since 1970 by the clock with the battery. */
const hardwareClock = 'sys/class/rtc/rtc0/since_epoch';
/** proc(5): seconds since the start of the machine, those in which it slept included. */
const uptime = 'proc/uptime';
const machineStartId = 'proc/sys/kernel/random/boot_id';

/** The machine's clocks with what Linux tells of them; elsewhere only what the process sees. */
export function createRealMachineClock(clock: Clock, root = '/'): MachineClock {
  const startId = machineStart(root);
  const uptimeMs = readUptimeMs(root);
  const isOfMachine = startId !== undefined && uptimeMs !== undefined;
  let aheadMs = isOfMachine ? uptimeMs - clock.monotonic() : 0;
  return {
    wall: () => clock.wall(),
    monotonic: () => clock.monotonic(),
    timeline: isOfMachine ? startId : randomUUID(),
    steady: () => {
      const nowMs = clock.monotonic();
      const machineMs = isOfMachine ? readUptimeMs(root) : undefined;
      // Only sleep parts the two for more than a moment; the process's own is the finer one.
      if (machineMs !== undefined && machineMs - nowMs - aheadMs > sleptMsMin) aheadMs = machineMs - nowMs;
      return steadyMs(nowMs + aheadMs);
    },
    evidence: () => readEvidence(root),
  };
}

/** random(4): this start of the machine, unique for ever; undefined where the machine does not tell. */
export function machineStart(root = '/'): string | undefined {
  const id = readText(join(root, machineStartId))?.trim();
  return id === '' ? undefined : id;
}

const sleptMsMin = 250;

function readUptimeMs(root: string): number | undefined {
  const seconds = Number.parseFloat(readText(join(root, uptime)) ?? '');
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

function readEvidence(root: string): ClockEvidence {
  const service = join(root, timeService);
  const hardwareS = Number.parseInt(readText(join(root, hardwareClock)) ?? '', 10);
  return {
    synchronizedMs: statSync(join(service, 'synchronized'), { throwIfNoEntry: false })?.mtimeMs,
    hardwareMs: Number.isFinite(hardwareS) ? hardwareS * 1_000 : undefined,
    hasTimeService: existsSync(service),
  };
}

/** undefined when it is not there or not to be read: the machine does not tell then. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
