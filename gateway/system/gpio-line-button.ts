import type { ProgramCall, Programs } from '../core/programs.ts';
import type { ButtonProblem, ButtonSource } from './button-source.ts';
import { complaintOf } from './button-source.ts';

/** What the kernel keeps back where it can; gestures have a longer one of their own. */
const debounce = '5ms';
/** The first version of libgpiod that could pull a line up. */
const biasMinorMin = 5;

/**
 * A line of a GPIO chip, active low and pulled up, by `gpiomon` of libgpiod. Versions 1 and 2 take other options, and
 * number falling and rising edges otherwise (gpiomon(1) of each). With `--active-low` a rising edge is a press in both.
 */
export function gpioLineButton(chip: string, line: string): ButtonSource {
  let pressedMark = '1';
  let releasedMark = '0';
  return {
    call: async (programs) => {
      const version = await versionOf(programs);
      if ('message' in version) return version;
      if (version.major === 1) {
        [pressedMark, releasedMark] = ['1', '0'];
        return callOfVersion1(chip, line, version.minor);
      }
      [pressedMark, releasedMark] = ['1', '2'];
      return callOfVersion2(chip, line);
    },
    reader: () => (text) => {
      const mark = text.trim();
      if (mark === pressedMark) return 'press';
      return mark === releasedMark ? 'release' : 'garbled';
    },
    explain: (end) => {
      const complaint = complaintOf(end);
      return {
        message: `the button at line ${line} of ${chip} cannot be seen: ${complaint}`,
        hint: hintOf(complaint),
      };
    },
  };
}

function callOfVersion1(chip: string, line: string, minor: number): ProgramCall {
  const bias = minor >= biasMinorMin ? ['--bias=pull-up'] : [];
  return {
    program: 'gpiomon',
    args: ['--active-low', ...bias, '--line-buffered', '--format=%e', chip, line],
  };
}

function callOfVersion2(chip: string, line: string): ProgramCall {
  return {
    program: 'gpiomon',
    args: [
      '--active-low',
      '--bias=pull-up',
      `--debounce-period=${debounce}`,
      '--format=%e',
      '--chip',
      chip,
      line,
    ],
  };
}

async function versionOf(
  programs: Programs,
): Promise<{ readonly major: number; readonly minor: number } | ButtonProblem> {
  const end = await programs.run({ program: 'gpiomon', args: ['--version'] });
  const found = /\bv(\d+)\.(\d+)/.exec(end.output);
  if (end.exitCode === 0 && found !== null) return { major: Number(found[1]), minor: Number(found[2]) };
  const isMissing = end.exitCode === 127;
  return {
    message: isMissing
      ? 'a button at a GPIO line needs gpiomon, which is not installed'
      : `gpiomon does not tell its version: ${complaintOf(end)}`,
    hint: 'install the package gpiod, version 1.4 or later',
  };
}

function hintOf(complaint: string): string {
  if (/permission denied|not permitted/i.test(complaint)) {
    return "add the gateway's user to the group gpio, or hand /dev/gpiochipN to its container with its group (group_add)";
  }
  if (/busy/i.test(complaint))
    return 'another program has this line: see gpioinfo, and end it or take another line';
  if (/no such|not found|cannot find|invalid argument|unable to (open|find)/i.test(complaint)) {
    return 'look with gpiodetect and gpioinfo which chips and lines there are, and set provisioning.button';
  }
  return 'set provisioning.button to the line of the button; it is tried again';
}
