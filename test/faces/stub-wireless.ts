import type { Alarm } from '../../gateway/core/clock.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import type { BoundCommand } from '../../gateway/features/command.ts';
import { JoiningDesk } from '../../gateway/features/provisioning/joining-desk.ts';
import { bindWifiCommands } from '../../gateway/features/provisioning/wifi-commands.ts';
import { SimulatedWireless } from '../../sim/simulated-wireless.ts';
import type { ManualTime } from './manual-time.ts';

/** Nothing takes time here. */
const hasty: Alarm = {
  at: (_atMs, callback) => {
    let isCancelled = false;
    queueMicrotask(() => {
      if (!isCancelled) callback();
    });
    return () => (isCancelled = true);
  },
  nextTurn: (callback) => hasty.at(0 as Parameters<Alarm['at']>[0], callback),
};

/** The commands of Wi-Fi over two simulated networks. */
export function stubWirelessCommands(time: ManualTime): readonly BoundCommand[] {
  const wireless = new SimulatedWireless({
    ...{ clock: time, alarm: hasty },
    networks: [
      { ssid: 'home', password: 'right-password', signalPct: 80 },
      { ssid: 'guests \u001b[31m', security: 'open', signalPct: 30 },
    ],
  });
  const joining = new JoiningDesk({ wireless, clock: time, alarm: time, logger: silentLogger });
  return bindWifiCommands({ wireless, joining });
}
