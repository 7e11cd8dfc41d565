/*
 * Loaded before a program (LD_PRELOAD), it makes calls fail that change the files of the folder EGW_FAULT_FOLDER, and
 * writes down in EGW_FAULT_LOG those that succeed, with their data, and what the program prints, all in one order.
 * Memory maps are not seen.
 *
 * EGW_FAULT='KINDS FROM-TO ERROR': of the calls of these kinds (w writes, t truncates, s syncs, n makes, renames or
 * removes) the FROMth to the TOth do not happen, and fail with the error's number; 0 kills the process there.
 *
 * A record is a header, the name (relative to the folder) and the data; see recording.ts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, FAILED_SYNC, SYNC_FOLDER, UNLINK, RENAME, PRINT };
enum { NOT_OURS, OUR_FILE, OUR_FOLDER };
enum { FDS = 65536 };

struct header {
  uint32_t kind;
  uint32_t name_bytes;
  uint64_t file;
  uint64_t offset;
  uint64_t data_bytes;
};

static char folder[4096];
static size_t folder_bytes;
static int log_fd = -1;
static unsigned char ours[FDS];
static char fault_kinds[8];
static unsigned long calls, fault_from, fault_to;
static int fault_error;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) \
  static __typeof__(name) *real; \
  if (real == NULL) real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *folder_path = getenv("EGW_FAULT_FOLDER");
  const char *fault = getenv("EGW_FAULT");
  const char *log_path = getenv("EGW_FAULT_LOG");
  if (folder_path == NULL) return;
  if (log_path != NULL) log_fd = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (log_path != NULL && log_fd < 0) abort();
  if (fault != NULL &&
      sscanf(fault, "%7s %lu-%lu %d", fault_kinds, &fault_from, &fault_to, &fault_error) != 4)
    abort();
  snprintf(folder, sizeof folder, "%s", folder_path);
  folder_bytes = strlen(folder);
}

/* Whether this call is to fail. */
static int fails(char kind) {
  if (strchr(fault_kinds, kind) == NULL) return 0;
  calls += 1;
  if (calls < fault_from || calls > fault_to) return 0;
  while (fault_error == 0) kill(getpid(), SIGKILL);
  errno = fault_error;
  return 1;
}

static void record(struct header header, const char *name, const void *data) {
  static ssize_t (*put)(int, const struct iovec *, int);
  if (put == NULL) put = (ssize_t(*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  if (log_fd < 0) return;
  int before = errno;
  header.name_bytes = name == NULL ? 0 : strlen(name);
  struct iovec parts[3] = {
    { &header, sizeof header }, { (void *)name, header.name_bytes }, { (void *)data, header.data_bytes },
  };
  ssize_t whole = sizeof header + header.name_bytes + header.data_bytes;
  pthread_mutex_lock(&turn);
  if (put(log_fd, parts, 3) != whole) abort();
  pthread_mutex_unlock(&turn);
  errno = before;
}

/* What comes after the folder in the path: "" for the folder itself, NULL for what is elsewhere. */
static const char *name_in_folder(const char *path) {
  if (folder_bytes == 0 || path == NULL || strncmp(path, folder, folder_bytes) != 0) return NULL;
  if (path[folder_bytes] == '\0') return path + folder_bytes;
  return path[folder_bytes] == '/' ? path + folder_bytes + 1 : NULL;
}

static int kind_of(int fd) {
  return fd >= 0 && fd < FDS ? ours[fd] : NOT_OURS;
}

static uint64_t file_of(int fd) {
  struct stat is;
  return fstat(fd, &is) == 0 ? is.st_ino : 0;
}

static int is_there(const char *path) {
  struct stat is;
  return lstat(path, &is) == 0;
}

static int open_fails(const char *path, int flags, int existed) {
  if (name_in_folder(path) == NULL) return 0;
  return existed ? (flags & O_TRUNC) && fails('t') : (flags & O_CREAT) && fails('n');
}

static int opened(int fd, const char *path, int flags, int existed) {
  if (fd >= 0 && fd < FDS) ours[fd] = NOT_OURS;
  const char *name = name_in_folder(path);
  struct stat is;
  if (fd < 0 || fd >= FDS || name == NULL || fstat(fd, &is) != 0) return fd;
  ours[fd] = S_ISDIR(is.st_mode) ? OUR_FOLDER : OUR_FILE;
  if (ours[fd] == OUR_FOLDER) return fd;
  if (!existed) record((struct header){ .kind = CREATE, .file = is.st_ino }, name, NULL);
  else if (flags & O_TRUNC) record((struct header){ .kind = TRUNCATE, .file = is.st_ino }, NULL, NULL);
  return fd;
}

#define OPEN(called) \
  int called(const char *path, int flags, ...) { \
    REAL(called); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    int existed = is_there(path); \
    if (open_fails(path, flags, existed)) return -1; \
    return opened(real(path, flags, mode), path, flags, existed); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(called) \
  int called(int at, const char *path, int flags, ...) { \
    REAL(called); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more); \
    int existed = is_there(path); \
    if (open_fails(path, flags, existed)) return -1; \
    return opened(real(at, path, flags, mode), path, flags, existed); \
  }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
  REAL(close);
  if (fd >= 0 && fd < FDS) ours[fd] = NOT_OURS;
  return real(fd);
}

static void wrote(int fd, const void *data, ssize_t bytes, off_t offset) {
  if (bytes <= 0 || kind_of(fd) != OUR_FILE) return;
  struct header header = { .kind = WRITE, .file = file_of(fd), .offset = offset, .data_bytes = bytes };
  record(header, NULL, data);
}

ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset) {
  REAL(pwrite);
  if (kind_of(fd) == OUR_FILE && fails('w')) return -1;
  ssize_t done = real(fd, data, bytes, offset);
  wrote(fd, data, done, offset);
  return done;
}

