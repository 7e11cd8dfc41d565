/** The person who started the simulator gave it something it cannot use. `message` is one line: what is wrong and what to do. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
}
