import t from 'tap';
import { explainConfig } from '../../gateway/config/explain-config.ts';
import { foreignSettings } from '../../gateway/config/foreign-variables.ts';
import { discordSection } from '../../gateway/features/discord/discord-section.ts';
import { provisioningSection } from '../../gateway/features/provisioning/provisioning-section.ts';
import { serverSection } from '../../gateway/features/server/server-section.ts';
import { variablesLeftBehind } from '../../gateway/features/service/service-variables.ts';
import { sources } from '../../gateway/io/sources/index.ts';
import { switches } from '../../gateway/io/switches/index.ts';
import { load, problemsOf } from './inputs.ts';

const inputs = {
  sections: [serverSection, discordSection],
  kinds: { sources, switches, sinks: [], uplinks: [], notifiers: [] },
};
const environment = {
  ENVIRONMENT: 'PROD',
  TIMEZONE: 'Europe/Brussels',
  START_SERVER_DATE: '2024-06-01',
  HOST_TASMOTA: '192.168.1.60',
  HOST_TEMPO: 'www.api-couleur-tempo.fr',
  HOST_PROXMOX: '192.168.1.20',
  HOST_PROXMOX_MAC_ADDR: 'bc:24:11:0a:0b:0c',
  HOST_PROXMOX_BOOT_TIMEOUT: '1',
  HOST_PROXMOX_SSL_VERIFY: 'False',
  API_PROXMOX_TOKEN_ID: 'tsm@pve!switch',
  API_PROXMOX_TOKEN_SECRET: 'secret-of-proxmox',
  TOKEN_BOT: 'secret-of-the-bot',
  GUILD_ID: '114000000000000000',
  LOG_LEVEL: 'WARNING',
  LOG_USE_SYSLOG: 'True',
  LOG_FILE_PATH: '/var/log/tsm.log',
};

t.test('who switches by the colours has a source of them, whoever says them', async (t) => {
  const { config } = await load('', { ...inputs, environment: { HOST_PROXMOX: '192.168.1.20' } });
  t.match(config.sources, [{ id: 'tempo', kind: 'tempo' }]);
  t.equal(config.sources[0]?.options['couleurTempoBaseUrl'], 'https://www.api-couleur-tempo.fr/api');
});

t.test('the environment of TSM makes a plug, a switch, the server, its colours and the bot', async (t) => {
  const loaded = await load('', { ...inputs, environment });
  const { config } = loaded;
  t.match(config.sources, [
    { id: 'plug', kind: 'tasmota', options: { url: 'http://192.168.1.60' } },
    { id: 'tempo', kind: 'tempo', options: { couleurTempoBaseUrl: 'https://www.api-couleur-tempo.fr/api' } },
  ]);
  t.match(config.switches, [
    {
      id: 'pve',
      kind: 'proxmox',
      options: {
        url: 'https://192.168.1.20:8006',
        mac: 'bc:24:11:0a:0b:0c',
        verify: false,
        tokenId: 'tsm@pve!switch',
        tokenSecret: 'secret-of-proxmox',
      },
      missingSecrets: [],
    },
  ]);
  t.match(config.features['server'], {
    startDate: '2024-06-01',
    meter: 'plug',
    switch: 'pve',
    onMinutes: 5,
    policy: 'seed',
  });
  t.match(config.features['discord'], { token: 'secret-of-the-bot', guild: '114000000000000000' });
  t.equal(config.site.zone, 'Europe/Brussels');
  t.equal(config.log.level, 'warn');
  t.notMatch(JSON.stringify(explainConfig(loaded)), /secret-of/);
  for (const secret of ['secret-of-proxmox', 'secret-of-the-bot'])
    t.ok(loaded.secrets.has(secret), 'it is kept out of the log');
});

t.test('what the file says stands', async (t) => {
  const text = `
site: { zone: Europe/Paris }
server: { startDate: 2025-01-01, onMinutes: 7 }
sources: [{ id: rack, kind: tasmota, url: http://rack.lan }]
switches: [{ id: relay, kind: tasmota-relay, url: http://rack.lan }]
`;
  const { config } = await load(text, { ...inputs, environment });
  t.equal(config.site.zone, 'Europe/Paris');
  t.same(
    config.sources.map(({ id }) => id),
    ['rack', 'tempo'],
  );
  t.match(config.features['server'], { startDate: '2025-01-01', meter: 'rack', switch: 'pve', onMinutes: 7 });
});

