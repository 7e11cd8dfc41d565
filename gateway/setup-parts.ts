import process from 'node:process';
import { addressJudge } from './config/device-host.ts';
import { BlockingThreads } from './io/sources/blocking-threads.ts';
import { sources } from './io/sources/index.ts';
import type { SetupParts } from './setup-keeping.ts';
import { attachedAddresses, outwardAddresses } from './system/attached-addresses.ts';
import { createMulticastNames } from './system/multicast-names.ts';
import { ownersDisk } from './system/owners-disk.ts';
import { createRealAlarm } from './system/real-alarm.ts';
import { realClock } from './system/real-clock.ts';
import { createRealHttp } from './system/real-http.ts';
import { createRealNetwork } from './system/real-network.ts';
import { createRealSerialLines } from './system/real-serial-lines.ts';
import { createRealTerminal } from './system/real-terminal.ts';
import { createResolver } from './system/resolver.ts';

/** The wizard on this machine. */
export function realSetupParts(inputs: SetupParts['inputs']): SetupParts {
  const clock = realClock;
  const alarm = createRealAlarm(clock);
  const multicast = createMulticastNames({ clock, alarm, addresses: outwardAddresses });
  const resolver = createResolver({ clock, multicast });
  return {
    kinds: sources,
    clock,
    alarm,
    disk: ownersDisk,
    inputs,
    workingDirectory: () => process.cwd(),
    outside: (allowLoopback) => {
      const refuseAddress = addressJudge(attachedAddresses, allowLoopback);
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
