/** What each setting of a serial line may be. */
export const serialSettingValues = {
  baudRate: [1_200, 2_400, 4_800, 9_600, 14_400, 19_200, 38_400, 57_600, 115_200],
  parity: ['none', 'even', 'odd'],
  stopBits: [1, 2],
} as const;
