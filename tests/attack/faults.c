/* A disk that fails on purpose: preloaded in front of the C library, it counts the calls that reach files under
 * one folder and kills the process, fails, stops or delays at the one that was chosen.
 *
 * Built and steered by tests/attack/disk_faults.py. A call is counted before it is carried out, so "kill at n" leaves
 * the disk as the first n calls (from 0) left it. POWER also takes back what no fsync had made durable: bytes added
 * to files, and names that were given or taken in folders that were not synced since.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { CREATE = 1, WRITE = 2, SYNC = 4, RENAME = 8, LINK = 16, UNLINK = 32, TRUNCATE = 64, MKDIR = 128,
            MODE = 256, OPEN = 512, READ = 1024, LOOK = 2048, LOCK = 4096 };
enum mode { OFF, COUNT, KILL, TEAR, POWER, ONCE, EVER, STOP, SLOW, JUMP };

static volatile int mode = OFF, kinds, failure;
static volatile long chosen, seen, struck, ahead;
static char folder[PATH_MAX], graveyard[PATH_MAX];
static size_t folder_length;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static FILE *journal;

#define REAL(name) ({ static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name); real; })

/* --- where a call goes --------------------------------------------------------------------------------- */

static int absolute(int at, const char *path, char out[PATH_MAX]) {
    char base[PATH_MAX];
    if (!path) return 0;
    if (path[0] == '/') return snprintf(out, PATH_MAX, "%s", path) < PATH_MAX;
    if (at == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return 0;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
    }
    return snprintf(out, PATH_MAX, "%s/%s", base, path) < PATH_MAX;
}

static int of_file(int file, char out[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, out, PATH_MAX - 1);
    if (length < 0) return 0;
    out[length] = 0;
    return 1;
}

static int inside(const char *path) {
    return folder_length && !strncmp(path, folder, folder_length) &&
           (path[folder_length] == '/' || path[folder_length] == 0);
}

/* --- what a power cut takes back ----------------------------------------------------------------------- */

struct dirty { dev_t device; ino_t inode; int file; off_t durable; };
struct name { enum kind what; char folder[PATH_MAX], path[PATH_MAX], other[PATH_MAX], saved[PATH_MAX]; };
static struct dirty *written; static int written_count, written_room;
static struct name *names; static int names_count, names_room, saved_count;

static void parent(const char *path, char out[PATH_MAX]) {
    snprintf(out, PATH_MAX, "%s", path);
    char *slash = strrchr(out, '/');
    if (slash) *slash = 0;
}

static void note_written(int file) {
    struct stat found;
    if (mode != POWER || fstat(file, &found) || !S_ISREG(found.st_mode)) return;
    pthread_mutex_lock(&guard);
    for (int at = 0; at < written_count; at++)
        if (written[at].device == found.st_dev && written[at].inode == found.st_ino) goto known;
    if (written_count == written_room)
        written = realloc(written, sizeof *written * (written_room = written_room * 2 + 64));
    /* Never closed: closing any descriptor of a file would drop the locks that SQLite holds on it. */
    written[written_count++] = (struct dirty){found.st_dev, found.st_ino, dup(file), found.st_size};
known:
    pthread_mutex_unlock(&guard);
}

static void note_synced(int file) {
    struct stat found;
    char path[PATH_MAX];
    if (mode != POWER || fstat(file, &found)) return;
    pthread_mutex_lock(&guard);
    if (S_ISDIR(found.st_mode) && of_file(file, path)) {
        int left = 0;
        for (int at = 0; at < names_count; at++)
            if (strcmp(names[at].folder, path)) names[left++] = names[at];
        names_count = left;
    } else
        for (int at = 0; at < written_count; at++)
            if (written[at].device == found.st_dev && written[at].inode == found.st_ino)
                written[at].durable = found.st_size;
    pthread_mutex_unlock(&guard);
}

