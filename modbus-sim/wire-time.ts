/** A character on a line of 8 data bits: a start bit, and either parity and one stop bit, or two stop bits. */
const bitsPerCharacter = 11;

/**
 * How long a request, the silence after it and its answer take on a serial line, milliseconds: "MODBUS over Serial
 * Line V1.02", section 2.5.1.1: 3.5 characters of silence, fixed at 1.75 ms above 19,200 baud.
 */
export function exchangeMs(baudRate: number, requestBytes: number, answerBytes: number): number {
  const characterMs = (bitsPerCharacter * 1000) / baudRate;
  const silenceMs = baudRate > 19_200 ? 1.75 : 3.5 * characterMs;
  return (requestBytes + answerBytes) * characterMs + silenceMs;
}
