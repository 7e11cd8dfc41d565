// Whether the Bluetooth service of this container turns: exit 0 when it has put a sign of life (ble/sign-of-life.ts)
// lately. Neither an adapter that is missing nor a gateway that is away is ill health: it waits for both.
import { statSync } from 'node:fs';

const path = process.env.EGW_RADIO_ALIVE ?? '/tmp/egw-ble.alive';
const ageMsMax = 90_000;

const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
if (modifiedMs === undefined) end(`there is no ${path}`);
else if (Date.now() - modifiedMs > ageMsMax) end(`${path} is older than ${ageMsMax} ms`);

function end(complaint) {
  console.error(`unhealthy: ${complaint}`);
  process.exit(1);
}
