

/// The engine's own tables in a replica file. Their names begin with `kith_`; everything else in the file belongs to people.
///
/// A shipped version never changes: a later one adds its own migration, and a replica file of every released version
/// stays in Fixtures. All of it works on SQLite 3.24, because any client's connection must be able to read the schema.
enum Layout {
    /// "KITH" in SQLite's header (https://sqlite.org/fileformat.html, Application ID), so that `file` can tell a replica.
    static let applicationID: Int32 = 0x4B49_5448
    static let version = 3

    static let version1 = """
        -- One row: which space, device and replica this file is.
        create table kith_replica (
            only integer primary key check (only = 1),
            space blob not null,                  -- 16 bytes
            space_name text not null,
            import_secret blob not null,          -- 32 bytes, key of the HMAC that makes the ids of imported rows
            device blob not null,                 -- 16 bytes
            replica blob not null,                -- 16 bytes, random, for each file
            label text not null,                  -- the device's name for people
            collections text not null,            -- those this device is admitted to, a line each
            created integer not null              -- milliseconds since 1970 UTC
        );

        -- Tables that have been met, here or in a delta, by the number that records are kept under.
        create table kith_table (
            number integer primary key,
            name text not null,
            key_parts integer not null
        );

        -- Columns that have been met, by number in the sets of kith_change.columns. A column this version does not know
        -- is kept and forwarded by this row alone.
        create table kith_column (
            tbl integer not null,
            number integer not null,              -- from 1; 0 is the record's existence
            name text not null,
            parts text not null,                  -- names of SQL columns, a line each
            accumulates integer not null,         -- 1: values add up, nothing covers them
            shown integer not null default 0,     -- 1: has SQL columns here; 0: values are only kept in kith_aside
            primary key (tbl, number)
        ) without rowid;

        -- The roster: signed statements as they came (Protocol.md, "Roster").
        create table kith_statement (
            place integer primary key,
            id blob not null unique,              -- 32 bytes
            bytes blob not null,
            acted integer not null default 0      -- 1: what it asks of this replica has been done
        );
        -- What other replicas are known to hold of it: the statements that no other of theirs builds on.
        create table kith_peer_roster (replica blob primary key, heads blob not null) without rowid;

        -- Devices by id, with the name that people gave them, as the roster has it.
        create table kith_device (id blob primary key, label text not null) without rowid;

        -- Writers in the order in which this replica met them.
        create table kith_writer (
            ordinal integer primary key,
            id blob not null,                     -- the nonce of its first batch
            root blob,                            -- the first writer of its line, and the batch before this writer's
            before_last integer,                  -- first, after which copies parted; null: it is itself the first
            before_nonce blob,
            collection text not null,
            device blob,                          -- null until the roster tells
            closed integer not null default 0,    -- last sequence held with nothing missing before it
            heard integer not null default 0,     -- greatest sequence that anyone is known to hold whole
            own integer not null default 0,       -- last sequence stamped here, for this replica's own writers
            current integer not null default 0    -- 1: this replica stamps under this writer
        );

        -- Every batch ever heard of, for ever: the witness of a copied replica.
        create table kith_batch (
            writer integer not null,
            last integer not null,
            nonce blob not null,
            primary key (writer, last)
        ) without rowid;

        -- Where copies of a replica parted: a root and the last sequence before, for ever. What lies beyond, on every branch
        -- of the line, has a writer's name of its own.
        create table kith_cut (
            root blob not null,
            last integer not null,
            told integer not null default 0,      -- 1: a signed statement says so
            primary key (root, last)
        ) without rowid;

        -- The living changes, and anchors. Values are not here: they are in the people's own tables, in the trash, or in
        -- kith_aside where they differ from what is shown.
        create table kith_change (
            dot integer primary key,              -- writer ordinal << 32 | sequence
            record blob not null,                 -- table number, then the key (Protocol.md, "Record key")
            time integer not null,                -- milliseconds since 1970 UTC
            columns integer not null,             -- the columns it still wins, a bit each; bit 0 is existence
            context blob,                         -- pairs of writer ordinal and last sequence; null when empty
            flags integer not null                -- 1 anchor, 2 deletes, 4 has values in kith_aside
        );
        -- Finds the changes of a record.
        create index kith_change_record on kith_change (record);

        -- Values of living changes that are not what the row shows: siblings, columns and tables this version does not
        -- know, and rows that could not be written. A living change without a row here has the value that is shown.
        create table kith_aside (
            dot integer not null, col integer not null, part integer not null, value,
            primary key (dot, col, part)
        ) without rowid;

        -- Increments of counters, named by the change that made them.
        create table kith_increment (
            record blob not null, col integer not null, dot integer not null, amount integer not null,
            primary key (record, col, dot)
        ) without rowid;

        -- Records whose row could not be written, with SQLite's reason.
        create table kith_parked (record blob primary key, reason text not null) without rowid;

        -- Records that are gone for ever: nothing of them is kept or taken in again. Nothing stands beside the key, so that
        -- a row says no more than that something of this name was erased.
        create table kith_erased (record blob primary key) without rowid;
        -- Those erased here only because their owner is, and that no statement names yet.
        create table kith_erasure_owed (record blob primary key, owner blob not null) without rowid;
        -- One row: what is left to do after erasing, and what was done again.
        create table kith_scrub (
            only integer primary key check (only = 1),
            owed integer not null,                -- how often rows were removed since free pages and WAL were emptied last
            refused integer not null              -- rows of erased records that SQL inserted and stamping removed again
        );
        insert into kith_scrub values (1, 0, 0);

        -- What was done here that can be undone, and what merges replaced; kept for 30 days.
        create table kith_moment (
            id integer primary key,
            kind text not null,                   -- 'edit', 'import', 'undo', 'merge' or 'founding'
            time integer not null,
            undone integer not null default 0
        );
        create table kith_moment_range (moment integer not null, first integer not null, last integer not null);
        create table kith_replaced (
            moment integer not null,
            record blob not null,
            columns integer not null,             -- whose values before are kept; bit 0: the row existed
            before blob not null,                 -- their values, ascending (Protocol.md, "Values")
            primary key (moment, record)
        ) without rowid;

        -- What other replicas have stated of themselves, and what this one has stated to them.
        create table kith_peer (
            replica blob not null, collection text not null, device blob not null,
            received blob,                        -- name of the knowledge it stated last
            stated blob,                          -- name of the knowledge last stated to it
            met integer not null,                 -- milliseconds since 1970 UTC
            primary key (replica, collection)
        ) without rowid;
        -- Relays that this replica meets by itself. Local, as somebody typed it; nothing of it travels.
        create table kith_relay (
            device blob primary key,              -- which must answer there
            host text not null,
            port integer not null,
            added integer not null,               -- milliseconds since 1970 UTC
            met integer                           -- when it was met last, to the minute; null: never
        ) without rowid;
        -- Knowledge by name, for statements and receipts; encoded as in Protocol.md.
        create table kith_knowledge (name blob primary key, encoded blob not null, noted integer not null) without rowid;

        -- Deltas by id: those of which a part has been merged; those that wait for an earlier one, with their segments; and
        -- those merged whole, so that the same bundle again is known at once.
        create table kith_incoming (
            delta blob primary key,
            manifest blob,                        -- null: merged whole
            merged blob,                          -- a byte for each segment, 1 when merged; null: waits
            since integer not null
        ) without rowid;
        -- Deltas packed by a device that has been removed: kept, with their segments, until somebody decides.
        create table kith_quarantine (delta blob primary key, manifest blob not null, since integer not null) without rowid;
        create table kith_waiting_segment (delta blob not null, number integer not null, bytes blob not null, primary key (delta, number)) without rowid;
        """

