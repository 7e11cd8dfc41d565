/** What the codes of more than one model mean. */
export const chargeStates = {
  1: 'OFF',
  2: 'EMPTY',
  3: 'DISCHARGING',
  4: 'CHARGING',
  5: 'FULL',
  6: 'HOLDING',
  7: 'TESTING',
};
export const enabling = { 0: 'DISABLED', 1: 'ENABLED' };
export const gridConnection = { 0: 'DISCONNECTED', 1: 'CONNECTED' };
