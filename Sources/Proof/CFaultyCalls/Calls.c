#define _GNU_SOURCE
#include "CFaultyCalls.h"
#include "../CFaultyDisk/Disk.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name, &real_##name))
#define DECLARED(name) static void *real_##name;

static void *real(const char *name, void **found) {
    if (!*found) *found = dlsym(RTLD_NEXT, name);
    return *found;
}

DECLARED(openat) DECLARED(close) DECLARED(write) DECLARED(pwrite64) DECLARED(ftruncate64) DECLARED(fsync) DECLARED(fdatasync)
DECLARED(unlinkat) DECLARED(renameat) DECLARED(link)

// What a descriptor is of.
enum { descriptor_count = 4096 };
static struct { char *path; struct disk_file *file; int64_t watch; } held[descriptor_count];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static void hold(int descriptor, const char *path, struct disk_file *file) {
    if (descriptor < 0 || descriptor >= descriptor_count) return;
    int64_t watch = path ? disk_watch_count() : 0;
    pthread_mutex_lock(&turn);
    free(held[descriptor].path);
    held[descriptor].path = path ? strdup(path) : NULL;
    held[descriptor].file = file;
    held[descriptor].watch = watch;
    pthread_mutex_unlock(&turn);
}

// Of a descriptor that is of a watched file; NULL for any other. Those of an earlier watch are of no file of this one.
static struct disk_file *held_file(int descriptor, char path[PATH_MAX]) {
    struct disk_file *file = NULL;
    path[0] = 0;
    if (disk_is_inside || descriptor < 0 || descriptor >= descriptor_count) return NULL;
    int64_t watch = disk_watch_count();
    pthread_mutex_lock(&turn);
    if (held[descriptor].path && held[descriptor].watch == watch) {
        snprintf(path, PATH_MAX, "%s", held[descriptor].path);
        file = held[descriptor].file;
    }
    pthread_mutex_unlock(&turn);
    if (!disk_is_watched(path)) return NULL;
    return file;
}

// The whole path; "" when nobody knows.
static void whole(int folder, const char *path, char out[PATH_MAX]) {
    out[0] = 0;
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
    } else if (folder == AT_FDCWD) {
        char here[PATH_MAX];
        if (getcwd(here, sizeof here) && strlen(here) + strlen(path) + 2 < PATH_MAX) { strcpy(out, here); strcat(out, "/"); strcat(out, path); }
    } else if (folder >= 0 && folder < descriptor_count) {
        pthread_mutex_lock(&turn);
        const char *known = held[folder].path;
        if (known && strlen(known) + strlen(path) + 2 < PATH_MAX) { strcpy(out, known); strcat(out, "/"); strcat(out, path); }
        pthread_mutex_unlock(&turn);
    }
}

// 0 when the call may go on.
static int refused(enum disk_kind kind, const char *path) {
    int fault = 0;
    int verdict = disk_verdict(kind | DISK_OF_SYSTEM, path, &fault);
    if (verdict == DISK_PASSES) return 0;
    errno = verdict == DISK_FAILS && fault == KITH_DISK_ENOSPC ? ENOSPC : EIO;
    return -1;
}

static int exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

static int opens(int folder, const char *path, int flags, mode_t mode) {
    char name[PATH_MAX];
    if (disk_is_inside || !path) return REAL(openat)(folder, path, flags, mode);
    whole(folder, path, name);
    int is_watched = disk_is_watched(name);
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    int is_new = is_watched && (flags & O_CREAT) && !exists(name);
    struct disk_file *file = NULL;
    if (is_watched && is_new) {
        if (refused(DISK_MAKE, name)) return -1;
    } else if (is_watched && writes) {
        if (kith_disk_is_cut()) { errno = EIO; return -1; }
        if (exists(name)) {
            file = disk_file(name, 0);
            if ((flags & O_TRUNC) && refused(DISK_TRUNCATE, name)) return -1;
        }
    }
    int descriptor = REAL(openat)(folder, path, flags, mode);
    if (descriptor < 0) return descriptor;
    struct stat status;
    int is_file = is_watched && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    if (is_new && is_file) file = disk_file(name, 1);
    if (file && !is_new && (flags & O_TRUNC)) disk_truncated(file, 0);
    // Opened to be synced.
    if (is_file && !file) file = disk_file(name, 0);
    // A folder's path is needed for what is opened in it.
    hold(descriptor, name[0] && (is_watched || (flags & O_DIRECTORY)) ? name : NULL, is_file ? file : NULL);
    return descriptor;
}

#define MODE(flags) ({ mode_t mode = 0; if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } mode; })

int open(const char *path, int flags, ...) { return opens(AT_FDCWD, path, flags, MODE(flags)); }
int open64(const char *path, int flags, ...) { return opens(AT_FDCWD, path, flags, MODE(flags)); }
int openat(int folder, const char *path, int flags, ...) { return opens(folder, path, flags, MODE(flags)); }
int openat64(int folder, const char *path, int flags, ...) { return opens(folder, path, flags, MODE(flags)); }

