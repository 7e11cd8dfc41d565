/** Every limit that holds gateway-wide, with its unit last. */
export const limits = {
  /** Tasks the scheduler accepts before it refuses with `queue_full`. */
  tasksMax: 2_000_000,
  /** Task runs in one turn before input and output are served again. */
  turnRunsMax: 256,
  /** Time a turn may take before input and output are served again. */
  turnMsMax: 8,
  devicesMax: 256,
  pollIntervalMsMin: 200,
  pollIntervalMsMax: 24 * 3_600_000,
  requestTimeoutMsMin: 50,
  requestTimeoutMsMax: 30_000,
  /** Readings in one commit. */
  commitReadingsMax: 1_000,
  /** Readings that may wait for a commit before the oldest are shed and counted. */
  pendingReadingsMax: 100_000,
  httpBodyBytesMax: 65_536,
  httpSocketsPerAddressMax: 16,
  httpSocketsMax: 64,
  /** Rows in one answer; longer ranges come in pages or in a coarser resolution. */
  answerRowsMax: 20_000,
  tokensMax: 100,
  tokenLifeMsMax: 10 * 365 * 86_400_000,
  tokenLifeMsDefault: 365 * 86_400_000,
  eventStreamsMax: 16,
  configBytesMax: 1_048_576,
} as const;
