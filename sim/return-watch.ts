export interface ReturnParts {
  /** By source: how often it is read. */
  readonly periodsMs: ReadonlyMap<string, number>;
  report(message: string): void;
}

const silentPeriods = 3;
/** From the first word of a source that is back until that is on disk. */
const storedMsMax = 5_000;

/** Watches that what a source says after a start or a long silence is stored at once, and not with the next commit. */
export class ReturnWatch {
  readonly #parts: ReturnParts;
  readonly #heardMs = new Map<string, number>();
  readonly #backMs = new Map<string, number>();
  #checks = 0;

  constructor(parts: ReturnParts) {
    this.#parts = parts;
  }

  get checks(): number {
    return this.#checks;
  }

  /** What nobody has stored is asked for again. */
  restarted(): void {
    this.#heardMs.clear();
    this.#backMs.clear();
  }

  heard(source: string, nowMs: number): void {
    const periodMs = this.#parts.periodsMs.get(source);
    if (periodMs === undefined) return;
    const lastMs = this.#heardMs.get(source) ?? -Infinity;
    this.#heardMs.set(source, nowMs);
    if (nowMs - lastMs > silentPeriods * periodMs && !this.#backMs.has(source))
      this.#backMs.set(source, nowMs);
  }

  stored(source: string, nowMs: number): void {
    const backMs = this.#backMs.get(source);
    if (backMs === undefined) return;
    this.#backMs.delete(source);
    this.#judge(source, nowMs - backMs);
  }

  look(nowMs: number): void {
    for (const [source, backMs] of this.#backMs)
      if (nowMs - backMs > storedMsMax) this.#judge(source, nowMs - backMs);
  }

  #judge(source: string, afterMs: number): void {
    this.#checks += 1;
    if (afterMs > storedMsMax) this.#parts.report(`${source} is back, and not stored ${afterMs} ms later`);
  }
}
