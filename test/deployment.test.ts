import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { parse } from 'yaml';
import { baseSections } from '../gateway/config/base-sections.ts';
import { otherVariables, processSettings } from '../gateway/config/process-settings.ts';
import { gatewayCommands } from '../gateway/features/lifecycle/gateway-commands.ts';
import { findDriver } from '../gateway/io/drivers/index.ts';
import { simulatedDeviceIds } from '../modbus-sim/simulated-home-devices.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
type Json = Readonly<Record<string, unknown>>;

interface Service extends Json {
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[]; readonly timeout: string };
  readonly stop_grace_period?: string;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
}

const composeFiles = ['docker-compose.yml', 'docker-compose-no_crypt.yml'].map((path) => ({
  path,
  compose: parse(read(path)) as Json & { readonly services: Readonly<Record<string, Service>> },
}));
const manifest = JSON.parse(read('package.json')) as Json & {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const health = gatewayCommands.find(({ id }) => id === 'gateway.health')?.http.path;
const healthCheckPath = 'deploy/health-check.mjs';
const radioHealthCheckPath = 'deploy/radio-health-check.mjs';
const radio = 'ble';

/** What balena takes of a service of Compose 2.4; env_file, bind mounts, container_name and others it refuses. */
const balenaFields = new Set(
  `build image command entrypoint environment labels ports volumes devices cap_add cap_drop network_mode networks
   restart depends_on healthcheck tmpfs init user working_dir ulimits sysctls mem_limit shm_size stop_signal
   stop_grace_period security_opt read_only extra_hosts dns pid hostname`.split(/\s+/),
);

/** The instructions of the last stage: what runs. */
function lastStage(dockerfile: string): readonly string[] {
  const lines = dockerfile
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
}

function argumentOf(stage: readonly string[], instruction: string): string {
  return stage.find((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? '';
}

function variablesOf(stage: readonly string[]): Readonly<Record<string, string>> {
  const pairs = argumentOf(stage, 'ENV').matchAll(/([A-Z_]+)=(\S+)/g);
  return Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, value] as const));
}

const stage = lastStage(read('Dockerfile'));

