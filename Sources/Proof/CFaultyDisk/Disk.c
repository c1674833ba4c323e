#define _GNU_SOURCE
#include "Disk.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A write, or with no bytes a truncation to `offset`.
struct change {
    struct change *next;
    int is_write;
    int64_t offset;
    size_t count;
    unsigned char bytes[];
};

struct disk_file {
    struct disk_file *next;
    unsigned char *safe;
    size_t safe_size;
    struct change *changes, **end;
};

struct name {
    struct name *next;
    char *path;
    struct disk_file *safe, *now;
};

// A name that came, went, or came to mean another file.
struct move {
    struct move *next;
    char *path, *other;
    struct disk_file *file;
};

__thread int disk_is_inside = 0;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char *folder;
static int is_cut, fault_kind, is_lasting;
static int64_t watch_count, change_count, cut_at, call_count, fail_at, failed_count;
static char event[300];
static struct disk_file *files;
static struct name *names;
static struct move *moves, **moves_end = &moves;

static void *checked(void *memory) {
    if (!memory) abort();
    return memory;
}

static void forget_changes(struct disk_file *file) {
    while (file->changes) {
        struct change *gone = file->changes;
        file->changes = gone->next;
        free(gone);
    }
    file->end = &file->changes;
}

static void forget_move(struct move *gone) {
    free(gone->path);
    free(gone->other);
    free(gone);
}

void kith_disk_watch(const char *watched) {
    pthread_mutex_lock(&turn);
    free(folder);
    folder = watched ? checked(strdup(watched)) : NULL;
    while (files) {
        struct disk_file *gone = files;
        files = gone->next;
        forget_changes(gone);
        free(gone->safe);
        free(gone);
    }
    while (names) {
        struct name *gone = names;
        names = gone->next;
        free(gone->path);
        free(gone);
    }
    while (moves) {
        struct move *gone = moves;
        moves = gone->next;
        forget_move(gone);
    }
    moves_end = &moves;
    is_cut = 0;
    watch_count++;
    cut_at = fail_at = change_count = call_count = failed_count = 0;
    event[0] = 0;
    pthread_mutex_unlock(&turn);
}

void kith_disk_cut_at(int64_t number) {
    pthread_mutex_lock(&turn);
    cut_at = number ? change_count + number : 0;
    pthread_mutex_unlock(&turn);
}

void kith_disk_fail_at(int64_t number, int fault, int lasting) {
    pthread_mutex_lock(&turn);
    call_count = 0;
    fail_at = number;
    fault_kind = fault;
    is_lasting = lasting;
    pthread_mutex_unlock(&turn);
}

#define GUARDED(type, name, value) \
    type name(void) { \
        pthread_mutex_lock(&turn); \
        type found = value; \
        pthread_mutex_unlock(&turn); \
        return found; \
    }
GUARDED(int64_t, kith_disk_change_count, change_count)
GUARDED(int64_t, kith_disk_call_count, call_count)
GUARDED(int, kith_disk_is_cut, is_cut)
GUARDED(int64_t, kith_disk_failed_count, failed_count)
GUARDED(int64_t, disk_watch_count, watch_count)
const char *kith_disk_event(void) { return event; }

int disk_is_watched(const char *path) {
    if (disk_is_inside || !path || !path[0]) return 0;
    pthread_mutex_lock(&turn);
    size_t length = folder ? strlen(folder) : 0;
    int found = folder && strncmp(path, folder, length) == 0 && path[length] == '/';
    pthread_mutex_unlock(&turn);
    return found;
}

static void note_event(enum disk_kind kind, const char *path) {
    static const char *const words[] = {"open", "make", "read", "write", "truncate", "sync", "delete", "rename", "look at", "lock", "share"};
    const char *slash = strrchr(path, '/');
    if (!event[0]) snprintf(event, sizeof event, "%s %s", words[kind], slash ? slash + 1 : path);
}

static int can_fail(enum disk_kind kind) {
    if (fault_kind != KITH_DISK_ENOSPC) return kind != DISK_RENAME || fault_kind == KITH_DISK_EIO;
    return kind == DISK_MAKE || kind == DISK_WRITE || kind == DISK_SHARE;
}

