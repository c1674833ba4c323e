#define _GNU_SOURCE
#include "Disk.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// The VFS between SQLite and the system's own one.

struct opened {
    sqlite3_file base;
    struct disk_file *file;
    const char *path;
    // SQLite's own VFS syncs the folder with the first sync of a journal or WAL that it made.
    int owes_folder;
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
// What the system would say of the call that failed last; 0 when it was not ours.
static __thread int last_number;

static struct opened *opened(sqlite3_file *file) { return (struct opened *)file; }
static sqlite3_file *real(sqlite3_file *file) { return opened(file)->real; }

// A call of SQLite's VFS, which none of the calls that it makes itself is counted beside.
#define INSIDE(call) ({ disk_is_inside++; __typeof__(call) outcome = (call); disk_is_inside--; outcome; })

// SQLITE_OK when the call may go on; else what it gives.
static int judged(enum disk_kind kind, const char *path, int code) {
    int fault = 0;
    last_number = 0;
    switch (disk_verdict(kind, path, &fault)) {
    case DISK_PASSES: return SQLITE_OK;
    case DISK_CUT:
        last_number = EIO;
        return code;
    default: break;
    }
    if (fault == KITH_DISK_NOMEM) return kind == DISK_OPEN || kind == DISK_MAKE ? SQLITE_NOMEM : SQLITE_IOERR_NOMEM;
    last_number = fault == KITH_DISK_ENOSPC ? ENOSPC : EIO;
    if (fault == KITH_DISK_ENOSPC && kind == DISK_WRITE) return SQLITE_FULL;
    if (fault == KITH_DISK_ENOSPC && kind == DISK_SHARE) return SQLITE_IOERR_SHMSIZE;
    return code;
}

#define JUDGED(kind, code) do { int judgement = judged(kind, opened(file)->path, code); if (judgement) return judgement; } while (0)

static int close_file(sqlite3_file *file) {
    int code = INSIDE(real(file)->pMethods->xClose(real(file)));
    return code;
}

static int read_file(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    JUDGED(DISK_READ, SQLITE_IOERR_READ);
    return INSIDE(real(file)->pMethods->xRead(real(file), bytes, count, offset));
}

static int write_file(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    int was_cut = kith_disk_is_cut();
    int judgement = judged(DISK_WRITE, opened(file)->path, SQLITE_IOERR_WRITE);
    if (judgement) {
        // The one that finds no power may have come to the disk in part.
        if (!was_cut && kith_disk_is_cut()) disk_wrote(opened(file)->file, offset, bytes, count);
        return judgement;
    }
    int code = INSIDE(real(file)->pMethods->xWrite(real(file), bytes, count, offset));
    if (code == SQLITE_OK) disk_wrote(opened(file)->file, offset, bytes, count);
    return code;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    JUDGED(DISK_TRUNCATE, SQLITE_IOERR_TRUNCATE);
    int code = INSIDE(real(file)->pMethods->xTruncate(real(file), size));
    if (code == SQLITE_OK) disk_truncated(opened(file)->file, size);
    return code;
}

static int sync_file(sqlite3_file *file, int flags) {
    JUDGED(DISK_SYNC, SQLITE_IOERR_FSYNC);
    // The disk is a model: a real one need not be waited for.
    (void)flags;
    disk_synced(opened(file)->file);
    if (opened(file)->owes_folder) {
        disk_synced_folder_of(opened(file)->path);
        opened(file)->owes_folder = 0;
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    JUDGED(DISK_LOOK, SQLITE_IOERR_FSTAT);
    return INSIDE(real(file)->pMethods->xFileSize(real(file), size));
}

static int lock_file(sqlite3_file *file, int level) {
    JUDGED(DISK_LOCK, SQLITE_IOERR_LOCK);
    return INSIDE(real(file)->pMethods->xLock(real(file), level));
}

static int unlock_file(sqlite3_file *file, int level) { return INSIDE(real(file)->pMethods->xUnlock(real(file), level)); }
static int check_lock(sqlite3_file *file, int *result) { return INSIDE(real(file)->pMethods->xCheckReservedLock(real(file), result)); }
static int control(sqlite3_file *file, int what, void *argument) { return INSIDE(real(file)->pMethods->xFileControl(real(file), what, argument)); }
static int sector_size(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }
static int characteristics(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }

static int map_shared(sqlite3_file *file, int page, int size, int extend, void volatile **bytes) {
    JUDGED(DISK_SHARE, SQLITE_IOERR_SHMMAP);
    return INSIDE(real(file)->pMethods->xShmMap(real(file), page, size, extend, bytes));
}

static int lock_shared(sqlite3_file *file, int offset, int count, int flags) {
    if (!(flags & SQLITE_SHM_UNLOCK)) JUDGED(DISK_LOCK, SQLITE_IOERR_SHMLOCK);
    return INSIDE(real(file)->pMethods->xShmLock(real(file), offset, count, flags));
}

static void bar_shared(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }

static int unmap_shared(sqlite3_file *file, int removes) {
    return INSIDE(real(file)->pMethods->xShmUnmap(real(file), removes && !kith_disk_is_cut()));
}

// Version 2: with shared memory, without mapping the file itself, which would go round this.
static const sqlite3_io_methods methods = {
    2, close_file, read_file, write_file, truncate_file, sync_file, file_size, lock_file, unlock_file, check_lock, control,
    sector_size, characteristics, map_shared, lock_shared, bar_shared, unmap_shared,
};

static int is_there(const char *path) {
    int found = 0;
    return INSIDE(real_vfs->xAccess(real_vfs, path, SQLITE_ACCESS_EXISTS, &found)) == SQLITE_OK && found;
}

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *given) {
    (void)vfs;
    // A temporary file has no name: nobody reads it after a cut.
    if (!disk_is_watched(path)) return INSIDE(real_vfs->xOpen(real_vfs, path, file, flags, given));
    memset(file, 0, sizeof(struct opened));
    int is_new = (flags & SQLITE_OPEN_CREATE) && !is_there(path);
    int judgement = judged(is_new ? DISK_MAKE : DISK_OPEN, path, SQLITE_CANTOPEN);
    if (judgement) return judgement;
    // What stands there now, before anything is done to it.
    struct disk_file *known = is_new ? NULL : disk_file(path, 0);
    opened(file)->real = (sqlite3_file *)&opened(file)[1];
    int code = INSIDE(real_vfs->xOpen(real_vfs, path, opened(file)->real, flags, given));
    if (code != SQLITE_OK) return code;
    opened(file)->path = path;
    opened(file)->file = known ? known : disk_file(path, is_new);
    opened(file)->owes_folder = is_new && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL));
    file->pMethods = &methods;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int syncs_folder) {
    (void)vfs;
    if (disk_is_watched(path)) {
        int judgement = judged(DISK_DELETE, path, SQLITE_IOERR_DELETE);
        if (judgement) return judgement;
        disk_deletes(path);
    }
    int code = INSIDE(real_vfs->xDelete(real_vfs, path, 0));
    if (code == SQLITE_OK && syncs_folder && disk_is_watched(path)) disk_synced_folder_of(path);
    return code;
}

