/** A machine on a plug, in the time of a test: it does what it is told, when it is told, later, or not at all. */
export class Machine {
  isOn = true;
  /** Commands that reached it, with when: `off 120`, seconds since the test began. */
  readonly got: string[] = [];
  /** Until it is off, and on. */
  offTakesMs = 90_000;
  onTakesMs = 60_000;
  /** So many commands it does not obey. */
  deafFor = 0;
  #changeAtMs: number | undefined;
  #changesTo = true;

  tell(position: 'on' | 'off', nowMs: number, sinceMs: number): void {
    this.got.push(`${position} ${Math.round((nowMs - sinceMs) / 1_000)}`);
    if (this.deafFor > 0) {
      this.deafFor -= 1;
      return;
    }
    const isOn = position === 'on';
    // What is shutting down hears no magic packet; what is on is woken by none.
    if (this.#changeAtMs !== undefined || isOn === this.isOn) return;
    this.#changesTo = isOn;
    this.#changeAtMs = nowMs + (isOn ? this.onTakesMs : this.offTakesMs);
  }

  live(nowMs: number): void {
    if (this.#changeAtMs === undefined || nowMs < this.#changeAtMs) return;
    this.isOn = this.#changesTo;
    this.#changeAtMs = undefined;
  }

  /** As the plug shows it. */
  get watts(): number {
    return this.isOn ? 85 : 2;
  }
}
