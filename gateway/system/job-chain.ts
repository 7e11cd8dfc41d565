import assert from 'node:assert';
import type { JobLimits, JobOrder } from '../core/job-process.ts';
import type { JobHost } from './job-host.ts';

/** A job as it is to be started. */
export interface JobStart {
  readonly order: JobOrder;
  /** Whose rights it gets; undefined: ours, which it cannot get others than. */
  readonly owner: JobOwner | undefined;
  /** Files and folders that it must not see, without links in their paths; none of them within another. */
  readonly hiddenPaths: readonly string[];
  /** A folder within one of those that it may see all the same. */
  readonly keptFolder: string | undefined;
  readonly limits: HardLimits;
}

export interface JobOwner {
  readonly userId: number;
  readonly groupId: number;
}

/** As prlimit(1) has them: what absent is stays as it is. */
export interface HardLimits extends JobLimits {
  readonly processesMax: number;
}

/** By it the processes of a run are known. */
export const runVariable = 'EGW_JOB_RUN';

/**
 * Both forms are a chain of programs, each of which does one thing and becomes the next: none of it has an environment
 * that a job can set before the job's rights are all that is left. The standard error of the chain tells of itself; the
 * job's goes where its standard output goes.
 *
 * The full form. Of the namespaces of the job's own, those of mounts come first, so that what is hidden is hidden when
 * the job begins. The shell that then stays outside of the new process namespace makes its init, says the process id of
 * that, and becomes the parent of the job, which ends as the job ended. When the gateway dies, that parent dies, then
 * init, and with it all that is in the namespace, whatever it did to its session, environment and signals.
 */
export function fullChain(host: JobHost, start: JobStart): readonly string[] {
  const { order, owner, hiddenPaths, keptFolder } = start;
  const [unshare, setpriv, shell] = [need(host, 'unshare'), need(host, 'setpriv'), need(host, 'sh')];
  const asRoot = host.canChangeUser ? [] : [unshare, '--user', '--map-root-user', '--'];
  const namespaces = ['--mount', '--ipc', '--uts', ...(order.hasNetwork ? [] : ['--net'])];
  return [
    ...asRoot,
    ...[setpriv, '--pdeathsig', 'KILL', '--'],
    ...[unshare, ...namespaces, '--', shell, '-c', hideScript, 'job'],
    ...[keptFolder ?? '', ...hiddenPaths, '--'],
    ...[unshare, '--pid', '--', shell, '-c', initScript, 'job'],
    ...[unshare, '--fork', '--kill-child', '--mount-proc', '--'],
    ...(host.canChangeUser
      ? [setpriv, ...ownerOptions(owner), ...noRights(true), '--']
      : [unshare, ...ownUser(host), '--keep-caps', '--', setpriv, ...noRights(true), '--']),
    ...jobChain(host, start),
  ];
}

/** The lesser form: no rights that it can gain, limits, and the first process dies with the gateway. */
export function lesserChain(host: JobHost, start: JobStart): readonly string[] {
  const setpriv = host.find('setpriv');
  const drop =
    setpriv === undefined
      ? []
      : [
          setpriv,
          ...['--pdeathsig', 'KILL'],
          ...(host.canChangeUser ? ownerOptions(start.owner) : []),
          ...noRights(host.canChangeUser),
          '--',
        ];
  return [...drop, ...jobChain(host, start)];
}

/** What is hidden is an empty folder or file; only what is kept shows in it. Paths: the kept one, those hidden, `--`. */
const hideScript = `set -eu
kept=$1
shift
[ -z "$kept" ] || exec 4<"$kept"
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mount -t tmpfs -o mode=0711,size=64k,nosuid,nodev egw "$1"
  elif [ -e "$1" ]; then mount --bind /dev/null "$1"; fi
  shift
done
shift
if [ -n "$kept" ]; then
  mkdir -p "$kept"
  mount --no-canonicalize --bind /proc/self/fd/4 "$kept"
  exec 4<&-
fi
exec "$@"`;

/** Signals that a process can be told to ignore do not reach init and its one child; it takes what others left behind. */
const initScript = `setpriv --pdeathsig KILL -- sh -c '
trap "" HUP INT QUIT USR1 USR2 PIPE ALRM TERM
sleep infinity & wait' >/dev/null 2>&1 &
echo "$!" >&2
exec "$@"`;

/** Said by the process that becomes the job, just before it does. */
export const begunLine = 'begun\n';

/** In its folder, first to die when memory is short, and both streams in the order in which it prints. */
const beginScript = `{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null
cd -- "$1" 2>/dev/null || { echo "the user $(id -un 2>/dev/null) cannot go into the folder $1" >&2; exit 126; }
shift
echo begun >&2
exec "$@" 2>&1`;

/** The part in which only the rights of the job are left. */
function jobChain(host: JobHost, { order, limits }: JobStart): readonly string[] {
  const nice = host.find('nice');
  const ionice = host.find('ionice');
  const prlimit = host.find('prlimit');
  return [
    ...(nice === undefined ? [] : [nice, '-n', '10']),
    ...(ionice === undefined ? [] : [ionice, '-t', '-c', '3']),
    ...[need(host, 'sh'), '-c', beginScript, 'job', order.cwd],
    ...[need(host, 'env'), '-i', '--', ...settingsOf(order)],
    ...(prlimit === undefined ? [] : [prlimit, ...limitOptions(limits), '--']),
    ...order.argv,
  ];
}

function settingsOf({ environment, runKey }: JobOrder): readonly string[] {
  return Object.entries({ ...environment, [runVariable]: runKey }).map(([name, value]) => `${name}=${value}`);
}

function ownUser({ userId, groupId }: JobHost): readonly string[] {
  return ['--user', `--map-user=${userId}`, `--map-group=${groupId}`];
}

function ownerOptions(owner: JobOwner | undefined): readonly string[] {
  if (owner === undefined) return [];
  return [`--reuid=${owner.userId}`, `--regid=${owner.groupId}`, '--clear-groups'];
}

function noRights(hasRights: boolean): readonly string[] {
  const none = ['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all'];
  return ['--no-new-privs', ...(hasRights ? none : [])];
}

/** The time of processors has a soft limit, which tells the job, a second before the hard one. */
function limitOptions(limits: HardLimits): readonly string[] {
  const { cpuSeconds, memoryBytes, filesMax, fileBytesMax } = limits;
  return [
    '--core=0',
    `--nproc=${limits.processesMax}`,
    ...(cpuSeconds === undefined ? [] : [`--cpu=${Math.ceil(cpuSeconds)}:${Math.ceil(cpuSeconds) + 1}`]),
    ...(memoryBytes === undefined ? [] : [`--as=${memoryBytes}`]),
    ...(filesMax === undefined ? [] : [`--nofile=${filesMax}`]),
    ...(fileBytesMax === undefined ? [] : [`--fsize=${fileBytesMax}`]),
  ];
}

function need(host: JobHost, program: string): string {
  const path = host.find(program);
  assert(path !== undefined, `jobs need the program ${program}`);
  return path;
}