ssize_t pwrite64(int fd, const void *data, size_t bytes, off_t offset) {
  REAL(pwrite64);
  if (kind_of(fd) == OUR_FILE && fails('w')) return -1;
  ssize_t done = real(fd, data, bytes, offset);
  wrote(fd, data, done, offset);
  return done;
}

ssize_t write(int fd, const void *data, size_t bytes) {
  REAL(write);
  if (kind_of(fd) == OUR_FILE && fails('w')) return -1;
  off_t offset = kind_of(fd) == OUR_FILE ? lseek(fd, 0, SEEK_CUR) : 0;
  ssize_t done = real(fd, data, bytes);
  if (fd == 1 && done > 0) {
    record((struct header){ .kind = PRINT, .data_bytes = done }, NULL, data);
  } else {
    wrote(fd, data, done, offset);
  }
  return done;
}

#define TRUNCATED(called) \
  int called(int fd, off_t bytes) { \
    REAL(called); \
    if (kind_of(fd) == OUR_FILE && fails('t')) return -1; \
    int result = real(fd, bytes); \
    if (result == 0 && kind_of(fd) == OUR_FILE) \
      record((struct header){ .kind = TRUNCATE, .file = file_of(fd), .offset = bytes }, NULL, NULL); \
    return result; \
  }
TRUNCATED(ftruncate)
TRUNCATED(ftruncate64)

static int sync_fails(int fd) {
  if (kind_of(fd) == NOT_OURS || !fails('s')) return 0;
  if (kind_of(fd) == OUR_FILE) record((struct header){ .kind = FAILED_SYNC, .file = file_of(fd) }, NULL, NULL);
  return 1;
}

static void synced(int fd) {
  if (kind_of(fd) == OUR_FILE) record((struct header){ .kind = SYNC, .file = file_of(fd) }, NULL, NULL);
  if (kind_of(fd) == OUR_FOLDER) record((struct header){ .kind = SYNC_FOLDER }, NULL, NULL);
}

#define SYNCED(called) \
  int called(int fd) { \
    REAL(called); \
    if (sync_fails(fd)) return -1; \
    int result = real(fd); \
    if (result == 0) synced(fd); \
    return result; \
  }
SYNCED(fsync)
SYNCED(fdatasync)

static void unlinked(int result, const char *path) {
  const char *name = name_in_folder(path);
  if (result == 0 && name != NULL) record((struct header){ .kind = UNLINK }, name, NULL);
}

int unlink(const char *path) {
  REAL(unlink);
  if (name_in_folder(path) != NULL && fails('n')) return -1;
  int result = real(path);
  unlinked(result, path);
  return result;
}

int remove(const char *path) {
  REAL(remove);
  if (name_in_folder(path) != NULL && fails('n')) return -1;
  int result = real(path);
  unlinked(result, path);
  return result;
}

int unlinkat(int at, const char *path, int flags) {
  REAL(unlinkat);
  if (name_in_folder(path) != NULL && fails('n')) return -1;
  int result = real(at, path, flags);
  unlinked(result, path);
  return result;
}

int rename(const char *from, const char *to) {
  REAL(rename);
  const char *old_name = name_in_folder(from);
  const char *new_name = name_in_folder(to);
  if (new_name != NULL && fails('n')) return -1;
  int result = real(from, to);
  if (result == 0 && old_name != NULL && new_name != NULL) {
    struct header header = { .kind = RENAME, .data_bytes = strlen(new_name) };
    record(header, old_name, new_name);
  }
  return result;
}