int disk_verdict(enum disk_kind kind, const char *path, int *fault) {
    int is_of_system = kind & DISK_OF_SYSTEM;
    kind &= ~DISK_OF_SYSTEM;
    pthread_mutex_lock(&turn);
    int verdict = DISK_PASSES;
    int changes = kind == DISK_MAKE || kind == DISK_WRITE || kind == DISK_TRUNCATE || kind == DISK_SYNC || kind == DISK_DELETE || kind == DISK_RENAME;
    if (changes && !is_cut) {
        change_count++;
        if (change_count == cut_at) {
            is_cut = 1;
            note_event(kind, path);
        }
    }
    if (is_cut) {
        verdict = DISK_CUT;
    } else if (fail_at && can_fail(kind) && !(is_of_system && fault_kind == KITH_DISK_NOMEM)) {
        call_count++;
        if (call_count == fail_at || (is_lasting && call_count > fail_at)) {
            verdict = DISK_FAILS;
            *fault = fault_kind;
            failed_count++;
            note_event(kind, path);
        }
    }
    pthread_mutex_unlock(&turn);
    return verdict;
}

// MARK: Files and names

static struct name *named(const char *path) {
    for (struct name *name = names; name; name = name->next) if (strcmp(name->path, path) == 0) return name;
    return NULL;
}

static struct name *add_name(const char *path) {
    struct name *name = checked(calloc(1, sizeof *name));
    name->path = checked(strdup(path));
    name->next = names;
    names = name;
    return name;
}

static struct disk_file *add_file(void) {
    struct disk_file *file = checked(calloc(1, sizeof *file));
    file->end = &file->changes;
    file->next = files;
    files = file;
    return file;
}

static void add_move(const char *path, const char *other, struct disk_file *file) {
    struct move *move = checked(calloc(1, sizeof *move));
    move->path = checked(strdup(path));
    move->other = other ? checked(strdup(other)) : NULL;
    move->file = file;
    *moves_end = move;
    moves_end = &move->next;
}

// Reads all of a file; NULL when it is not there.
static struct disk_file *read_file(const char *path) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return NULL;
    struct disk_file *file = add_file();
    struct stat status;
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
        file->safe = checked(malloc(status.st_size + 1));
        while (file->safe_size < (size_t)status.st_size) {
            ssize_t got = pread(descriptor, file->safe + file->safe_size, status.st_size - file->safe_size, file->safe_size);
            if (got <= 0) break;
            file->safe_size += got;
        }
    }
    close(descriptor);
    return file;
}

// With the turn taken. A name that is not known yet, with the file that it has.
static struct name *known(const char *path) {
    struct name *name = named(path);
    if (!name) {
        name = add_name(path);
        int was_inside = disk_is_inside;
        disk_is_inside = 1;
        name->safe = name->now = read_file(path);
        disk_is_inside = was_inside;
    }
    return name;
}

struct disk_file *disk_file(const char *path, int is_new) {
    pthread_mutex_lock(&turn);
    struct name *name = is_new ? named(path) : known(path);
    if (!name) name = add_name(path);
    if (is_new || !name->now) {
        name->now = add_file();
        add_move(path, NULL, name->now);
    }
    struct disk_file *file = name->now;
    pthread_mutex_unlock(&turn);
    return file;
}

static void add_change(struct disk_file *file, int is_write, int64_t offset, const void *bytes, size_t count) {
    pthread_mutex_lock(&turn);
    struct change *change = checked(calloc(1, sizeof *change + count));
    change->is_write = is_write;
    change->offset = offset;
    change->count = count;
    if (count) memcpy(change->bytes, bytes, count);
    *file->end = change;
    file->end = &change->next;
    pthread_mutex_unlock(&turn);
}

void disk_wrote(struct disk_file *file, int64_t offset, const void *bytes, size_t count) { add_change(file, 1, offset, bytes, count); }
void disk_truncated(struct disk_file *file, int64_t size) { add_change(file, 0, size, NULL, 0); }

static void resize(unsigned char **bytes, size_t *size, size_t wanted) {
    *bytes = checked(realloc(*bytes, wanted + 1));
    if (wanted > *size) memset(*bytes + *size, 0, wanted - *size);
    *size = wanted;
}

static void write_part(unsigned char **bytes, size_t *size, int64_t offset, const unsigned char *part, size_t count) {
    if (offset + count > *size) resize(bytes, size, offset + count);
    memcpy(*bytes + offset, part, count);
}

static void apply(struct change *change, unsigned char **bytes, size_t *size) {
    if (change->is_write) write_part(bytes, size, change->offset, change->bytes, change->count);
    else resize(bytes, size, change->offset);
}

