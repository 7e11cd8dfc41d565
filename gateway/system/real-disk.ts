import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Disk } from '../core/disk.ts';
import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { makeFolder } from './make-folder.ts';

/** The machine's files. Folders are made as needed, for their owner only. */
export const realDisk: Disk = {
  readText: (path) => {
    try {
      return readUtf8(path);
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause;
      const code = systemCodeOf(cause);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw unreadable(path, readHints[code] ?? 'check the file and the disk', cause);
    }
  },
  writeText: (path, text, mode = 0o600) => {
    try {
      writeWhole(path, text, mode);
    } catch (cause) {
      throw unusable(path, 'written', cause);
    }
  },
  remove: (path) => {
    try {
      rmSync(path, { force: true });
    } catch (cause) {
      throw unusable(path, 'removed', cause);
    }
  },
};

function readUtf8(path: string): string {
  // Asked before it is opened: opening a pipe waits for whoever writes to it.
  const kind = statSync(path);
  if (kind.isDirectory()) throw unreadable(path, 'it is a directory; name a file in it');
  if (!kind.isFile()) throw unreadable(path, 'it is not a plain file');
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > limits.textFileBytesMax) {
      throw unreadable(path, `it is ${size} bytes long, more than ${limits.textFileBytesMax}`);
    }
    return decodeUtf8(path, readFileSync(file));
  } finally {
    closeSync(file);
  }
}

function decodeUtf8(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, 'it is not UTF-8 text; save it as UTF-8', cause);
  }
}

/** The temporary file's name is fixed, so that what a power cut leaves is overwritten by the next write. */
function writeWhole(path: string, text: string, mode: number): void {
  const folder = dirname(path);
  const temporary = `${path}.tmp`;
  makeFolder(folder, 0o700);
  rmSync(temporary, { force: true });
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      fchmodSync(file, mode);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** Without it the rename itself may be lost by a power cut. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function unreadable(path: string, hint: string, cause?: unknown): GatewayError {
  return new GatewayError('config_unreadable', `the file ${path} cannot be read`, {
    hint,
    cause,
    facts: { file: path },
  });
}

function unusable(path: string, verb: string, cause: unknown): GatewayError {
  const code = systemCodeOf(cause);
  return new GatewayError('data_dir_unusable', `the file ${path} cannot be ${verb}: ${code}`, {
    hint: writeHints[code] ?? 'check the data directory and its disk',
    cause,
    facts: { file: path, reason: code },
  });
}

const readHints: Readonly<Record<string, string>> = {
  EACCES: 'give the gateway the right to read it',
  EPERM: 'give the gateway the right to read it',
  ELOOP: 'its links lead back to themselves',
  EIO: 'the disk fails; check the card',
};

const writeHints: Readonly<Record<string, string>> = {
  EACCES: 'give the gateway the right to write there, or set EGW_DATA_DIR to another folder',
  EDQUOT: 'make room on the disk',
  EIO: 'the disk fails; check the card',
  ENOSPC: 'make room on the disk',
  EEXIST: 'a part of the path is a file; set EGW_DATA_DIR to a folder',
  ENOTDIR: 'a part of the path is a file; set EGW_DATA_DIR to a folder',
  EPERM: 'give the gateway the right to write there, or set EGW_DATA_DIR to another folder',
  EROFS: 'the disk is mounted read-only; set EGW_DATA_DIR to one that is not',
};

function systemCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
