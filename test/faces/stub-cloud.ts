import type { BoundCommand } from '../../gateway/features/command.ts';
import { bindAncestorCommands } from '../../gateway/features/cloud-control/ancestor-commands.ts';
import { bindCloudCommands } from '../../gateway/features/cloud-control/cloud-commands.ts';

const startMs = 1_767_225_600_000;
const key = 'A'.repeat(43);

/** A cloud with one issuer that has told one thing, and a switch. */
export function stubCloudCommands(gatewayId: string): readonly BoundCommand[] {
  const state = { isOn: true };
  const cloud = bindCloudCommands({
    gatewayId,
    cloud: {
      rootKey: key,
      isPinnedOff: false,
      get isOn() {
        return state.isOn;
      },
      refused: 2,
      ignored: 0,
      delegations: [
        {
          v: 1,
          kind: 'delegation',
          issuer: 'ops-1',
          key,
          purposes: ['ack', 'command'],
          scopes: ['read', 'control'],
          gateways: [gatewayId],
          from: startMs,
          until: startMs + 86_400_000,
          number: 1,
          signature: '',
        },
      ],
      turnOn: () => Promise.resolve(void (state.isOn = true)),
      turnOff: () => Promise.resolve(void (state.isOn = false)),
    },
    store: {
      call: () =>
        Promise.resolve([
          {
            issuer: 'ops-1',
            id: '01K00000000000000000000001',
            sequence: 7,
            receivedMs: startMs,
            state: 'done',
            result: '{"atMs":1767225600000}',
          },
        ] as never),
    },
  });
  return [...cloud, ...bindAncestorCommands({ desk: undefined })];
}
