import { readFileSync } from 'node:fs';
import t from 'tap';
import { explainConfig } from '../../gateway/config/explain-config.ts';
import { showConfig } from '../../gateway/config/show-config.ts';
import { configuredSwitch } from '../../gateway/configured-switch.ts';
import { switches } from '../../gateway/io/switches/index.ts';
import { switchPorts } from '../io/switches/switch-ports.ts';
import { load, problemsOf } from './inputs.ts';

const inputs = { kinds: { sources: [], sinks: [], uplinks: [], notifiers: [], switches } };
const fingerprint = 'ab'.repeat(32);
const text = `switches:
  - { id: pve, name: Proxmox, kind: proxmox, url: "https://192.168.1.20:8006", tokenId: egw@pve!switch, tokenSecret: geheim-11, fingerprint: "${fingerprint}", mac: "bc:24:11:0a:0b:0c", secureOn: 1.2.3.4 }
  - { id: nas, kind: wake-on-lan, mac: BC-24-11-0A-0B-0D }
  - { id: plug, kind: tasmota-relay, url: "http://192.168.1.60", password: geheim-22, enabled: false }
  - { id: own, kind: command, on: [/bin/true, "1"], off: [/bin/false] }
`;

t.test('a switch has the defaults of its kind', async (t) => {
  const { config, warnings } = await load(text, inputs);
  t.match(config.switches, [
    { id: 'pve', name: 'Proxmox', enabled: true, options: { verify: true, port: 9 }, missingSecrets: [] },
    { id: 'nas', options: { broadcast: '255.255.255.255', port: 9 } },
    { id: 'plug', enabled: false, options: { user: 'admin', relay: 1 } },
    { id: 'own', options: { on: ['/bin/true', '1'] } },
  ]);
  t.notOk(warnings.some((line) => line.includes('switch')));
  t.same((await load('', inputs)).config.switches, []);
});

t.test('a switch with a mistake is left out, and the others switch', async (t) => {
  const wrong = `${text}  - { id: a, kind: wake-on-lan, mac: "bc:24:11:0a:0b" }
  - { id: b, kind: proxmox, url: "https://h:8006", tokenId: egw, tokenSecret: geheim-33 }
  - { id: c, kind: tasmota-relay, url: "http://192.168.1.60", relay: 0 }
  - { id: nas, kind: command, on: [/bin/true] }
  - { id: e, kind: lever }
  - { id: f, kind: wake-on-lan, mac: "bc:24:11:0a:0b:0c", secureOn: geheim-44 }
`;
  const { config, quarantinedSwitches } = await load(wrong, inputs);
  t.equal(config.switches.length, 4);
  t.same(quarantinedSwitches.map(({ id }) => id).toSorted(), ['a', 'b', 'c', 'e', 'f', 'nas']);
  const problems = (await problemsOf(wrong, inputs)).join('\n');
  t.match(problems, /switches\[4\]\.mac/);
  t.match(problems, /switches\[7\]\.id .*already the id of switches\[1\]/);
  t.notMatch(problems, 'geheim', 'what is secret is so in a wrong form, too');
});

t.test('secrets are nowhere to be read', async (t) => {
  const loaded = await load(text, inputs);
  const shown = JSON.stringify([explainConfig(loaded), showConfig(loaded)]);
  for (const secret of ['geheim', '1.2.3.4']) t.notMatch(shown, secret);
  t.match(shown, 'https://192.168.1.20:8006');
  for (const secret of ['geheim-11', 'geheim-22', '1.2.3.4']) t.ok(loaded.secrets.has(secret));
});

t.test(
  'options come from the environment, by names of our own and those of the program before',
  async (t) => {
    const bare = `switches:
  - { id: pve, kind: proxmox, url: "https://192.168.1.20:8006" }
  - { id: second-one, kind: proxmox, url: "https://192.168.1.21:8006", tokenId: b@pve!c }
`;
    const environment = {
      API_PROXMOX_TOKEN_ID: 'root@pam!tsm',
      API_PROXMOX_TOKEN_SECRET: 'for all',
      HOST_PROXMOX_MAC_ADDR: 'bc:24:11:0a:0b:0c',
      EGW_SWITCH_SECOND_ONE_TOKEN_SECRET: 'forthis',
    };
    const spaced = await load(bare, { ...inputs, environment });
    t.same(
      spaced.quarantinedSwitches.map(({ id }) => id),
      ['pve'],
      'a secret with a space is none',
    );
    const given = { ...environment, API_PROXMOX_TOKEN_SECRET: 'forall' };
    const { config } = await load(bare, { ...inputs, environment: given });
    t.match(config.switches, [
      { options: { tokenId: 'root@pam!tsm', tokenSecret: 'forall', mac: 'bc:24:11:0a:0b:0c' } },
      { options: { tokenId: 'b@pve!c', tokenSecret: 'forthis' } },
    ]);
    const { config: without, warnings } = await load(
      `switches: [{ id: pve, kind: proxmox, url: "https://h:8006", tokenId: a@b!c }]\n`,
      inputs,
    );
    t.same(without.switches[0]?.missingSecrets, ['tokenSecret']);
    t.match(warnings.join('\n'), /switch pve is skipped: .*EGW_SWITCH_PVE_TOKEN_SECRET/);
  },
);

t.test('the examples of the documentation are understood, and can be opened', async (t) => {
  const page = readFileSync(new URL('../../docs/switches.md', import.meta.url), 'utf8');
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { config, quarantinedSwitches, warnings } = await load(example, {
    ...inputs,
    environment: { PVE_TOKEN: 'geheim' },
  });
  t.same(quarantinedSwitches, []);
  t.same(warnings, []);
  t.same(config.switches.map(({ kind }) => kind).toSorted(), switches.map(({ id }) => id).toSorted());
  const outside = { ...switchPorts(t), config };
  for (const { id, kind } of config.switches) {
    const found = configuredSwitch(id, switches, outside);
    t.equal(found.problem, undefined, kind);
    t.ok(found.positions.length > 0);
    await found.open().close();
  }
});

t.test('why a switch cannot be used is said in words, and nothing is opened', async (t) => {
  const wrong = `${text}  - { id: bad, kind: wake-on-lan, mac: nonsense }
  - { id: bare, kind: proxmox, url: "https://h:8006", tokenId: a@b!c }
`;
  const { config, quarantinedSwitches } = await load(wrong, inputs);
  const reasons = quarantinedSwitches.map(({ id = '' }) => ({ id, reason: 'mac is no address' }));
  const outside = { ...switchPorts(t), config, quarantinedSwitches: reasons };
  const table = [
    ['plug', /switched off/],
    ['bad', /mac is no address/],
    ['bare', /tokenSecret/],
    ['pvee', /did you mean pve\?/],
    ['something-else', /no switch is called so$/],
  ] as const;
  for (const [id, words] of table) {
    const found = configuredSwitch(id, switches, outside);
    t.match(found.problem, words, id);
    t.same(found.positions, []);
    t.throws(() => found.open(), { code: 'config_invalid', facts: { switch: id } });
  }
  const none = configuredSwitch('pve', switches, { ...outside, config: { switches: [] } });
  t.match(none.problem, /none under switches/);
});