void disk_synced(struct disk_file *file) {
    pthread_mutex_lock(&turn);
    for (struct change *change = file->changes; change; change = change->next) apply(change, &file->safe, &file->safe_size);
    forget_changes(file);
    pthread_mutex_unlock(&turn);
}

void disk_deletes(const char *path) {
    pthread_mutex_lock(&turn);
    struct name *name = known(path);
    if (name->now) {
        name->now = NULL;
        add_move(path, NULL, NULL);
    }
    pthread_mutex_unlock(&turn);
}

void disk_renames(const char *from, const char *to) {
    pthread_mutex_lock(&turn);
    struct name *source = known(from), *target = known(to);
    if (source->now && source->now != target->now) {
        target->now = source->now;
        source->now = NULL;
        add_move(from, to, target->now);
    }
    pthread_mutex_unlock(&turn);
}

void disk_links(const char *from, const char *to) {
    pthread_mutex_lock(&turn);
    struct name *source = known(from), *target = known(to);
    target->now = source->now;
    add_move(to, NULL, target->now);
    pthread_mutex_unlock(&turn);
}

static void apply_move(struct move *move) {
    struct name *name = named(move->path);
    if (!move->other) {
        name->safe = move->file;
        return;
    }
    named(move->other)->safe = move->file;
    name->safe = NULL;
}

static int stands_beside(const char *path, const char *other) {
    size_t length = strrchr(path, '/') - path;
    return strncmp(path, other, length + 1) == 0 && !strchr(other + length + 1, '/');
}

void disk_synced_folder_of(const char *path) {
    pthread_mutex_lock(&turn);
    struct move **at = &moves;
    while (*at) {
        struct move *move = *at;
        if (stands_beside(path, move->path) || (move->other && stands_beside(path, move->other))) {
            apply_move(move);
            *at = move->next;
            forget_move(move);
        } else {
            at = &move->next;
        }
    }
    moves_end = at;
    pthread_mutex_unlock(&turn);
}

// MARK: When the power is back

static uint64_t random_state;

// SplitMix64: https://prng.di.unimi.it/splitmix64.c
static uint64_t next_random(void) {
    uint64_t z = (random_state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static const int64_t sector = 512;

// Of each write that was not synced, those sectors for which the coin falls so.
static void tear(struct disk_file *file) {
    // Of some files nearly all, of others nearly nothing.
    uint64_t quarters = next_random() % 5;
    for (struct change *change = file->changes; change; change = change->next) {
        if (!change->is_write) {
            if (next_random() % 4 < quarters) apply(change, &file->safe, &file->safe_size);
            continue;
        }
        int64_t end = change->offset + change->count;
        for (int64_t start = change->offset; start < end;) {
            int64_t stop = (start / sector + 1) * sector;
            if (stop > end) stop = end;
            if (next_random() % 4 < quarters) {
                write_part(&file->safe, &file->safe_size, start, change->bytes + (start - change->offset), stop - start);
            }
            start = stop;
        }
    }
}

static int put(const char *path, struct disk_file *file) {
    if (!file) return unlink(path) == 0 || access(path, F_OK) != 0 ? 0 : -1;
    // In place: it is the same file still.
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return -1;
    int result = ftruncate(descriptor, 0);
    size_t written = 0;
    while (result == 0 && written < file->safe_size) {
        ssize_t count = pwrite(descriptor, file->safe + written, file->safe_size - written, written);
        if (count <= 0) result = -1; else written += count;
    }
    close(descriptor);
    return result;
}

int kith_disk_fall(int variant, uint64_t seed) {
    int result = 0;
    // What is put right now is no call of anybody's.
    disk_is_inside++;
    pthread_mutex_lock(&turn);
    free(folder);
    folder = NULL;
    if (variant != KITH_DISK_KEPT) {
        random_state = seed;
        if (variant == KITH_DISK_TORN) {
            uint64_t count = 0;
            for (struct move *move = moves; move; move = move->next) count++;
            uint64_t kept = next_random() % (count + 1);
            for (struct move *move = moves; move && kept; move = move->next, kept--) apply_move(move);
            for (struct disk_file *file = files; file; file = file->next) tear(file);
        }
        for (struct name *name = names; name; name = name->next) {
            // Removed or renamed by a call that nobody told of: that is done, and on the disk.
            if (name->now && access(name->path, F_OK) != 0) continue;
            result |= put(name->path, name->safe);
        }
    }
    pthread_mutex_unlock(&turn);
    disk_is_inside--;
    return result;
}
