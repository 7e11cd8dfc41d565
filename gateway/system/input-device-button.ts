import type { ButtonLine, ButtonSource } from './button-source.ts';
import { complaintOf } from './button-source.ts';

/**
 * `struct input_event` (linux/input.h): seconds and microseconds, each as long as a pointer of the process that reads,
 * type (2), code (2), value (4).
 */
const timeBytesOfArch: Readonly<Record<string, number>> = { arm: 8, ia32: 8, mipsel: 8 };
const restBytes = 8;

/** linux/input-event-codes.h */
const typeMax = 0x1f;
const synchronisation = 0;
const droppedCode = 3;
const key = 1;
const keyCodeMax = 0x2ff;
const released = 0;
const pressed = 1;

/**
 * A device of `gpio-keys`, or any with keys. Reading a character device blocks a thread of Node that nothing can end, so
 * that a stop would wait for the next press: `od` reads it and is ended by a signal. Its C library hands on what each
 * `read` brought, as `stdbuf` tells it to. Left behind by a gateway that was killed, it ends at its next line.
 */
export function inputDeviceButton(path: string, arch: string): ButtonSource {
  const timeBytes = timeBytesOfArch[arch] ?? 16;
  const eventBytes = timeBytes + restBytes;
  return {
    call: () =>
      Promise.resolve({
        program: 'stdbuf',
        args: ['-oL', 'od', '-An', '-v', '-tx1', `-w${eventBytes}`, path],
      }),
    reader: () => {
      const down = new Set<number>();
      return (line) => readEvent(Buffer.from(line.replaceAll(' ', ''), 'hex'), timeBytes, down);
    },
    explain: (end) => {
      const complaint = end.exitCode === 0 ? 'it ended' : complaintOf(end);
      return { message: `the button ${path} cannot be read: ${complaint}`, hint: hintOf(path, complaint) };
    },
  };
}

/** Any key of the device is the button: it is down while one of them is. */
function readEvent(bytes: Buffer, timeBytes: number, down: Set<number>): ButtonLine {
  if (bytes.length !== timeBytes + restBytes) return 'garbled';
  const type = bytes.readUInt16LE(timeBytes);
  const code = bytes.readUInt16LE(timeBytes + 2);
  const value = bytes.readInt32LE(timeBytes + 4);
  const wasDown = down.size > 0;
  if (type > typeMax || bytes.readUInt32LE(timeBytes / 2) >= 1_000_000) return 'garbled';
  // The kernel had more than it kept: whether a key was let go meanwhile, nobody knows.
  if (type === synchronisation && code === droppedCode) down.clear();
  if (type === key && code <= keyCodeMax) {
    if (value === pressed) down.add(code);
    else if (value === released) down.delete(code);
  }
  if (wasDown === down.size > 0) return 'nothing';
  return wasDown ? 'release' : 'press';
}

function hintOf(path: string, complaint: string): string {
  if (/permission denied|not permitted/i.test(complaint)) {
    return "add the gateway's user to the group input, or hand the device to its container with its group (group_add)";
  }
  if (/no such (file|device)/i.test(complaint)) {
    return `look with ls -l /dev/input/by-path which there are, and set provisioning.button; ${path} is looked for again`;
  }
  if (/stdbuf|\bod\b|ENOENT/.test(complaint)) return 'install coreutils, whose od reads it';
  return 'set provisioning.button to the device of the button; it is tried again';
}