static int look_at_file(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    (void)vfs;
    if (disk_is_watched(path)) {
        int judgement = judged(DISK_LOOK, path, SQLITE_IOERR_ACCESS);
        if (judgement) return judgement;
    }
    return INSIDE(real_vfs->xAccess(real_vfs, path, flags, result));
}

static int whole_path(sqlite3_vfs *vfs, const char *path, int count, char *out) {
    (void)vfs;
    return INSIDE(real_vfs->xFullPathname(real_vfs, path, count, out));
}
static void *open_library(sqlite3_vfs *vfs, const char *path) { (void)vfs; return real_vfs->xDlOpen(real_vfs, path); }
static void library_error(sqlite3_vfs *vfs, int count, char *out) { (void)vfs; real_vfs->xDlError(real_vfs, count, out); }
static void (*library_symbol(sqlite3_vfs *vfs, void *library, const char *name))(void) { (void)vfs; return real_vfs->xDlSym(real_vfs, library, name); }
static void close_library(sqlite3_vfs *vfs, void *library) { (void)vfs; real_vfs->xDlClose(real_vfs, library); }
static int randomness(sqlite3_vfs *vfs, int count, char *out) { (void)vfs; return INSIDE(real_vfs->xRandomness(real_vfs, count, out)); }
static int sleep_microseconds(sqlite3_vfs *vfs, int count) { (void)vfs; return real_vfs->xSleep(real_vfs, count); }
static int current_time(sqlite3_vfs *vfs, double *days) { (void)vfs; return real_vfs->xCurrentTime(real_vfs, days); }
static int current_milliseconds(sqlite3_vfs *vfs, sqlite3_int64 *time) { (void)vfs; return real_vfs->xCurrentTimeInt64(real_vfs, time); }

static int last_error(sqlite3_vfs *vfs, int count, char *out) {
    (void)vfs;
    return last_number ? last_number : real_vfs->xGetLastError ? real_vfs->xGetLastError(real_vfs, count, out) : 0;
}

static sqlite3_vfs vfs = {
    .iVersion = 2, .zName = "kith-faulty", .xOpen = open_file, .xDelete = delete_file, .xAccess = look_at_file, .xFullPathname = whole_path,
    .xDlOpen = open_library, .xDlError = library_error, .xDlSym = library_symbol, .xDlClose = close_library, .xRandomness = randomness,
    .xSleep = sleep_microseconds, .xCurrentTime = current_time, .xGetLastError = last_error, .xCurrentTimeInt64 = current_milliseconds,
};

int kith_disk_install(void) {
    if (real_vfs) return 0;
    sqlite3_vfs *found = sqlite3_vfs_find(NULL);
    if (!found || found->iVersion < 2) return -1;
    real_vfs = found;
    vfs.szOsFile = sizeof(struct opened) + found->szOsFile;
    vfs.mxPathname = found->mxPathname;
    return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK ? 0 : -1;
}
