import { GatewayError } from '../../gateway/core/errors.ts';
import type { PublishCommandPorts } from '../../gateway/features/publish/publish-commands.ts';
import type { SinkStatus } from '../../gateway/features/publish/publishing.ts';

const known: SinkStatus = {
  id: 'inverter',
  name: 'Files',
  kind: 'csv',
  title: 'CSV files',
  state: 'down',
  written: 5_000,
  refused: 2,
  lost: 0,
  backlogMs: 3_600_000,
  writtenMs: 1_767_225_600_000,
  reason: 'there is no room for /data/csv',
  hint: 'make room, or choose another directory',
};

/** One sink, for faces: nothing is sent. */
export const stubPublishing: PublishCommandPorts['publishing'] = {
  list: () => [known],
  show: (id) => {
    if (id !== known.id) throw new GatewayError('not_found', `there is no sink ${id}`);
    return known;
  },
  retry: (id) => {
    if (id !== known.id) throw new GatewayError('not_found', `there is no sink ${id}`);
  },
};
