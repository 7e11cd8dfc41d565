import t from 'tap';
import {
  chooseConfiguration,
  judgeTrial,
  trialMs,
  trialStartsMax,
} from '../../gateway/config/choose-configuration.ts';
import type { CurrentFile, TrialState } from '../../gateway/config/choose-configuration.ts';

const good = 'site:\n  name: Barn\n';
const lastGood = { hash: 'good', text: good, promotedMs: 1 };
const trial = (hash: string, starts: number): TrialState => ({
  lastGood,
  trial: { hash, startedMs: 1, starts },
});
const rejection = { hash: 'new', why: 'broke', atMs: 1 };

const files: Readonly<Record<string, CurrentFile>> = {
  same: { text: good, hash: 'good', problem: undefined },
  changed: { text: 'site:\n  name: Home\n', hash: 'new', problem: undefined },
  invalid: { text: 'site: [', hash: 'bad', problem: 'not good YAML' },
  unreadable: { text: undefined, hash: 'none', problem: 'no rights' },
  missing: { text: undefined, hash: 'none', problem: undefined },
  empty: { text: '\n \n', hash: 'blank', problem: undefined },
  cut: { text: 'site:\n  name: Ba', hash: 'cut', problem: undefined },
  shortened: { text: 'site:\n', hash: 'short', problem: undefined },
  unterminated: { text: good.trimEnd(), hash: 'end', problem: undefined },
};

const states: Readonly<Record<string, TrialState>> = {
  fresh: {},
  known: { lastGood },
  failing: trial('new', trialStartsMax),
  trying: trial('new', trialStartsMax - 1),
  other: trial('other', 99),
  rejected: { lastGood, rejection },
};

const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  same: {
    fresh: 'current trial',
    known: 'current same',
    failing: 'current same',
    trying: 'current same',
    other: 'current same',
    rejected: 'current same',
  },
  changed: {
    fresh: 'current trial',
    known: 'current trial',
    failing: 'last-good failed_to_start',
    trying: 'current trial',
    other: 'current trial',
    rejected: 'last-good rejected_before',
  },
  shortened: {
    fresh: 'current trial',
    known: 'current trial',
    failing: 'current trial',
    trying: 'current trial',
    other: 'current trial',
    rejected: 'current trial',
  },
  unterminated: {
    fresh: 'current trial',
    known: 'current trial',
    failing: 'current trial',
    trying: 'current trial',
    other: 'current trial',
    rejected: 'current trial',
  },
  ...damaged('invalid', 'unusable'),
  ...damaged('unreadable', 'unusable'),
  ...damaged('missing', 'missing'),
  ...damaged('empty', 'empty'),
  ...damaged('cut', 'cut_short'),
};

function damaged(file: string, why: string): Record<string, Record<string, string>> {
  const answers = Object.keys(states).map((state) => [
    state,
    state === 'fresh' ? 'current trial' : `last-good ${why}`,
  ]);
  return { [file]: Object.fromEntries(answers) as Record<string, string> };
}

for (const [file, current] of Object.entries(files)) {
  t.test(`a file that is ${file} is chosen or not as the table says`, (t) => {
    for (const [name, state] of Object.entries(states)) {
      const { use, why } = chooseConfiguration(current, state);
      t.equal(`${use} ${why}`, table[file]?.[name], name);
    }
    t.end();
  });
}

t.test('a trial ends well after its time, and badly at the first broken contract', (t) => {
  t.equal(judgeTrial(0, true), 'wait');
  t.equal(judgeTrial(trialMs - 1, true), 'wait');
  t.equal(judgeTrial(trialMs, true), 'promote');
  t.equal(judgeTrial(0, false), 'reject');
  t.equal(judgeTrial(trialMs, false), 'reject');
  t.end();
});
