import process from 'node:process';
import { checkReach } from './config/device-host.ts';
import { BlockingThreads } from './io/sources/blocking-threads.ts';
import { sources } from './io/sources/index.ts';
import type { SetupParts } from './setup-keeping.ts';
import { attachedAddresses } from './system/attached-addresses.ts';
import { createRealAlarm } from './system/real-alarm.ts';
import { realClock } from './system/real-clock.ts';
import { createRealHttp } from './system/real-http.ts';
import { createRealNetwork } from './system/real-network.ts';
import { createRealSerialLines } from './system/real-serial-lines.ts';
import { createRealTerminal } from './system/real-terminal.ts';
import { createResolver } from './system/resolver.ts';
import { ownersDisk } from './system/owners-disk.ts';

/** The wizard on this machine. */
export function realSetupParts(inputs: SetupParts['inputs']): SetupParts {
  const clock = realClock;
  const alarm = createRealAlarm(clock);
  const resolver = createResolver({ clock });
  return {
    kinds: sources,
    clock,
    alarm,
    disk: ownersDisk,
    inputs,
    workingDirectory: () => process.cwd(),
    outside: (allowLoopback) => {
      const refuseAddress = (
        address: string,
        reach: Parameters<typeof checkReach>[1],
      ): ReturnType<typeof checkReach> => checkReach(address, reach, attachedAddresses(), allowLoopback);
      const http = createRealHttp({ resolver, refuseAddress });
      return {
        http,
        network: createRealNetwork({ resolver, refuseAddress }),
        serial: createRealSerialLines(),
        work: new BlockingThreads({ clock, alarm }),
        close: () => http.close(),
      };
    },
    openTerminal: ({ stdout }) =>
      process.stdin.isTTY && stdout.isTTY === true
        ? createRealTerminal(process.stdin, process.stdout)
        : undefined,
  };
}
