import type { WriteFacts } from '../../gateway/features/storage-care/write-cost.ts';

/** What storing costs in the stub home: measured for a day and a half. */
export function stubWriteFacts(): WriteFacts {
  return {
    written: [
      { over: 'hour', measuredMs: 3_600_000, perDayBytes: 187_000_000, perReadingBytes: 54.2 },
      { over: 'day', measuredMs: 86_400_000, perDayBytes: 191_000_000, perReadingBytes: 55.3 },
      { over: 'ever', measuredMs: 131_000_000, perDayBytes: 192_000_000, perReadingBytes: 55.6 },
    ],
    card: { sizeBytes: 32_000_000_000, writesPerCell: 300, writeAmplification: 4, lifeYears: 34 },
    policies: [
      {
        policy: 'durable',
        active: false,
        losesAtMostMs: 1_000,
        perDayBytes: 828_000_000,
        cardLifeYears: 7.9,
      },
      {
        policy: 'balanced',
        active: true,
        losesAtMostMs: 10_000,
        perDayBytes: 191_000_000,
        cardLifeYears: 34,
      },
      { policy: 'sdcard', active: false, losesAtMostMs: 60_000, perDayBytes: 132_000_000, cardLifeYears: 50 },
    ],
  };
}
