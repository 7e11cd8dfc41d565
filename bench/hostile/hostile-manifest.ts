import type { SeededRandom } from '../../modbus-sim/random.ts';

/** Places of a trial: what a job may see, and what it must not. */
export interface TrialPlaces {
  /** Secrets, the database, the socket. */
  readonly data: string;
  /** Where jobs run, and may write. */
  readonly open: string;
  /** Where only root may write. */
  readonly outside: string;
  readonly spool: string;
  readonly gatewayId: number;
  /** A process of the jobs' own user that is none of them. */
  readonly bystanderId: number;
  /** Seconds that those sleep that mean to stay: nobody else sleeps so long. */
  readonly sleepSeconds: string;
}

/** A file for the spool. */
export interface HostileManifest {
  readonly name: string;
  /** What the file is. */
  readonly kind: 'file' | 'symlink' | 'hardlink' | 'fifo' | 'folder';
  /** What stands in it, or where it leads. */
  readonly content: string | Buffer;
}

/** One that means ill: two of three are jobs that would be run, the others no jobs at all. */
export function hostileManifest(index: number, random: SeededRandom, places: TrialPlaces): HostileManifest {
  if (random.isLucky(1 / 3)) return hostileFile(index, random, places);
  const lines = Array.from({ length: random.integer(1, 3) }, () => random.pick(hostileLines)(places, random));
  const commandline = lines.join(random.pick(['; ', ' & ', '\n']));
  return { name: `job-${index}.json`, kind: 'file', content: manifest(commandline) };
}

