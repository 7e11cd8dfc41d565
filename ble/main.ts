// egw-ble: the gateway's radio. It advertises, joins fragments, opens and seals records, and asks the gateway over its
// socket; it decides nothing. docs/provisioning-protocol.md, section 5.
import { homedir } from 'node:os';
import { startBluetoothService } from './bluetooth-service.ts';
import { GatewayLink } from './gateway-link/gateway-link.ts';
import { hardwareName } from './hardware-name.ts';
import { lineLog } from './line-log.ts';
import { BlenoRadio } from './radio/bleno-radio.ts';
import { realClock } from './real-clock.ts';
import { putSignsOfLife } from './sign-of-life.ts';
import { socketPath } from './socket-path.ts';

/** Of ending in order; what is not done by then is left. */
const endMsMax = 1_500;

const clock = realClock;
const log = lineLog(
  (line) => process.stdout.write(line),
  () => Date.now(),
);
process.on('uncaughtException', (error) => {
  // Whoever started it starts it again, with nothing of what went wrong.
  log.say('error', `a fault of the program: ${error.stack ?? error.message}`);
  process.exit(1);
});

const radio = new BlenoRadio({ clock });
const ask = new GatewayLink({ path: socketPath(process.env, homedir()), clock, log });
const service = startBluetoothService({ radio, ask, clock, log, hardware: hardwareName() });
ask.start();
void radio.start();
const { EGW_RADIO_ALIVE: alivePath = '' } = process.env;
if (alivePath !== '') putSignsOfLife(alivePath, clock);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    log.say('info', `ends by ${signal}`);
    // bleno leaves timers behind, and the driver may hold a socket: whatever is left ends with the process.
    clock.after(endMsMax, () => process.exit(0));
    void service
      .close()
      .then(async () => await radio.close())
      .finally(() => {
        ask.close();
        process.exit(0);
      });
  });
}