static void note_name(enum kind what, const char *path, const char *other, int save) {
    if (mode != POWER) return;
    pthread_mutex_lock(&guard);
    if (names_count == names_room) names = realloc(names, sizeof *names * (names_room = names_room * 2 + 64));
    struct name *one = &names[names_count++];
    memset(one, 0, sizeof *one);
    one->what = what;
    parent(path, one->folder);
    snprintf(one->path, PATH_MAX, "%s", path);
    if (other) snprintf(one->other, PATH_MAX, "%s", other);
    if (save) {
        snprintf(one->saved, PATH_MAX, "%.4000s/%d", graveyard, saved_count++);
        if (REAL(link)(path, one->saved)) one->saved[0] = 0;
    }
    pthread_mutex_unlock(&guard);
}

static void forget_name(void) {
    if (mode != POWER) return;
    pthread_mutex_lock(&guard);
    names_count--;
    pthread_mutex_unlock(&guard);
}

static void take_back(void) {
    for (int at = 0; at < written_count; at++) {
        struct stat found;
        if (!fstat(written[at].file, &found) && found.st_size > written[at].durable)
            if (REAL(ftruncate64)(written[at].file, written[at].durable)) continue;
    }
    for (int at = names_count - 1; at >= 0; at--) {
        struct name *one = &names[at];
        switch (one->what) {
        case CREATE: case LINK: REAL(unlink)(one->path); break;
        case MKDIR: REAL(rmdir)(one->path); break;
        case UNLINK: if (one->saved[0] && REAL(link)(one->saved, one->path)) {} break;
        case RENAME:
            REAL(rename)(one->path, one->other);
            if (one->saved[0] && REAL(link)(one->saved, one->path)) {}
            break;
        default: break;
        }
    }
}

/* --- the chosen call ----------------------------------------------------------------------------------- */

static void die(void) {
    if (mode == POWER) { pthread_mutex_lock(&guard); take_back(); }
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

enum { GO = 0, FAIL = 1, HALF = 2, HALF_AND_DIE = 3 };

/* What to do with a call of this kind on this path. */
static int strike(enum kind what, const char *path, const char *called) {
    if (mode == OFF || !(kinds & what) || !inside(path)) return GO;
    long at = __atomic_fetch_add(&seen, 1, __ATOMIC_SEQ_CST);
    if (journal) { fprintf(journal, "%ld %s %s\n", at, called, path + folder_length); fflush(journal); }
    switch (mode) {
    case KILL: case POWER: if (at == chosen) die(); return GO;
    case TEAR:
        if (at != chosen) return GO;
        if (what == WRITE) return HALF_AND_DIE;
        die();
        return GO;
    case ONCE: if (at != chosen) return GO; break;
    case EVER:
        if (at < chosen) return GO;
        /* A disk that fills up takes the first half. */
        if (at == chosen && what == WRITE && failure == ENOSPC) { struck++; return HALF; }
        break;
    case STOP: if (at == chosen) raise(SIGSTOP); return GO;
    case JUMP: if (at == chosen) ahead += failure; return GO;
    case SLOW: { struct timespec delay = {0, chosen * 1000}; nanosleep(&delay, NULL); return GO; }
    default: return GO;
    }
    struck++;
    errno = failure;
    return FAIL;
}

static int strike_file(enum kind what, int file, const char *called) {
    char path[PATH_MAX];
    if (mode == OFF || !(kinds & what) || !of_file(file, path)) return GO;
    return strike(what, path, called);
}

/* --- steering ------------------------------------------------------------------------------------------ */

void faults_arm(const char *where, const char *grave, int how, int which, long at, int error, const char *log) {
    snprintf(folder, sizeof folder, "%s", where);
    folder_length = strlen(folder);
    snprintf(graveyard, sizeof graveyard, "%s", grave);
    if (journal) { fclose(journal); journal = NULL; }
    if (log && log[0]) journal = fopen(log, "we");
    kinds = which; chosen = at; failure = error; seen = struck = 0; written_count = names_count = 0;
    mode = how;
}

long faults_seen(void) { return seen; }
long faults_struck(void) { return struck; }
void faults_off(void) { mode = OFF; }
void faults_clock(long seconds) { ahead = seconds; }

/* --- the calls ----------------------------------------------------------------------------------------- */

static int opened(int at, const char *path, int flags, mode_t rights, const char *called) {
    char full[PATH_MAX];
    static int (*real)(int, const char *, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "openat64");
    if (mode == OFF || !absolute(at, path, full) || !inside(full)) return real(at, path, flags, rights);
    struct stat found;
    int missing = REAL(fstatat64)(AT_FDCWD, full, (struct stat64 *)&found, AT_SYMLINK_NOFOLLOW) != 0;
    int creating = ((flags & O_CREAT) && missing) || ((flags & O_TRUNC) && !missing);
    if ((flags & O_CREAT) && (flags & O_EXCL) && !missing) creating = 0;
    if (strike(creating ? CREATE : OPEN, full, called)) return -1;
    int file = real(at, path, flags, rights);
    if (file >= 0 && creating && missing) note_name(CREATE, full, NULL, 0);
    if (file >= 0 && creating) note_written(file);
    return file;
}

#define RIGHTS(last) ({ mode_t rights = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, last); \
    rights = va_arg(more, mode_t); va_end(more); } rights; })

