/// The tables of a space's file, as a relay keeps them. They name devices, times and sizes; what people entered is sealed in the
/// segments.
///
/// A shipped version never changes: a later one adds its own migration.
enum SpaceFileLayout {
    /// "KITR" in SQLite's header (https://sqlite.org/fileformat.html, Application ID).
    static let applicationID: Int32 = 0x4B49_5452
    static let version: Int32 = 1

    /// A segment's key is its delta's number and its index: a delta has at most 65,536 (`Limits.deltaSegmentCount`).
    static func key(_ delta: Int64, _ index: Int) -> Int64 { delta << 16 | Int64(index) }

    static let version1 = """
        -- One row: which space this is, which incarnation of a store, where the file lay when it took that name, and how far it is.
        create table kith_relay_space (
            only integer primary key check (only = 1),
            space blob not null,                  -- 16 bytes
            incarnation blob not null,            -- 16 bytes, random
            machine blob not null,                -- 16 bytes: hash of the machine's id
            path blob not null,                   -- 16 bytes: hash of the file's whole path
            inode text not null,                  -- device and inode, decimal
            place integer not null,               -- the greatest given
            drop_count integer not null,          -- how many whole deltas were dropped
            byte_count integer not null,          -- of all segments and manifests
            created integer not null              -- milliseconds since 1970 UTC
        );

        -- The roster: signed statements as they came.
        create table kith_relay_statement (
            place integer primary key,
            id blob not null unique,              -- 32 bytes: SHA-256 of the bytes
            bytes blob not null
        );

        -- Deltas, whole or on their way in. Numbers are not given twice while a delta of a greater number is there.
        create table kith_relay_delta (
            number integer primary key,
            id blob not null unique,              -- 16 bytes
            place integer,                        -- null: some segments are still to come
            roster_place integer not null,
            since integer not null,               -- when its manifest came, milliseconds since 1970 UTC
            received integer,                     -- when its last segment came; null while it has not
            segment_count integer not null
        );
        -- Deltas are served in the order of their places.
        create unique index kith_relay_delta_place on kith_relay_delta (place) where place is not null;

        -- The manifest of each delta, with its signature: beside the row that changes, because it can be large.
        create table kith_relay_manifest (
            delta integer primary key,
            payload blob not null
        );

        -- Sealed segments, by their delta's number times 65,536 plus their index: one search finds one, and one range all of a delta.
        -- The bytes come last, so that the rest of a row is read without them.
        create table kith_relay_segment (
            key integer primary key,
            received integer not null,            -- milliseconds since 1970 UTC
            bytes blob not null
        );

        -- Replicas that were here.
        create table kith_relay_contact (
            replica blob primary key,             -- 16 bytes
            device blob not null,                 -- 16 bytes
            last integer not null,                -- end of its last session, milliseconds since 1970 UTC; 0: none has ended
            received_byte_count integer not null,
            sent_byte_count integer not null
        ) without rowid;

        -- What replicas hold, and what they were told of this store, as names of archived knowledge.
        create table kith_relay_receipt (
            replica blob not null,                -- 16 bytes
            collection text not null,
            stated integer not null,              -- 1: what it was told; 0: what it said
            name blob not null,                   -- 16 bytes
            contents blob,                        -- 64 bytes: what it holds there; null: it has not said
            primary key (replica, collection, stated)
        ) without rowid;

        -- Knowledge by its name, whole or relative to other knowledge of this table.
        create table kith_relay_archive (
            name blob primary key,                -- 16 bytes
            form blob not null
        ) without rowid;

        -- What an operator may ask about later: codes, ids and numbers. The oldest go when there are too many.
        create table kith_relay_event (
            number integer primary key,
            time integer not null,                -- milliseconds since 1970 UTC
            kind text not null,
            device blob,                          -- 16 bytes; null: none has to do with it
            detail text not null
        );
        -- Events are asked for by time.
        create index kith_relay_event_time on kith_relay_event (time);
        """
}
