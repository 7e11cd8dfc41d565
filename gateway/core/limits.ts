/** Every limit that holds gateway-wide, with its unit last. */
export const limits = {
  /** Tasks the scheduler accepts before it refuses with `queue_full`. */
  tasksMax: 2_000_000,
  /** Task runs in one turn before input and output are served again. */
  turnRunsMax: 256,
  /** Time a turn may take before input and output are served again. */
  turnMsMax: 8,
  devicesMax: 256,
  /** Sources, and as many sinks. */
  configuredItemsMax: 64,
  /** Values and words in one answer of a source; characters of a name, and of a part's. */
  sourceFieldsMax: 2_000,
  quantityLengthMax: 200,
  partLengthMax: 80,
  /** Of what readings are named by: a device, or a source with its part. */
  seriesDeviceLengthMax: 145,
  pollIntervalMsMin: 200,
  pollIntervalMsMax: 24 * 3_600_000,
  requestTimeoutMsMin: 50,
  requestTimeoutMsMax: 30_000,
  /** Readings in one commit. */
  commitReadingsMax: 1_000,
  /** Readings of the past in one call of the database, each of which holds up commits; and in one request. */
  historyReadingsMax: 4_000,
  /** Records of a batch of telemetry, beside its first commit; what one may come to; and notes that wait to be sealed. */
  telemetryBatchBytesMax: 98_304,
  telemetryBodyBytesMax: 16 * 1_048_576,
  telemetryEventsMax: 1_000,
  /** Append keys kept after their commit was packed: a retry within that many commits stores nothing twice. */
  appendKeysMax: 5_000,
  /** Readings kept decoded in the database worker between their commit and their packing. */
  decodedReadingsMax: 100_000,
  /** Calls that may wait for the database worker before it refuses with `queue_full`. */
  databaseCallsMax: 1_000,
  auditLinesMax: 10_000,
  /** Audit lines of refusals that one principal may cause at once, and then in a minute. */
  refusalLinesBurst: 30,
  refusalLinesPerMinute: 6,
  /** Readings that may wait for one kind of blocking work, and time that one may take its thread. */
  blockingQueueLengthMax: 16,
  blockingAnswerMsMax: 90_000,
  /** What a source says in words, in UTF-16 units; and how many of one name are kept. */
  textLengthMax: 1_000,
  textsPerNameMax: 10_000,
  /** Between two salvagings of a damaged database. */
  salvageIntervalMsMin: 3_600_000,
  /** The file that keeps room for a full disk; less on a small one. */
  ballastBytesMax: 8 * 1_048_576,
  ballastBytesMin: 262_144,
  /** What the database may take unless the configuration says; less on a small disk. */
  quotaBytesDefault: 4 * 1_073_741_824,
  quotaMbMin: 4,
  quotaMbMax: 1_048_576,
  /** Free room in the database and on its disk below which the oldest history gives way; less on small ones. */
  freeBytesWanted: 16 * 1_048_576,
  /** Room that readings leave to what is more urgent: what devices are told, settings, the audit log. */
  urgentBytesReserve: 1_048_576,
  /** Writes that are kept in memory while the medium takes none. */
  carriedCallsMax: 10_000,
  /** Changes of the storage's state that wait to be put into the audit log. */
  unauditedLinesMax: 100,
  /** A database that is copied to be read while its medium cannot be used. */
  standInBytesMax: 256 * 1_048_576,
  /** Readings that may wait for a commit before the oldest are shed and counted. */
  pendingReadingsMax: 100_000,
  httpBodyBytesMax: 65_536,
  /** A request with readings of the past. */
  historyBytesMax: 262_144,
  /** A request with what another program knew of a server that is shared: ten years of it, and its stretches of energy. */
  tsmBytesMax: 2 * 1_048_576,
  tsmStretchesMax: 10_000,
  httpSocketsPerAddressMax: 16,
  httpSocketsMax: 64,
  /** Connections that one address may open: so many at once, and so many a second from then on. */
  httpConnectionsAtOnceMax: 100,
  httpConnectionsPerSecondMax: 20,
  /** Rows in one answer; longer ranges come in pages or in a coarser resolution. */
  answerRowsMax: 20_000,
  /** Latest rows of one device that are shown side by side, and values in all. */
  recentRowsMax: 1_000,
  recentValuesMax: 200_000,
  /** Rows of a long answer that are in memory at one time: reading them holds the database worker some milliseconds. */
  exportPageRowsMax: 5_000,
  /** Time that a reader of a long answer may pause, as `less` does. */
  streamSilenceMsMax: 600_000,
  tokensMax: 100,
  tokenLifeMsMax: 10 * 365 * 86_400_000,
  tokenLifeMsDefault: 365 * 86_400_000,
  pairingWindowMs: 5 * 60_000,
  pairingTriesMax: 5,
  /** Of what the radio asks over its socket: a line, asks that wait, and answers that it does not read. */
  nearbyLineBytesMax: 16_384,
  nearbyAsksMax: 16,
  nearbyUnreadBytesMax: 262_144,
  /** Somebody nearby: since a touch, and until a handshake or a session that nothing comes of is over. */
  nearbyDoorMs: 5 * 60_000,
  nearbyImprovMs: 60_000,
  nearbyAncestorMs: 3 * 60_000,
  nearbyHandshakeMs: 30_000,
  nearbySessionIdleMs: 60_000,
  /** After a network was joined, for the address of the page. */
  nearbyFollowMs: 10_000,
  nearbyTriesMax: 5,
  nearbyWaitMsMax: 300_000,
  nearbyHellosPerSecond: 1,
  nearbyVerbsPerSecond: 10,
  /** Bad tokens and wrong codes from one address in a minute before it is told to wait. */
  failedAttemptsPerMinuteMax: 10,
  /** The longest that it is told to wait: each time twice as long. */
  failedAttemptsWaitMsMax: 3_600_000,
  clientKeysMax: 64,
  /** Requests that a page with many charts may make at once when it is opened. */
  readBurst: 100,
  /** Of what tells devices, and of what changes the gateway. */
  controlBurst: 5,
  adminBurst: 10,
  /** Commands of one person on Discord at once; people give one after the other. */
  spokenBurst: 30,
  rateBucketsMax: 1_024,
  /** How late the process may be before strangers have to wait. */
  loopLagMsMax: 200,
  /** How far the time of a signed request may be from the clock of the gateway. */
  signedTimeOffMsMax: 60_000,
  /** After a start only challenges are signed: until what was signed before it is too old. */
  challengeOnlyMs: 120_000,
  /** More than a key can use in the time that they are kept, at the rate that it may ask. */
  noncesPerKeyMax: 8_192,
  challengeLifeMs: 30_000,
  challengesMax: 512,
  challengesPerOriginMax: 32,
  securityEventsMax: 10_000,
  /** Jobs that are kept, ended ones among them; the oldest of those give way. */
  jobsKeptMax: 50_000,
  /** Jobs that have not ended; characters of a command line; words of one; and the end of what a run prints. */
  jobsOpenMax: 10_000,
  /** Of those that wait, the most urgent are planned: more would take a small machine longer than a plan holds. */
  jobsPlannedMax: 1_000,
  /** All those together, in characters: they are kept in memory; and what one page of a list holds of commands. */
  jobsOpenLengthMax: 8_388_608,
  jobPageLengthMax: 524_288,
  jobLineLengthMax: 65_536,
  jobWordsMax: 1_000,
  jobOutputBytesMax: 65_536,
  /** A request with a job. */
  jobBodyBytesMax: 262_144,
  /** Processes of a job that was not told how many it may have. */
  jobProcessesMax: 256,
  /** Jobs whose savings are added up in one go, and how long a time of signals is told in one answer. */
  savingsJobsMax: 2_000,
  outlookMsMax: 14 * 86_400_000,
  /** One file of a spool; names of it that are looked at in one go; and files that are kept once they are done with. */
  spoolFileBytesMax: 65_536,
  spoolNamesMax: 10_000,
  spoolFilesKept: 1_000,
  /** Hours of the grid in one call of the database. */
  gridHoursMax: 2_000,
  /** Stretches of phases in one call of the database: a week of minutes that all differ. */
  phaseSpansMax: 10_080,
  /** Days of Tempo in one call of the database, and what is kept of what was believed of one before. */
  tempoDaysMax: 10_000,
  tempoCorrectionsMax: 20,
  /** Prices of Tempo that are kept: they change twice a year. */
  tempoPricesMax: 200,
  /** Characters of a file of prices. */
  tempoPriceTextLengthMax: 131_072,
  /** Intervals of a meter in one call of the database: two a day of 27 years. */
  meteredIntervalsMax: 20_000,
  /** Tariff days of the server in one answer, twenty years, and unless said. */
  serverDaysMax: 7_305,
  serverDaysDefault: 366,
  /** Orders to the server that are kept; the oldest gives way. */
  serverOrdersKeptMax: 10_000,
  membersMax: 1_000,
  presencesMax: 10_000,
  /** Derogations in one answer. */
  derogationsMax: 10_000,
  /** Of one member, not over yet. */
  derogationsAheadMax: 100,
  /** Minutes, phases or events of a boiler in one answer: three days of minutes. */
  boilerRowsMax: 4_320,
  /** States, alerts and what is forgotten in one call of the database, each; and whom one alert goes to:
   * all recipients that can be configured. */
  alertsNotedMax: 1_000,
  /** Rules in the configuration, of one's own and what is set of others. */
  alertRulesMax: 200,
  alertDeliveriesMax: 16_384,
  /** Different security events that wait to be written down; what comes beyond is one event. */
  securityEventsPending: 64,
  /** Between two writes of security events. */
  securityWriteIntervalMs: 10_000,
  /** Security events in an hour from which on the health of the gateway tells of them. */
  securityEventsPerHourNoted: 100,
  eventStreamsMax: 16,
  /** Unsent bytes of one event stream before its reader is dropped as too slow. */
  eventStreamBytesMax: 262_144,
  eventHeartbeatMs: 5_000,
  /** Live streams whose readers have not said yet who they are, and time to do so. */
  liveProofsMax: 16,
  liveProofMsMax: 5_000,
  /** A message that a reader of a live stream may send. */
  liveMessageBytesMax: 4_096,
  configBytesMax: 1_048_576,
  configAliasesMax: 100,
  /** Of a file of prices: two years of quarters of an hour, which take half a second to read. */
  spotPricesLengthMax: 2 * 1_048_576,
  /** A text file of the gateway's own: configuration, state. */
  textFileBytesMax: 8 * 1_048_576,
  resolvedNamesMax: 256,
  /** Connections that looking for devices tries at once, and how long each may take. */
  sweepConnectionsMax: 64,
  sweepConnectMsMax: 1_000,
  /** Between two scans of the network. */
  scanIntervalMs: 300_000,
  /** Places that are asked at once what stands there. */
  identifiedAtOnceMax: 8,
  /** Services of others that are listened to at one time, and their notes on each. */
  foundServicesMax: 256,
  serviceNotesMax: 32,
  /** Requests that finding out what one place is may take, and time. */
  identifyRequestsMax: 200,
  identifyMsMax: 40_000,
  /** Questions of people and other masters that may wait for one device. */
  questionsMax: 8,
  /** Time that one of them takes its device's lane. */
  questionUseMsMax: 10_000,
  /** Time that reading everything of a device may take: less than a command line waits. */
  deviceReadMsMax: 18_000,
  leaseMsMin: 1_000,
  leaseMsDefault: 60_000,
  leaseMsMax: 300_000,
  /** Closed intents that are kept for people to look back. */
  controlIntentsMax: 1_000,
  /** Commands that may wait for one control of one device. */
  controlCallsMax: 8,
  /** Time that a set point waits for its device's lane before it is given up. */
  controlWaitMsMax: 10_000,
  /** Time that a command takes its device's lane. */
  controlUseMsMax: 20_000,
  /** Time that putting devices back may take when the gateway stops; what is left is done at the next start. */
  controlStopMsMax: 2_000,
  /** Parts of the log that can have a level of their own. */
  loggersMax: 1_000,
  /** Messages for people that are kept; the oldest gives way. */
  notificationsMax: 10,
  /** Time that joining a wireless network may take; and, once that is over, going back to the one of before. */
  wirelessJoinMsMax: 60_000,
  wirelessReturnMsMax: 25_000,
  /** Time that looking for wireless networks may take, and how long what was found holds. */
  wirelessScanMsMax: 15_000,
  wirelessScanHeldMs: 5_000,
  /** Networks in one answer. */
  wirelessNetworksMax: 20,
  /** Time that one question to a service on the system's bus may take. */
  busAnswerMsMax: 10_000,
  /** Time that looking whether the internet can be reached may take. */
  internetCheckMsMax: 3_000,
  /** Messages to one MQTT broker that may wait for its word at one time. */
  mqttInFlightMax: 20,
  /** One packet of an MQTT broker; larger ones are dropped. */
  mqttMessageBytesMax: 65_536,
} as const;
