import t from 'tap';
import type * as page from '../../../../gateway/faces/web/page/api-types.ts';
import type { LiveEvent, LiveValue } from '../../../../gateway/core/live-feed.ts';
import { accessCommands } from '../../../../gateway/features/access/access-commands.ts';
import type { DeviceDetail, DeviceSummary } from '../../../../gateway/features/harvest/device-commands.ts';
import { harvestCommands } from '../../../../gateway/features/harvest/harvest-commands.ts';
import type { LaneFacts, TaskFacts } from '../../../../gateway/features/lifecycle/engine-commands.ts';
import { configCommands } from '../../../../gateway/features/lifecycle/config-commands.ts';
import { engineCommands } from '../../../../gateway/features/lifecycle/engine-commands.ts';
import { publishCommands } from '../../../../gateway/features/publish/publish-commands.ts';
import type { SinkStatus } from '../../../../gateway/features/publish/publishing.ts';
import { sourceCommands } from '../../../../gateway/features/sources/source-commands.ts';
import { storageCommands } from '../../../../gateway/features/storage-care/storage-commands.ts';
import {
  gatewayCommands,
  type GatewayState,
  type GatewayVersion,
} from '../../../../gateway/features/lifecycle/gateway-commands.ts';

/** Compiles only while every answer of the gateway is what the page takes it for. */
interface Fits<Page, Answer extends Page> {
  readonly page: Page;
  readonly answer: Answer;
}

type Answer<Command extends { readonly run: (...given: never[]) => unknown }> = Awaited<
  ReturnType<Command['run']>
>;

type Contract = [
  Fits<page.StorageStatus, Awaited<ReturnType<(typeof storageCommands)[0]['run']>>>,
  Fits<page.Device, DeviceSummary>,
  Fits<page.DeviceDetail, DeviceDetail>,
  Fits<page.Lane, LaneFacts>,
  Fits<page.Task, TaskFacts>,
  Fits<page.GatewayStatus['state'], GatewayState>,
  Fits<page.GatewayStatus['version'], GatewayVersion>,
  Fits<page.LiveValue, LiveValue>,
  Fits<page.LiveEvent, LiveEvent>,
  Fits<page.Source, Answer<(typeof sourceCommands)[0]>['sources'][number]>,
  Fits<page.SourceDetail, Answer<(typeof sourceCommands)[1]>>,
  Fits<page.Sink, SinkStatus>,
];

t.test('the page’s types are those of the gateway, and its paths are commands', (t) => {
  const checked: Contract['length'] = 12;
  t.equal(checked, 12);
  const commands = [
    ...accessCommands,
    ...harvestCommands,
    ...configCommands,
    ...engineCommands,
    ...gatewayCommands,
    ...publishCommands,
    ...sourceCommands,
    ...storageCommands,
  ];
  const paths = new Set(commands.map(({ http }) => `${http.method} ${http.path}`));
  for (const path of [
    'GET /api/hello',
    'POST /api/v1/pair',
    'GET /api/v1/status',
    'GET /api/v1/storage',
    'GET /api/v1/config',
    'GET /api/v1/devices',
    'GET /api/v1/devices/:id',
    'GET /api/v1/readings/latest',
    'GET /api/v1/readings',
    'GET /api/v1/sources',
    'GET /api/v1/sources/:id',
    'GET /api/v1/sinks',
    'POST /api/v1/sinks/:id/retry',
    'GET /api/v1/tokens',
    'GET /api/v1/lanes',
    'GET /api/v1/tasks',
    'DELETE /api/v1/tokens/:id',
  ]) {
    t.ok(paths.has(path), path);
  }
  t.end();
});