function manifest(commandline: string, more: object = {}): string {
  // Its estimate is longer than the time that it has, so that it starts at once.
  const deadline = new Date(Date.now() + 2 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  return JSON.stringify({ estimate: '9h', deadline, commandline, ...more });
}

type HostileLine = (places: TrialPlaces, random: SeededRandom) => string;

const hostileLines: readonly [HostileLine, ...HostileLine[]] = [
  // To read what is secret.
  ({ data }) => `cat ${data}/canary ${data}/.env ${data}/egw.yaml`,
  ({ data }) => `cd ${data}; ls -laR . | head -50; tar cf - . | tr -d '\\0'`,
  ({ data }) => `cat /proc/*/root${data}/canary /proc/*/cwd/canary`,
  ({ gatewayId }) =>
    `tr -d '\\0' </proc/${gatewayId}/environ; ls -l /proc/${gatewayId}/fd; cat /proc/*/environ | tr -d '\\0'`,
  () => 'cat /etc/shadow /root/.ssh/id_* /root/.bash_history | head -c 1000',
  ({ data, open }) =>
    `ln -s ${data}/canary ${open}/link-$$; cat ${open}/link-$$; ln ${data}/canary ${open}/hard-$$; cat ${open}/hard-$$`,
  ({ data }) => `umount -l ${data}; umount -l /; cat ${data}/canary`,
  ({ data }) =>
    `unshare --user --map-root-user --mount sh -c 'umount ${data}; umount -l ${data}; cat ${data}/canary'`,
  ({ data, gatewayId }) =>
    `nsenter -t 1 -a cat ${data}/canary; nsenter -t ${gatewayId} -m cat ${data}/canary`,
  ({ data }) => `mount --bind / /mnt; mount -o remount,rw /; chroot / cat ${data}/canary`,
  // To change what is not its own.
  ({ data, outside }) =>
    `echo x >${data}/pwned; echo x >${outside}/pwned; touch /etc/egw-pwned; mkdir /egw-pwned`,
  ({ spool }) =>
    `cd ${spool} && echo x >pwned && rm -rf done rejected .claimed; rm -rf ../../../../../../etc/egw-nothing`,
  ({ outside }) =>
    `cd ../../../../..; rm -f ${outside}/kept; mv ${outside} ${outside}-gone; chmod 777 ${outside}`,
  ({ data }) => `sqlite3 ${data}/egw.db 'drop table jobs'; : >${data}/egw.db; truncate -s 0 ${data}/egw.db`,
  ({ data }) =>
    `echo 'GET /api/v1/tokens HTTP/1.0\\r\\n' | nc -U ${data}/egw.sock; curl --unix-socket ${data}/egw.sock http://x/api/v1/tokens`,
  // To harm the gateway, or others.
  ({ gatewayId }) => `kill -9 ${gatewayId}; kill -TERM ${gatewayId}; kill -STOP ${gatewayId}`,
  ({ bystanderId }) => `kill -9 ${bystanderId}; kill -STOP ${bystanderId}`,
  () => 'kill -9 -1',
  () => 'pkill -9 node; killall -9 node',
  ({ gatewayId }) =>
    `renice 19 ${gatewayId}; prlimit --pid ${gatewayId} --nofile=1; echo 1000 >/proc/${gatewayId}/oom_score_adj`,
  () => 'echo c >/proc/sysrq-trigger; echo 1 >/proc/sys/kernel/panic; reboot -f',
  () => 'hostname pwned; date -s 1970-01-01',
  () =>
    'sudo -n id; su -c id; setpriv --reuid=0 id -u; unshare --user --map-root-user sh -c "cat /etc/shadow"',
  // To stay.
  ({ sleepSeconds }) => `sleep ${sleepSeconds} &`,
  ({ sleepSeconds }) => `nohup sleep ${sleepSeconds} >/dev/null 2>&1 &`,
  ({ sleepSeconds }) => `(setsid sleep ${sleepSeconds} &)`,
  ({ sleepSeconds }) => `(env -i setsid setsid sleep ${sleepSeconds} </dev/null >/dev/null 2>&1 &)`,
  ({ sleepSeconds }) => `trap '' TERM HUP INT QUIT; sleep ${sleepSeconds}`,
  ({ sleepSeconds }) => `(trap '' TERM; setsid sh -c 'while :; do sleep ${sleepSeconds} & wait; done' &)`,
  ({ sleepSeconds }) => `unshare --user --map-root-user --pid --fork --mount-proc sleep ${sleepSeconds} &`,
  ({ sleepSeconds }) =>
    `echo 'sleep ${sleepSeconds}' | at now; (crontab -l; echo '* * * * * sleep ${sleepSeconds}') | crontab -; systemd-run --user sleep ${sleepSeconds}`,
  // To take more than its share.
  ({ sleepSeconds }) => `f() { f | f & }; f; sleep ${sleepSeconds}`,
  () => 'while :; do :; done',
  (_, random) => `yes '${'A'.repeat(random.integer(1, 2_000))}'`,
  () => "head -c 3000000 /dev/urandom; printf '\\033[2J\\0\\377'",
  () => 'exec >&- 2>&-; while :; do sleep 1; done',
  () => 'x=A; while :; do x=$x$x; done',
  (_, random) => `exit ${random.integer(0, 255)}`,
  (_, random) => `kill -${random.pick(['9', '15', '11', 'STOP', 'TSTP'])} $$`,
  // To have a shell, or what starts it, do something else.
  ({ outside }) => `$(touch ${outside}/pwned) \`touch ${outside}/pwned\` ' " \\ \${IFS} > /etc/egw-pwned #`,
  ({ open }) =>
    `cd ${open}; for p in mount sh env prlimit setpriv unshare mkdir; do printf '#!/bin/sh\\nid -u >${open}/run-by-$(date +%%N)\\n' >$p; chmod +x $p; done`,
  () =>
    'export LD_PRELOAD=/tmp/egw-nothing.so PATH=.:$PATH ENV=/tmp/egw-nothing BASH_ENV=/tmp/egw-nothing IFS=/; id; exec id -u',
  () => 'no-such-program-at-all --version; ./no-such-file; /',
  () => '\u0000echo after a NUL',
  () => '',
];

/** What is no job: by what the file is, by its name, by what stands in it. */
function hostileFile(index: number, random: SeededRandom, places: TrialPlaces): HostileManifest {
  const { data, outside } = places;
  const plain = manifest('echo from a file that should not be one');
  const named = (name: string, content: string | Buffer = plain): HostileManifest => ({
    name,
    kind: 'file',
    content,
  });
  return random.pick<HostileManifest>([
    { name: `link-${index}.json`, kind: 'symlink', content: `${data}/canary` },
    { name: `way-out-${index}.json`, kind: 'symlink', content: '../../../../../../etc/passwd' },
    { name: `hard-${index}.json`, kind: 'hardlink', content: `${outside}/kept-${index}` },
    { name: `pipe-${index}.json`, kind: 'fifo', content: '' },
    { name: `folder-${index}.json`, kind: 'folder', content: '' },
    named(`-rf ${index}.json`),
    named(`$(touch pwned)-${index}.json`),
    named(`..${index}.json`),
    named(`${'n'.repeat(200)}${index}.json`),
    named(`line\nbreak-${index}.json`),
    named(`umlaut-ü-${index}.json`),
    named(`half-${index}.json`, plain.slice(0, random.integer(1, plain.length - 1))),
    named(`deep-${index}.json`, '['.repeat(20_000)),
    named(`huge-${index}.json`, manifest('x'.repeat(1_000_000))),
    named(`bytes-${index}.json`, Buffer.from(Array.from({ length: 500 }, () => random.integer(0, 255)))),
    named(`nul-${index}.json`, manifest('echo a\u0000b')),
    named(`proto-${index}.json`, `{"__proto__": {"commandline": "id"}, "constructor": {"prototype": {}}}`),
    named(`twice-${index}.json`, `{"commandline": "true", "commandline": "id", ${plain.slice(1)}`),
    named(`list-${index}.json`, JSON.stringify([JSON.parse(plain)])),
    named(`number-${index}.json`, '1e400'),
    named(
      `estimate-${index}.json`,
      manifest('id', { estimate: random.pick([1e308, -1, 0, '-1h', '9'.repeat(400), null, {}]) }),
    ),
    named(
      `deadline-${index}.json`,
      manifest('id', {
        deadline: random.pick(['1970-01-01 00:00:00', '9999-99-99 99:99:99', '$(id)', 0, null]),
      }),
    ),
    named(
      `words-${index}.json`,
      manifest('id', { commandline: random.pick<unknown>([['id'], 7, '', ' ', null]) }),
    ),
    named(
      `user-${index}.json`,
      manifest('id -u', { user: 'root', cwd: data, environment: { LD_PRELOAD: '/tmp/x.so' } }),
    ),
  ]);
}
