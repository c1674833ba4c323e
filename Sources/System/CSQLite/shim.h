#ifndef KITH_CSQLITE_H
#define KITH_CSQLITE_H
#include <sqlite3.h>

// sqlite3_db_config is variadic, which Swift cannot call.
// https://sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigenabletrigger
static inline int kith_sqlite3_enable_triggers(sqlite3 *connection, int enabled) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled, (int *)0);
}

// "Name" in double quotes is a name and never a text, so that a column that does not exist is an error.
// https://sqlite.org/quirks.html#dblquote
static inline void kith_sqlite3_refuse_double_quoted_texts(sqlite3 *connection) {
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
}

#endif
