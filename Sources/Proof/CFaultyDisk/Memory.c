#include "CFaultyDisk.h"
#include <sqlite3.h>
#include <stdatomic.h>

// SQLite's allocations, which can fail (https://sqlite.org/malloc.html, "oomtest").

static sqlite3_mem_methods real_memory;
static _Atomic int64_t count, fail_at, failed_count;
static _Atomic int is_lasting;

static int fails(void) {
    int64_t number = ++count;
    int64_t wanted = fail_at;
    if (!wanted || (number != wanted && !(is_lasting && number > wanted))) return 0;
    failed_count++;
    return 1;
}

static void *allocate(int size) { return fails() ? 0 : real_memory.xMalloc(size); }
static void *enlarge(void *memory, int size) { return fails() ? 0 : real_memory.xRealloc(memory, size); }

int kith_memory_install(void) {
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK) return -1;
    sqlite3_mem_methods methods = real_memory;
    methods.xMalloc = allocate;
    methods.xRealloc = enlarge;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK ? 0 : -1;
}

void kith_memory_fail_at(int64_t number, int lasting) {
    is_lasting = lasting;
    count = 0;
    failed_count = 0;
    fail_at = number;
}

int64_t kith_memory_count(void) { return count; }
int64_t kith_memory_failed_count(void) { return failed_count; }
