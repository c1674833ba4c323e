#ifndef KITH_FAULTY_CALLS_H
#define KITH_FAULTY_CALLS_H

// The system's calls on files, for the program that links this: those on watched files are counted, cut and failed as SQLite's are (see
// CFaultyDisk.h), so that bundles, copies, keys and witnesses lie on the same disk. All others, and all while nothing is watched, go on to
// the system. A program's own definitions come before the C library's (ELF symbol interposition, ld.so(8)).

// Links it in; 0 when the system's own calls were found.
int kith_calls_install(void);

#endif