t.test('every image has the Node that package.json pins', (t) => {
  const pinned = manifest.devDependencies['node'] ?? '';
  t.match(pinned, /^24\.\d+\.\d+$/);
  for (const path of ['Dockerfile', 'modbus-sim/Dockerfile']) {
    const images = [...read(path).matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    t.ok(images.length > 0);
    for (const image of images) t.match(image, new RegExp(`^node:${pinned}-bookworm`), path);
  }
  t.end();
});

t.test('what the image starts is what the build makes', (t) => {
  const { compilerOptions } = JSON.parse(read('tsconfig.build.json')) as {
    compilerOptions: { rootDir: string; outDir: string };
  };
  t.same([compilerOptions.rootDir, compilerOptions.outDir], ['.', 'dist'], 'dist/ mirrors the sources');
  t.same(JSON.parse(argumentOf(stage, 'CMD')), ['node', '/app/dist/gateway/main.js']);
  t.ok(existsSync(join(root, 'gateway/main.ts')));
  t.ok(existsSync(join(root, 'bin/egw')), 'for docker exec');
  const copied = stage.filter((line) => line.startsWith('COPY ')).map((line) => line.split(' ')[2]);
  t.same(
    copied,
    ['package.json', 'node_modules', 'dist/gateway', 'dist/ble', 'bin', 'deploy'].map(
      (path) => `/app/${path}`,
    ),
  );
  for (const { path, compose } of composeFiles) {
    t.equal(compose.services['ble']?.command?.at(-1), '/app/dist/ble/main.js', path);
  }
  t.ok(existsSync(join(root, 'ble/main.ts')));
  t.end();
});

t.test('the image holds no development dependency, no test and no simulation', (t) => {
  t.match(read('Dockerfile'), /npm prune --omit=dev/);
  for (const line of stage) t.notMatch(line, /dist\/(sim|modbus-sim|bench)|COPY .*\s\.\s/);
  const ignored = new Set(read('.dockerignore').split('\n'));
  for (const path of ['.git', 'node_modules', 'dist', 'test', 'rest-test', 'data'])
    t.ok(ignored.has(path), path);
  t.end();
});

t.test(
  'the gateway runs as nobody special, with its data in a volume, and is told to stop by SIGTERM',
  (t) => {
    t.equal(argumentOf(stage, 'USER'), 'node');
    t.equal(argumentOf(stage, 'VOLUME'), '/data');
    t.equal(variablesOf(stage)['EGW_DATA_DIR'], '/data');
    t.equal(argumentOf(stage, 'STOPSIGNAL'), 'SIGTERM');
    t.equal(argumentOf(lastStage(read('modbus-sim/Dockerfile')), 'USER'), 'node');
    t.end();
  },
);

t.test('the port is the one that the configuration defaults to', (t) => {
  const http = baseSections.find(({ key }) => key === 'http')?.schema as unknown as {
    properties: { port: { default: number } };
  };
  const port = http.properties.port.default;
  t.equal(argumentOf(stage, 'EXPOSE'), String(port));
  for (const { path, compose } of composeFiles) {
    for (const mapping of compose.services['gateway']?.ports ?? []) t.equal(mapping, `${port}:${port}`, path);
  }
  t.end();
});

t.test('every variable is one that the gateway knows', (t) => {
  const ofTheRadio = ['EGW_RADIO_ALIVE'];
  for (const name of ofTheRadio) t.match(read('ble/main.ts'), name);
  const settings = processSettings.map(({ variable }) => variable);
  const known = new Set<string>([...settings, ...otherVariables, ...ofTheRadio]);
  const given = [
    ...Object.keys(variablesOf(stage)),
    ...composeFiles.flatMap(({ compose }) =>
      Object.values(compose.services).flatMap(({ environment }) => Object.keys(environment ?? {})),
    ),
    ...balenaVariables(),
  ].filter((name) => name.startsWith('EGW_'));
  t.ok(given.length > 5);
  t.same(
    given.filter((name) => !known.has(name)),
    [],
  );
  t.end();
});

t.test('the compose files keep to what balena takes, and give no privilege away', (t) => {
  for (const { path, compose } of composeFiles) {
    t.equal(compose['version'], '2.4', path);
    t.same(Object.keys(compose), ['version', 'services', 'volumes'], path);
    for (const [name, service] of Object.entries(compose.services)) {
      t.same(
        Object.keys(service).filter((field) => !balenaFields.has(field)),
        [],
        `${path} ${name}`,
      );
      t.same(service['cap_drop'], ['ALL'], `${path} ${name}`);
      t.equal(service['read_only'], true, `${path} ${name}`);
      if (name !== radio) {
        t.same(service['security_opt'], ['no-new-privileges:true'], `${path} ${name}`);
        t.equal(service['cap_add'], undefined);
      }
      t.equal(typeof service.build, 'string', 'balena builds from a folder only');
      t.ok(existsSync(join(root, service.build ?? '', 'Dockerfile')), `${path} ${name}`);
      for (const volume of service.volumes ?? []) {
        const [source = '', target] = volume.split(':');
        t.ok(source in (compose['volumes'] as Json), `${volume} is a named volume`);
        t.equal(target, { data: '/data', radio: '/radio' }[source]);
      }
    }
  }
  t.end();
});

/** `with-radio-rights` hands on what the container was given: rights of a file count for nothing without new privileges. */
t.test(
  'the Bluetooth service has two rights, no other, and of the gateway only the folder of its socket',
  (t) => {
    const dockerfile = lastStage(read('Dockerfile')).join('\n');
    t.match(dockerfile, /install -m 0750 -g node \/usr\/bin\/setpriv \/usr\/local\/bin\/with-radio-rights/);
    t.match(dockerfile, /setcap cap_net_admin,cap_net_raw\+ep \/usr\/local\/bin\/with-radio-rights/);
    t.match(dockerfile, /-perm \/6000 -exec chmod a-s/, 'nothing else in the image gives rights');
    t.match(dockerfile, 'chown node:node /data /radio', 'a new volume belongs to who uses it');
    for (const { path, compose } of composeFiles) {
      const service = compose.services[radio];
      t.same(service?.['cap_add'], ['NET_ADMIN', 'NET_RAW'], path);
      t.equal(service?.['network_mode'], 'host', path);
      t.equal(service?.['privileged'], undefined, path);
      t.same(service?.volumes, ['radio:/radio'], path);
      t.same(service?.command?.slice(0, -2), [
        'with-radio-rights',
        '--inh-caps=+net_admin,+net_raw',
        '--ambient-caps=+net_admin,+net_raw',
        '--no-new-privs',
      ]);
      const sockets = ['gateway', radio].map(
        (name) => compose.services[name]?.environment?.['EGW_PROVISION_SOCKET'],
      );
      t.same(sockets, ['/radio/provision.sock', '/radio/provision.sock'], path);
      t.ok(compose.services['gateway']?.volumes?.includes('radio:/radio'), path);
      t.same(service?.healthcheck?.test, ['CMD', 'node', `/app/${radioHealthCheckPath}`], path);
    }
    t.end();
  },
);

t.test(
  'what a machine with Docker alone gives more is the bus of its NetworkManager, which balena has a label for',
  (t) => {
    const more = parse(read('deploy/docker-host.yml')) as Json;
    t.same(more, { version: '2.4', services: { gateway: { volumes: ['/run/dbus:/run/dbus:ro'] } } });
    t.same(composeFiles[0]?.compose.services['gateway']?.['labels'], { 'io.balena.features.dbus': '1' });
    t.end();
  },
);

t.test('the Bluetooth service takes the adapter as a whole, since nobody else switches it on', (t) => {
  for (const { path, compose } of composeFiles) {
    t.equal(compose.services[radio]?.environment?.['HCI_CHANNEL_USER'], '1', path);
  }
  t.match(read('deploy/egw-ble.service'), '\nEnvironment=HCI_CHANNEL_USER=1\n');
  t.end();
});

t.test('the unit of the Bluetooth service starts what is built, with the same two rights', (t) => {
  const lines = read('deploy/egw-ble.service').split('\n');
  const valueOf = (key: string): string | undefined =>
    lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
  t.equal(valueOf('ExecStart'), '/opt/egw/node_modules/.bin/node /opt/egw/dist/ble/main.js');
  t.equal(valueOf('AmbientCapabilities'), 'CAP_NET_ADMIN CAP_NET_RAW');
  t.equal(valueOf('CapabilityBoundingSet'), valueOf('AmbientCapabilities'));
  t.equal(valueOf('NoNewPrivileges'), 'yes');
  t.match(valueOf('RestrictAddressFamilies'), /AF_BLUETOOTH/);
  t.match(valueOf('InaccessiblePaths'), /\/var\/lib\/egw/);
  t.end();
});

t.test('the machine lets the gateway do what it asks for, and nobody else', (t) => {
  const rules = read('deploy/50-egw.rules');
  type Rule = (action: { id: string }, subject: { user: string }) => string | undefined;
  const found: Rule[] = [];
  const polkit = { Result: { YES: 'yes' }, addRule: (rule: Rule) => found.push(rule) };
  runInNewContext(rules, { polkit });
  const [rule] = found;
  t.equal(rule?.({ id: 'org.freedesktop.NetworkManager.wifi.scan' }, { user: 'egw' }), 'yes');
  t.equal(rule?.({ id: 'org.freedesktop.timedate1.set-time' }, { user: 'egw' }), 'yes');
  t.equal(rule?.({ id: 'org.freedesktop.timedate1.set-time' }, { user: 'somebody' }), undefined);
  t.equal(rule?.({ id: 'org.freedesktop.login1.reboot' }, { user: 'egw' }), undefined);
  t.end();
});

t.test('the Bluetooth service is well while it puts signs of life', async (t) => {
  const path = join(t.testdir({}), 'alive');
  t.equal(await radioHealthCheck(path), 1, 'there is none');
  writeFileSync(path, '');
  t.equal(await radioHealthCheck(path), 0);
  const long = Date.now() / 1_000 - 100;
  utimesSync(path, long, long);
  t.equal(await radioHealthCheck(path), 1);
});

t.test('the gateway is given time to stop, and asked for its health', (t) => {
  for (const { path, compose } of composeFiles) {
    const gateway = compose.services['gateway'];
    t.ok(Number.parseInt(gateway?.stop_grace_period ?? '', 10) >= 10, path);
    t.same(gateway?.healthcheck?.test, ['CMD', 'node', `/app/${healthCheckPath}`], path);
  }
  t.match(argumentOf(stage, 'HEALTHCHECK'), `CMD ["node", "/app/${healthCheckPath}"]`);
  t.match(read(healthCheckPath), `path: '${health}'`);
  t.end();
});

t.test('balena.yml names this version, and machines of 64 bits that Node has images for', (t) => {
  const balena = parse(read('balena.yml')) as Json & {
    data: { supportedDeviceTypes: string[]; defaultDeviceType: string };
  };
  t.equal(balena['type'], 'sw.application');
  t.equal(balena['version'], manifest.version);
  t.ok(balena.data.supportedDeviceTypes.includes(balena.data.defaultDeviceType));
  t.end();
});

t.test('the simulated home is what its configuration says', (t) => {
  const config = parse(read('deploy/simulated-home.yaml')) as {
    devices: { id: string; driver: string; transport: { host: string; port: number } }[];
  };
  t.same(
    config.devices.map(({ id }) => id),
    [...simulatedDeviceIds],
  );
  const gateway = composeFiles[1]?.compose.services['gateway'];
  t.equal(gateway?.environment?.['EGW_CONFIG'], '/app/deploy/simulated-home.yaml');
  const simulator = lastStage(read('modbus-sim/Dockerfile'));
  const portBase = Number((JSON.parse(argumentOf(simulator, 'CMD')) as string[]).at(-1));
  for (const [index, { driver, transport }] of config.devices.entries()) {
    t.ok(findDriver(driver), driver);
    t.same(transport, { kind: 'modbus-tcp', host: 'modbus-sim', port: portBase + index });
    t.ok(argumentOf(simulator, 'EXPOSE').split(' ').includes(String(transport.port)));
  }
  t.end();
});

t.test('the health check passes on 200 alone', async (t) => {
  const dataDirectory = t.testdir({});
  t.equal(await healthCheck(dataDirectory), 1, 'nobody answers');
  let status = 200;
  let asked = '';
  const server = createServer((request, response) => {
    asked = request.url ?? '';
    response.writeHead(status).end('{}');
  });
  server.listen(join(dataDirectory, 'egw.sock'));
  await once(server, 'listening');
  t.equal(await healthCheck(dataDirectory), 0);
  t.equal(asked, health);
  status = 503;
  t.equal(await healthCheck(dataDirectory), 1);
  server.close();
  await once(server, 'close');
});

async function radioHealthCheck(path: string): Promise<unknown> {
  const child = spawn(process.execPath, [join(root, radioHealthCheckPath)], {
    env: { EGW_RADIO_ALIVE: path },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as unknown[];
  return code;
}

async function healthCheck(dataDirectory: string): Promise<unknown> {
  const child = spawn(process.execPath, [join(root, healthCheckPath)], {
    env: { EGW_DATA_DIR: dataDirectory },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as unknown[];
  return code;
}

function balenaVariables(): string[] {
  const { data } = parse(read('balena.yml')) as { data: { applicationEnvironmentVariables: Json[] } };
  return data.applicationEnvironmentVariables.flatMap((variable) => Object.keys(variable));
}