const flags = [
  ['True', true],
  ['true', true],
  ['1', true],
  ['False', false],
  ['0', false],
] as const;

t.test('True means true, as TSM did not have it', async (t) => {
  for (const [text, verify] of flags) {
    const given = { ...environment, HOST_PROXMOX_SSL_VERIFY: text };
    const { config } = await load('', { ...inputs, environment: given });
    t.equal(config.switches[0]?.options['verify'], verify, text);
  }
  const without = { ...environment, HOST_PROXMOX_SSL_VERIFY: '' };
  const { config } = await load('', { ...inputs, environment: without });
  t.equal(config.switches[0]?.options['verify'], true, 'what nobody said');
  const wrong = { ...environment, HOST_PROXMOX_SSL_VERIFY: 'perhaps' };
  t.match(await problemsOf('', { ...inputs, environment: wrong }), [/switches.*verify/]);
});

const addresses = [
  ['HOST_PROXMOX', 'pve.lan', 'https://pve.lan:8006'],
  ['HOST_PROXMOX', 'https://pve.lan:443/', 'https://pve.lan:443'],
  ['HOST_PROXMOX', '192.168.1.20:8006', 'https://192.168.1.20:8006'],
  ['HOST_TASMOTA', 'http://plug.lan/', 'http://plug.lan'],
  ['HOST_TASMOTA', 'plug.lan:8080', 'http://plug.lan:8080'],
  ['HOST_TEMPO', 'https://www.api-couleur-tempo.fr/', 'https://www.api-couleur-tempo.fr/api'],
  ['HOST_TEMPO', 'http://10.0.0.7:3000/api', 'http://10.0.0.7:3000/api'],
] as const;

t.test('addresses may have a scheme, a port and a path, or none', async (t) => {
  for (const [variable, given, url] of addresses) {
    const { config } = await load('', { ...inputs, environment: { ...environment, [variable]: given } });
    const options = [...config.sources, ...config.switches].flatMap((item) => Object.values(item.options));
    t.ok(options.includes(url), `${variable}=${given}`);
  }
});

t.test('nothing of it makes a server that has neither plug nor switch', async (t) => {
  const { config } = await load('', { ...inputs, environment: { TIMEZONE: 'UTC', LOG_LEVEL: 'LOUD' } });
  t.same([config.sources, config.switches], [[], []]);
  t.equal(config.log.level, 'info');
  const slow = { ...environment, HOST_PROXMOX_BOOT_TIMEOUT: '600' };
  t.match((await load('', { ...inputs, environment: slow })).config.features['server'], { onMinutes: 10 });
  const old = await load('', { sections: [], kinds: inputs.kinds, environment });
  t.same(old.config.features, {}, 'a build without these sections');
  t.match(await problemsOf('server: 7', { ...inputs, environment }), [/server must be/]);
});

t.test('the pin of a button is a line of the first chip, and none where there is none', async (t) => {
  const buttonOf = async (text: string, GPIO_BUTTON_PIN: string): Promise<unknown> => {
    const { config } = await load(text, {
      sections: [provisioningSection],
      kinds: inputs.kinds,
      environment: { GPIO_BUTTON_PIN },
    });
    return (config.features['provisioning'] as { readonly button?: string } | undefined)?.button;
  };
  t.equal(await buttonOf('', '17'), 'gpiochip0/17');
  t.equal(await buttonOf('', ' 04 '), 'gpiochip0/4');
  for (const none of ['-1', '', 'GPIO17', '1e1']) t.equal(await buttonOf('', none), undefined, none);
  const file = 'provisioning: { button: /dev/input/event0 }';
  t.equal(await buttonOf(file, '17'), '/dev/input/event0', 'the file stands');
});

t.test('a service that does not get one of them is told so', (t) => {
  const names = foreignSettings.map(({ variable }) => variable);
  const here = Object.fromEntries(names.map((name) => [name, 'something']));
  t.same(variablesLeftBehind(here, {}), [...new Set(names)].toSorted());
  t.end();
});
