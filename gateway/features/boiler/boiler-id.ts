/** There is one boiler: its name in the store, and the subject of its alerts. */
export const boilerId = 'boiler';
