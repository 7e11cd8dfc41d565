import { monotonicMs, wallMs, type Clock } from '../../../gateway/core/clock.ts';

/** Time stands still but for waits, which are over at once. */
export class StillClock {
  nowMs = 5_000;
  readonly waits: number[] = [];
  /** What happens in each wait. */
  meanwhile: (() => Promise<void>) | undefined;

  ports(): { clock: Clock; wait: (ms: number) => Promise<void> } {
    return {
      clock: { wall: () => wallMs(this.nowMs), monotonic: () => monotonicMs(this.nowMs) },
      wait: async (ms) => {
        this.waits.push(ms);
        this.nowMs += ms;
        await this.meanwhile?.();
      },
    };
  }
}
