#ifndef KITH_DISK_H
#define KITH_DISK_H
#include "CFaultyDisk.h"
#include <stddef.h>

// What a disk holds, and what of it is safe: for those through whom calls come.

enum disk_kind { DISK_OPEN, DISK_MAKE, DISK_READ, DISK_WRITE, DISK_TRUNCATE, DISK_SYNC, DISK_DELETE, DISK_RENAME, DISK_LOOK, DISK_LOCK, DISK_SHARE };
// Beside the kind, of a call of the system itself: memory is nothing that it lacks.
enum { DISK_OF_SYSTEM = 0x100 };
enum disk_verdict { DISK_PASSES, DISK_CUT, DISK_FAILS };

struct disk_file;

int disk_is_watched(const char *path);
// Ascends with each watch: files of an earlier one are forgotten.
int64_t disk_watch_count(void);

// Counts a call. `fault` gets which when it fails.
int disk_verdict(enum disk_kind kind, const char *path, int *fault);

// The file of a path, which is read when it is not known. `is_new`: it was made a moment ago.
struct disk_file *disk_file(const char *path, int is_new);

// What was done. A write that was cut may be torn as well.
void disk_wrote(struct disk_file *file, int64_t offset, const void *bytes, size_t count);
void disk_truncated(struct disk_file *file, int64_t size);
void disk_synced(struct disk_file *file);
// Before it is done: what a file held that is not known yet is read.
void disk_deletes(const char *path);
void disk_renames(const char *from, const char *to);
void disk_links(const char *from, const char *to);
// The folder that a path stands in.
void disk_synced_folder_of(const char *path);

// Not 0 while SQLite's own VFS is at work: its calls are counted already.
extern __thread int disk_is_inside;

#endif