int open(const char *path, int flags, ...) { return opened(AT_FDCWD, path, flags, RIGHTS(flags), "open"); }
int open64(const char *path, int flags, ...) { return opened(AT_FDCWD, path, flags, RIGHTS(flags), "open"); }
int openat(int at, const char *path, int flags, ...) { return opened(at, path, flags, RIGHTS(flags), "open"); }
int openat64(int at, const char *path, int flags, ...) { return opened(at, path, flags, RIGHTS(flags), "open"); }
int creat(const char *path, mode_t rights) {
    return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, rights, "open");
}
int creat64(const char *path, mode_t rights) { return creat(path, rights); }
int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0, "open"); }
int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0, "open"); }

#define WRITING(type, name, list, call, half, size)                            \
    type name list {                                                           \
        type (*real) list = REAL(name);                                        \
        int what = strike_file(WRITE, file, #name);                            \
        if (what == FAIL) return -1;                                           \
        note_written(file);                                                    \
        if (what == HALF_AND_DIE) { if (real half) {} die(); }                 \
        if (what == HALF && (size) > 1) return real half;                      \
        if (what == HALF) { errno = failure; return -1; }                      \
        return real call;                                                      \
    }

WRITING(ssize_t, write, (int file, const void *data, size_t size), (file, data, size), (file, data, size / 2), size)
WRITING(ssize_t, pwrite, (int file, const void *data, size_t size, off_t at), (file, data, size, at),
        (file, data, size / 2, at), size)
WRITING(ssize_t, pwrite64, (int file, const void *data, size_t size, off64_t at), (file, data, size, at),
        (file, data, size / 2, at), size)
WRITING(ssize_t, writev, (int file, const struct iovec *parts, int size), (file, parts, size),
        (file, parts, size / 2), size)
WRITING(ssize_t, sendfile, (int file, int from, off_t *at, size_t size), (file, from, at, size),
        (file, from, at, size / 2), size)
WRITING(ssize_t, sendfile64, (int file, int from, off64_t *at, size_t size), (file, from, at, size),
        (file, from, at, size / 2), size)

ssize_t copy_file_range(int from, off64_t *at, int file, off64_t *to, size_t size, unsigned flags) {
    int what = strike_file(WRITE, file, "copy_file_range");
    if (what == FAIL) return -1;
    note_written(file);
    if (what == HALF_AND_DIE) die();
    return REAL(copy_file_range)(from, at, file, to, size, flags);
}

#define SYNCING(name)                                                          \
    int name(int file) {                                                       \
        int (*real)(int) = REAL(name);                                         \
        if (strike_file(SYNC, file, #name)) return -1;                         \
        int done = real(file);                                                 \
        if (!done) note_synced(file);                                          \
        return done;                                                           \
    }
SYNCING(fsync)
SYNCING(fdatasync)

#define SIZING(name, type)                                                     \
    int name(int file, type size) {                                            \
        int (*real)(int, type) = REAL(name);                                   \
        if (strike_file(TRUNCATE, file, #name)) return -1;                     \
        return real(file, size);                                               \
    }
SIZING(ftruncate, off_t)
SIZING(ftruncate64, off64_t)

#define PATHS(at, path) char full[PATH_MAX]; int known = mode != OFF && absolute(at, path, full) && inside(full)

int truncate(const char *path, off_t size) {
    PATHS(AT_FDCWD, path);
    return known && strike(TRUNCATE, full, "truncate") ? -1 : REAL(truncate)(path, size);
}
int truncate64(const char *path, off64_t size) { return truncate(path, size); }

static int reserved(int file, const char *called) { return strike_file(WRITE, file, called); }
int fallocate(int file, int how, off_t at, off_t size) {
    return reserved(file, "fallocate") ? -1 : REAL(fallocate)(file, how, at, size);
}
int fallocate64(int file, int how, off64_t at, off64_t size) {
    return reserved(file, "fallocate") ? -1 : REAL(fallocate64)(file, how, at, size);
}
int posix_fallocate(int file, off_t at, off_t size) {
    return reserved(file, "posix_fallocate") ? failure : REAL(posix_fallocate)(file, at, size);
}
int posix_fallocate64(int file, off64_t at, off64_t size) {
    return reserved(file, "posix_fallocate") ? failure : REAL(posix_fallocate64)(file, at, size);
}

static int renamed(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    static int (*real)(int, const char *, int, const char *, unsigned);
    if (!real) real = dlsym(RTLD_NEXT, "renameat2");
    char source[PATH_MAX], target[PATH_MAX];
    int known = mode != OFF && absolute(from_at, from, source) && absolute(to_at, to, target) &&
                (inside(source) || inside(target));
    if (!known) return real(from_at, from, to_at, to, flags);
    if (strike(RENAME, inside(target) ? target : source, "rename")) return -1;
    note_name(RENAME, target, source, 1);
    int done = real(from_at, from, to_at, to, flags);
    if (done) forget_name();
    return done;
}
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return renamed(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return renamed(a, from, b, to, flags); }

int linkat(int a, const char *from, int b, const char *to, int flags) {
    PATHS(b, to);
    if (known && strike(LINK, full, "link")) return -1;
    int done = REAL(linkat)(a, from, b, to, flags);
    if (known && !done) note_name(LINK, full, NULL, 0);
    return done;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int at, const char *path, int flags) {
    PATHS(at, path);
    if (!known) return REAL(unlinkat)(at, path, flags);
    /* What is not there is not removed. */
    if (!REAL(faccessat)(at, path, F_OK, AT_SYMLINK_NOFOLLOW) && strike(UNLINK, full, "unlink")) return -1;
    if (flags & AT_REMOVEDIR) return REAL(unlinkat)(at, path, flags);
    note_name(UNLINK, full, NULL, 1);
    int done = REAL(unlinkat)(at, path, flags);
    if (done) forget_name();
    return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int at, const char *path, mode_t rights) {
    PATHS(at, path);
    if (known && REAL(faccessat)(at, path, F_OK, AT_SYMLINK_NOFOLLOW) && strike(MKDIR, full, "mkdir")) return -1;
    int done = REAL(mkdirat)(at, path, rights);
    if (known && !done) note_name(MKDIR, full, NULL, 0);
    return done;
}
int mkdir(const char *path, mode_t rights) { return mkdirat(AT_FDCWD, path, rights); }

int fchmod(int file, mode_t rights) { return strike_file(MODE, file, "fchmod") ? -1 : REAL(fchmod)(file, rights); }
int fchmodat(int at, const char *path, mode_t rights, int flags) {
    PATHS(at, path);
    return known && strike(MODE, full, "chmod") ? -1 : REAL(fchmodat)(at, path, rights, flags);
}
int chmod(const char *path, mode_t rights) {
    PATHS(AT_FDCWD, path);
    return known && strike(MODE, full, "chmod") ? -1 : REAL(chmod)(path, rights);
}
int fchown(int file, uid_t user, gid_t group) {
    return strike_file(MODE, file, "fchown") ? -1 : REAL(fchown)(file, user, group);
}
int utimensat(int at, const char *path, const struct timespec times[2], int flags) {
    PATHS(at, path);
    return known && strike(MODE, full, "utimensat") ? -1 : REAL(utimensat)(at, path, times, flags);
}

/* --- the clock on the wall; the one that only counts on goes on ---------------------------------------- */

int clock_gettime(clockid_t which, struct timespec *out) {
    int done = REAL(clock_gettime)(which, out);
    if (!done && which == CLOCK_REALTIME) out->tv_sec += ahead;
    return done;
}
int gettimeofday(struct timeval *out, void *zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int done = real(out, zone);
    if (!done) out->tv_sec += ahead;
    return done;
}
time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

/* --- reading, looking, locking: for a folder that goes away, a bad disk, a share without locks ------------ */

ssize_t read(int file, void *data, size_t size) {
    return mode != OFF && (kinds & READ) && strike_file(READ, file, "read") ? -1 : REAL(read)(file, data, size);
}
ssize_t pread(int file, void *data, size_t size, off_t at) {
    return mode != OFF && (kinds & READ) && strike_file(READ, file, "pread") ? -1 : REAL(pread)(file, data, size, at);
}
ssize_t pread64(int file, void *data, size_t size, off64_t at) {
    return mode != OFF && (kinds & READ) && strike_file(READ, file, "pread") ? -1 : REAL(pread64)(file, data, size, at);
}
#define LOOKING(name, type)                                                    \
    int name(const char *path, type *out) {                                    \
        PATHS(AT_FDCWD, path);                                                 \
        return known && strike(LOOK, full, #name) ? -1 : REAL(name)(path, out); \
    }
LOOKING(stat, struct stat)
LOOKING(stat64, struct stat64)
LOOKING(lstat, struct stat)
LOOKING(lstat64, struct stat64)
int fstatat64(int at, const char *path, struct stat64 *out, int flags) {
    PATHS(at, path);
    return known && strike(LOOK, full, "stat") ? -1 : REAL(fstatat64)(at, path, out, flags);
}
int access(const char *path, int how) {
    PATHS(AT_FDCWD, path);
    return known && strike(LOOK, full, "access") ? -1 : REAL(access)(path, how);
}
DIR *opendir(const char *path) {
    PATHS(AT_FDCWD, path);
    return known && strike(OPEN, full, "opendir") ? NULL : REAL(opendir)(path);
}
int flock(int file, int how) {
    return mode != OFF && (kinds & LOCK) && strike_file(LOCK, file, "flock") ? -1 : REAL(flock)(file, how);
}
static int controlled(int file, int what, void *more) {
    static int (*real)(int, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "fcntl64");
    if ((what == F_SETLK || what == F_SETLKW || what == F_GETLK) && strike_file(LOCK, file, "fcntl")) return -1;
    return real(file, what, more);
}
#define MORE(last) ({ va_list more; va_start(more, last); void *given = va_arg(more, void *); va_end(more); given; })
int fcntl(int file, int what, ...) { return controlled(file, what, MORE(what)); }
int fcntl64(int file, int what, ...) { return controlled(file, what, MORE(what)); }