int close(int descriptor) {
    hold(descriptor, NULL, NULL);
    return REAL(close)(descriptor);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    char path[PATH_MAX];
    struct disk_file *file = held_file(descriptor, path);
    if (!file) return REAL(write)(descriptor, bytes, count);
    off_t offset = lseek(descriptor, 0, fcntl(descriptor, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    int was_cut = kith_disk_is_cut();
    if (refused(DISK_WRITE, path)) {
        if (!was_cut && kith_disk_is_cut()) disk_wrote(file, offset, bytes, count);
        return -1;
    }
    ssize_t written = REAL(write)(descriptor, bytes, count);
    if (written > 0) disk_wrote(file, offset, bytes, written);
    return written;
}

static ssize_t writes_at(int descriptor, const void *bytes, size_t count, off_t offset) {
    char path[PATH_MAX];
    struct disk_file *file = held_file(descriptor, path);
    if (file) {
        int was_cut = kith_disk_is_cut();
        if (refused(DISK_WRITE, path)) {
            if (!was_cut && kith_disk_is_cut()) disk_wrote(file, offset, bytes, count);
            return -1;
        }
    }
    ssize_t written = REAL(pwrite64)(descriptor, bytes, count, offset);
    if (file && written > 0) disk_wrote(file, offset, bytes, written);
    return written;
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) { return writes_at(descriptor, bytes, count, offset); }
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) { return writes_at(descriptor, bytes, count, offset); }

static int truncates(int descriptor, off_t size) {
    char path[PATH_MAX];
    struct disk_file *file = held_file(descriptor, path);
    if (file && refused(DISK_TRUNCATE, path)) return -1;
    int result = REAL(ftruncate64)(descriptor, size);
    if (file && result == 0) disk_truncated(file, size);
    return result;
}
int ftruncate(int descriptor, off_t size) { return truncates(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return truncates(descriptor, size); }

// The disk is a model: a real one need not be waited for.
static int syncs(int descriptor, int (*real_call)(int)) {
    char path[PATH_MAX];
    struct disk_file *file = held_file(descriptor, path);
    // The folder that is watched is one itself: its path is not below it.
    char inside[PATH_MAX + 4];
    snprintf(inside, sizeof inside, "%s/x", path);
    if (disk_is_inside || !path[0] || !disk_is_watched(inside)) return real_call(descriptor);
    if (refused(DISK_SYNC, path)) return -1;
    if (file) disk_synced(file); else disk_synced_folder_of(inside);
    return 0;
}
int fsync(int descriptor) { return syncs(descriptor, REAL(fsync)); }
int fdatasync(int descriptor) { return syncs(descriptor, REAL(fdatasync)); }

static int removes(int folder, const char *path, int flags) {
    char name[PATH_MAX];
    name[0] = 0;
    if (!disk_is_inside && !(flags & AT_REMOVEDIR)) whole(folder, path, name);
    if (disk_is_watched(name) && exists(name)) {
        if (refused(DISK_DELETE, name)) return -1;
        size_t length = strlen(name);
        if (length < 4 || strcmp(name + length - 4, "-shm") != 0) disk_deletes(name);
    }
    return REAL(unlinkat)(folder, path, flags);
}
int unlink(const char *path) { return removes(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return removes(folder, path, flags); }

static int moves_name(int folder, const char *path, int other_folder, const char *other) {
    char from[PATH_MAX], to[PATH_MAX];
    from[0] = to[0] = 0;
    if (!disk_is_inside) {
        whole(folder, path, from);
        whole(other_folder, other, to);
    }
    if (disk_is_watched(from) && disk_is_watched(to) && exists(from)) {
        if (refused(DISK_RENAME, to)) return -1;
        disk_renames(from, to);
    }
    return REAL(renameat)(folder, path, other_folder, other);
}
int rename(const char *path, const char *other) { return moves_name(AT_FDCWD, path, AT_FDCWD, other); }
int renameat(int folder, const char *path, int other_folder, const char *other) { return moves_name(folder, path, other_folder, other); }

int link(const char *path, const char *other) {
    char from[PATH_MAX], to[PATH_MAX];
    whole(AT_FDCWD, path, from);
    whole(AT_FDCWD, other, to);
    int is_watched = !disk_is_inside && disk_is_watched(from) && disk_is_watched(to);
    if (is_watched && refused(DISK_RENAME, to)) return -1;
    int result = REAL(link)(path, other);
    if (is_watched && result == 0) disk_links(from, to);
    return result;
}

int kith_calls_install(void) {
    return REAL(openat) && REAL(close) && REAL(write) && REAL(pwrite64) && REAL(ftruncate64) && REAL(fsync) && REAL(unlinkat) && REAL(renameat) ? 0 : -1;
}
