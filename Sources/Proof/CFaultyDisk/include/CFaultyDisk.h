#ifndef KITH_FAULTY_DISK_H
#define KITH_FAULTY_DISK_H
#include <stdint.h>

// A disk that can be cut from its power, and that fails, for tests alone: no program that people use links this.
//
// SQLite's calls come through a VFS (https://sqlite.org/vfs.html) that is registered as the default one, so that no connection can be
// forgotten; files outside the watched folder go straight to the system's own VFS. Of each file that is watched, what has been synced is
// remembered beside what was written since; of each folder, which names came and went since it was synced.

enum kith_disk_variant {
    // What was not synced is gone.
    KITH_DISK_LOST = 0,
    // The process is gone, and the system has everything that it wrote.
    KITH_DISK_KEPT = 1,
    // Of what was not synced, random sectors have come to the disk; of the names that came and went, the first few.
    KITH_DISK_TORN = 2,
};

enum kith_disk_fault {
    KITH_DISK_EIO = 0,
    // For what takes room: writing, and making files.
    KITH_DISK_ENOSPC = 1,
    KITH_DISK_NOMEM = 2,
};

// Registers the VFS, once; 0 when that went well.
int kith_disk_install(void);

// Begins to watch a folder and all below it, with nothing remembered and every count at 0. NULL: ends that.
void kith_disk_watch(const char *folder);

// The number-th call from now on that changes something on the disk finds no power, and every call after it. 0: never.
void kith_disk_cut_at(int64_t number);

// The number-th call that can fail in this way does so, and when `lasting` all of its kind after it. 0: none any more.
void kith_disk_fail_at(int64_t number, int fault, int lasting);

// Calls so far that change something, and that could have failed; whether the power is gone, whether one has failed.
int64_t kith_disk_change_count(void);
int64_t kith_disk_call_count(void);
int kith_disk_is_cut(void);
int64_t kith_disk_failed_count(void);

// Which call was cut or failed first: "write fatima.kith-wal". Valid until the next watch.
const char *kith_disk_event(void);

// Ends watching, and gives every file the content and every name the file that it has when the power is back. 0 when that went well.
int kith_disk_fall(int variant, uint64_t seed);

// MARK: For SQLite's memory

// Before SQLite is used at all: its allocations are counted, and can fail. 0 when that went well.
int kith_memory_install(void);

// The number-th allocation from now on fails, and when `lasting` all after it. 0: none.
void kith_memory_fail_at(int64_t number, int lasting);
int64_t kith_memory_count(void);
int64_t kith_memory_failed_count(void);

#endif