    /// Told apart by it: whether the triggers watched all the time, and what the rows showed then.
    static let version2 = """
        -- Deltas by id: those that are not merged, with what is here of their segments; and those that are, so that the same
        -- bundle again is known at once. What version 1 had kept of deltas has manifests of a form that was never released
        -- and cannot be read any more: it comes again.
        delete from kith_waiting_segment;
        delete from kith_quarantine;
        drop table kith_incoming;
        create table kith_incoming (
            delta blob primary key,
            manifest blob,                        -- null: everything in it is held
            since integer not null
        ) without rowid;

        -- One row: SQLite's schema cookie (https://sqlite.org/pragma.html#pragma_schema_version) when every trigger was last
        -- known to be in its place. Any other program that makes, drops or alters a table or trigger changes the cookie.
        create table kith_watch (only integer primary key check (only = 1), cookie integer not null);
        insert into kith_watch values (1, 0);

        -- What rows showed when they were last stamped or merged: a digest for each 64 dots of a writer, of the records that have
        -- their anchors there (ShownDigest). Null: to be made again.
        create table kith_shown (block integer primary key, digest blob);
        -- Finds those to be made again.
        create index kith_shown_owed on kith_shown (block) where digest is null;
        insert into kith_shown (block) select distinct dot >> 6 from kith_change where flags & 1;

        -- Cells that are too large to travel: they are in no change.
        create table kith_too_large (record blob not null, col integer not null, byte_count integer not null, primary key (record, col)) without rowid;

        -- Columns that people added to shared tables by hand. They stay on this laptop; the trash has them too.
        create table kith_hand_column (tbl integer not null, name text not null, primary key (tbl, name)) without rowid;

        -- The shared tables as the programs that made them have them, for programs with others: JSON (Table), and what tells it from
        -- another version's. In the order in which they were made.
        create table kith_schema (name text primary key, fingerprint integer not null, definition text not null, place integer not null) without rowid;

        -- How a column merges, as whoever told of it first says: its number (Protocol.md, "Segment body"), and a rank's values
        -- safest first, a line each. Null: a column that this version does not know, met before kinds were told.
        alter table kith_column add column kind integer;
        alter table kith_column add column ranking text not null default '';
        -- The device that packed the delta with which a writer came that the roster did not name then; null for all others.
        alter table kith_writer add column bringer blob;
        -- Of deltas that wait, and not of those on their way into the log: who packed them, and how much they take.
        alter table kith_incoming add column packer blob;
        alter table kith_incoming add column byte_count integer;

        -- What erased people leave to be looked at: rows that told of one of them, until their words are erased or they are
        -- known to tell of others; contacts that somebody called the same person, until they are erased or let be.
        create table kith_left (
            record blob primary key,
            owner blob not null                   -- the erased record that it told of, or was said to be
        ) without rowid;
        -- Deltas that cannot be read are kept aside as well: the code of the reason (null: the packer was removed), and which version
        -- tried last. Of what somebody has discarded the name stays.
        alter table kith_quarantine add column reason text;
        alter table kith_quarantine add column reader integer not null default 0;
        alter table kith_quarantine add column discarded integer not null default 0;
        alter table kith_quarantine add column packer blob;
        alter table kith_quarantine add column byte_count integer;
        """

    /// Texts that merge.
    static let version3 = """
        -- Columns of kind text of which somebody edited passages, beside the words, which stand in the row (Text, TextBlob). Every
        -- other column of that kind is a value like any.
        create table kith_text (
            record blob not null, col integer not null,
            state blob not null,
            apart integer not null,               -- 1: what it shows is not in the row, but here
            shown,
            unsettled integer not null,           -- passages and late words that wait for a person
            met integer not null,                 -- changes of several that nobody has read together, of different passages
            primary key (record, col)
        ) without rowid;
        -- What a delta on its way into the log brings for such columns: empty but within that transaction.
        create table kith_text_arrival (
            record blob not null, col integer not null, dot integer not null,
            edit integer not null,                -- 1: changes of a text (TextChangeCoding); 0: a value
            value,
            primary key (record, col, dot)
        ) without rowid;
        """
}
