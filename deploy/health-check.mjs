// Asks the gateway of this container, over its own socket, whether work gets done: exit 0 when it does.
// The socket is where the data are, whatever port the configuration says.
import { request } from 'node:http';
import { join } from 'node:path';

const timeout = 4_000;
const socketPath = join(process.env.EGW_DATA_DIR ?? '/data', 'egw.sock');
const asking = request({ socketPath, path: '/api/health', timeout }, (response) => {
  response.resume();
  end(response.statusCode === 200 ? undefined : `the gateway answers ${response.statusCode}`);
});
asking.once('timeout', () => asking.destroy(new Error(`no answer within ${timeout} ms`)));
asking.once('error', (error) => end(error.message));
asking.end();

function end(complaint) {
  if (complaint !== undefined) console.error(`unhealthy: ${complaint}`);
  process.exit(complaint === undefined ? 0 : 1);
}
