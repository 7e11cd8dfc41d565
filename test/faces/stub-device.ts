import type { BoundCommand } from '../../gateway/features/command.ts';
import { DeviceQuestions } from '../../gateway/features/device-questions.ts';
import { bindDiscoveryCommands } from '../../gateway/features/discovery/discovery-commands.ts';
import { bindDeviceReadCommands } from '../../gateway/features/harvest/device-read-commands.ts';
import { bindRawCommands } from '../../gateway/features/raw-access/raw-commands.ts';
import { RawAccess } from '../../gateway/features/raw-access/raw-access.ts';
import { eastronSdm630 } from '../../gateway/io/drivers/eastron-sdm630.ts';
import { readValues } from '../../gateway/io/drivers/index.ts';
import type { RegisterAccess } from '../../gateway/io/transports/transport.ts';
import type { ManualTime } from './manual-time.ts';
import type { MemoryStore } from './memory-store.ts';

/** One device whose registers are memory, for the commands that ask it or look for it. */
export function stubDeviceCommands(time: ManualTime, store: MemoryStore): readonly BoundCommand[] {
  const registers = memoryRegisters();
  const questions = new DeviceQuestions({
    clock: time,
    alarm: time,
    access: { use: async (_device, _how, work) => await work(registers, new AbortController().signal) },
  });
  return [
    ...bindDeviceReadCommands({
      clock: time,
      questions,
      readValues: async (_device, read) => await readValues(eastronSdm630, eastronSdm630, read),
    }),
    ...bindRawCommands({
      raw: new RawAccess({
        clock: time,
        questions,
        store,
        deviceIds: () => ['inverter'],
        isControlled: () => true,
      }),
    }),
    ...bindDiscoveryCommands({
      discovery: {
        scan: () =>
          Promise.resolve({
            subnets: ['192.168.1.0/24'],
            ports: [502],
            addresses: 254,
            tookMs: 4_200,
            found: [],
          }),
        identify: ({ host }) => Promise.resolve([{ ...nobody, host: host ?? null, port: 502 }]),
      },
    }),
  ];
}

const nobody = {
  path: null,
  name: null,
  kind: null,
  unit: null,
  driver: null,
  title: null,
  certainty: 'unknown' as const,
  serialNumber: null,
  model: null,
  device: null,
  alternatives: [],
  add: null,
  note: 'nothing answered Modbus',
};

function memoryRegisters(): RegisterAccess {
  const held = new Map<number, number>();
  return {
    readRegisters: ({ address, count }) =>
      Promise.resolve(Uint16Array.from({ length: count }, (_, index) => held.get(address + index) ?? 0)),
    writeRegisters: ({ address, words }) => {
      words.forEach((word, index) => held.set(address + index, word));
      return Promise.resolve();
    },
  };
}
