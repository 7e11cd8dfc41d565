/**
 * A gateway that tells people is killed between what it decides and what they get: messages that nobody got, and those
 * that came as two. `node dist/bench/alert-kills.js [--kills 5] [--seed 1]`
 */
import { killDuringAlerts } from './kills/alert-kills.ts';
import { numberArgument, print, printAim } from './measure.ts';

const kills = numberArgument('kills', 5);
const result = await killDuringAlerts({ seed: numberArgument('seed', 1), kills });
printAim('alert_kills.gateways', result.kills, 'kills', result.kills === kills);
printAim('alert_kills.at_work', result.killsAtWork, 'kills', result.killsAtWork > 0);
print('alert_kills.messages', result.expected, '');
printAim('alert_kills.lost', result.lost, 'messages', result.lost === 0);
printAim('alert_kills.doubled', result.doubled, 'messages', result.doubled === 0);
print('alert_kills.mails_again_with_their_id', result.mailRepeats, '');
print('alert_kills.sms_again', result.smsRepeats, '');
printAim('alert_kills.open', result.open, 'messages', result.open === 0);
