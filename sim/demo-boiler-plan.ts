const minuteS = 60;
const hourS = 60 * minuteS;
const dayS = 24 * hourS;
const days = 60;

/**
 * What goes wrong with the boiler of the demo home, as a fault plan of the simulator: in seconds after the start. Its
 * fire has been out since last night, until somebody comes; and each day, three hours after the start, its silo is empty for
 * three hours.
 */
export function demoBoilerPlan(): string {
  const emptySilos = Array.from({ length: days }, (_, day) => ({
    kind: 'empty-silo',
    fromS: day * dayS + 3 * hourS,
    untilS: day * dayS + 6 * hourS,
  }));
  const fireOut = { kind: 'fire-out', fromS: -14 * hourS, untilS: 8 * minuteS };
  return JSON.stringify({ boiler: [fireOut, ...emptySilos] });
}
