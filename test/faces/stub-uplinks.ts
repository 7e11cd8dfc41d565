import { GatewayError } from '../../gateway/core/errors.ts';
import type { UplinkCommandPorts } from '../../gateway/features/telemetry/uplink-commands.ts';
import type { UplinkStatus } from '../../gateway/features/telemetry/uplink-status.ts';

const known: UplinkStatus = {
  id: 'inverter',
  name: 'Cloud',
  kind: 'http',
  title: 'Backend over HTTP',
  state: 'down',
  sent: 5_000,
  acknowledged: 4_000,
  waiting: 1_200,
  refused: 1,
  sentMs: 1_767_225_600_000,
  acknowledgedMs: 1_767_225_600_000,
  reason: 'the backend does not let us in',
  hint: 'check the token',
};

const findUplink = (id: string): UplinkStatus => {
  if (id !== known.id) throw new GatewayError('not_found', `there is no uplink ${id}`);
  return known;
};

/** One uplink, for faces: nothing is sent. */
export const stubUplinks: UplinkCommandPorts['uplinks'] = {
  list: () => [known],
  show: findUplink,
  retry: (id) => void findUplink(id),
};
