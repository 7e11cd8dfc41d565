const minuteS = 60;
const hourS = 60 * minuteS;
const dayS = 24 * hourS;
const days = 60;

/**
 * What goes wrong with the boiler of the demo home, as a fault plan of the simulator: in seconds after the start. A door
 * stands open, so that it burns and holds by night and in summer too. Its fire goes out after eight minutes, until
 * somebody comes; and each day, three hours after the start, its silo is empty for three hours.
 */
export function demoBoilerPlan(): string {
  const doorOpen = { kind: 'door-open', fromS: 0, untilS: days * dayS };
  const fireOut = { kind: 'fire-out', fromS: 8 * minuteS, untilS: 41 * minuteS };
  const emptySilos = Array.from({ length: days }, (_, day) => ({
    kind: 'empty-silo',
    fromS: day * dayS + 3 * hourS,
    untilS: day * dayS + 6 * hourS,
  }));
  return JSON.stringify({ boiler: [doorOpen, fireOut, ...emptySilos] });
}
