import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/**
 * A Modbus TCP slave in a process of its own, so that only its client is measured: parent and child in one
 * file. Every register answers, with values that move a little at each request.
 */
export interface Slave {
  readonly ports: readonly number[];
  /** Forgets what was noted and begins a new window. */
  observe(): Promise<void>;
  /** What came since `observe`. */
  observed(): Promise<Observed>;
  /** From now on these units do not answer, and all others do. */
  silence(units: readonly number[]): Promise<void>;
  stop(): Promise<void>;
}

/** Times on the slave's monotonic clock. */
export interface Observed {
  readonly fromMs: number;
  readonly toMs: number;
  /** By `portIndex/unit`: when each request for input registers arrived. */
  readonly arrivalsMs: Readonly<Record<string, readonly number[]>>;
}

type Command =
  { readonly type: 'observe' | 'observed' } | { readonly type: 'silence'; readonly units: readonly number[] };

const serveArgument = 'serve-as-slave';
const requestBytes = 12;
const readInputRegisters = 4;

export async function startSlave(portCount: number): Promise<Slave> {
  const child = fork(fileURLToPath(import.meta.url), [serveArgument, String(portCount)]);
  const ports = (await answerOf(child)) as number[];
  const ask = async (command: Command): Promise<unknown> => {
    child.send(command);
    return await answerOf(child);
  };
  return {
    ports,
    observe: async () => {
      await ask({ type: 'observe' });
    },
    observed: async () => (await ask({ type: 'observed' })) as Observed,
    silence: async (units) => {
      await ask({ type: 'silence', units });
    },
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = (await once(child, 'message')) as [unknown];
  return answer;
}

if (process.argv[2] === serveArgument) await serve(Number(process.argv[3]));

async function serve(portCount: number): Promise<void> {
  let fromMs = 0;
  let isObserving = false;
  let arrivalsMs: Record<string, number[]> = {};
  let silent: readonly number[] = [];
  const ports = await Promise.all(
    Array.from({ length: portCount }, async (_, index) =>
      listen((request) => {
        const unit = request.readUInt8(6);
        if (isObserving && request.readUInt8(7) === readInputRegisters) {
          (arrivalsMs[`${index}/${unit}`] ??= []).push(performance.now());
        }
        return !silent.includes(unit);
      }),
    ),
  );
  process.on('disconnect', () => process.exit());
  process.on('message', (command: Command) => {
    if (command.type === 'silence') silent = command.units;
    if (command.type === 'observe') {
      isObserving = true;
      fromMs = performance.now();
      arrivalsMs = {};
    }
    process.send?.({ fromMs, toMs: performance.now(), arrivalsMs } satisfies Observed);
  });
  process.send?.(ports);
}

async function listen(mayAnswer: (request: Buffer) => boolean): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => attend(socket, mayAnswer));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function attend(socket: Socket, mayAnswer: (request: Buffer) => boolean): void {
  let rest: Buffer = Buffer.alloc(0);
  let answers = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    let stream = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (; stream.length >= requestBytes; stream = stream.subarray(requestBytes)) {
      answers += 1;
      if (mayAnswer(stream)) socket.write(answerTo(stream, answers));
    }
    rest = stream;
  });
}

/** Registers between 100 and 149; as a float, a plausible small number. */
function answerTo(request: Buffer, seed: number): Buffer {
  const count = request.readUInt16BE(10);
  const answer = Buffer.alloc(9 + 2 * count);
  request.copy(answer, 0, 0, 8);
  answer.writeUInt16BE(3 + 2 * count, 4);
  answer.writeUInt8(2 * count, 8);
  for (let index = 0; index < count; index += 1) {
    answer.writeUInt16BE(100 + ((seed + index * 7) % 50), 9 + 2 * index);
  }
  return answer;
}
