import { configureGlobal } from 'fast-check';

/** What properties are tried with, unless `EGW_TEST_SEED` says something else: `random`, or a number. */
const usualSeed = 20_261_121;

// A run that failed is told from one that passed by the code alone. New inputs are tried by the scoreboard, which
// sets `random`, and by whoever runs a file by itself.
const wanted = process.env['EGW_TEST_SEED'] ?? String(usualSeed);
if (wanted !== 'random') configureGlobal({ seed: Number(wanted) });
