#if Postgres
/// The tables of a relay in a PostgreSQL database, in the schema that the connection finds first. What they hold is what
/// `SpaceFileLayout` says of a file, with all spaces in the same tables.
enum PostgresLayout {
    static let version: Int64 = 1

    /// Any number that no other program of the database is likely to lock: the letters "KITH" and "rela".
    static let lock: Int64 = 0x4B49_5448_7265_6C61

    static let version1 = """
        create table kith_relay_layout (version bigint not null);
        insert into kith_relay_layout values (1);

        -- A row for each space. Whoever writes to a space locks its row first, so that writers of all processes come one after another.
        create table kith_relay_space (
            number bigint generated always as identity primary key,
            space bytea not null unique,
            incarnation bytea not null,
            home text not null,                   -- the cluster, its timeline and this table's oid when the incarnation was taken
            place bigint not null default 0,
            drop_count bigint not null default 0,
            byte_count bigint not null default 0,
            created bigint not null
        );
        create table kith_relay_statement (
            space bigint not null references kith_relay_space on delete cascade,
            place bigint not null,
            id bytea not null,
            bytes bytea not null,
            primary key (space, place),
            unique (space, id)
        );
        create table kith_relay_delta (
            number bigint generated always as identity primary key,
            space bigint not null references kith_relay_space on delete cascade,
            id bytea not null,
            place bigint,
            roster_place bigint not null,
            since bigint not null,
            received bigint,
            segment_count bigint not null,
            manifest bytea not null,
            unique (space, id),
            unique (space, place)
        );
        -- Sealed bytes cannot be compressed: the server need not try.
        create table kith_relay_segment (
            delta bigint not null references kith_relay_delta on delete cascade,
            index bigint not null,
            received bigint not null,
            bytes bytea not null,
            primary key (delta, index)
        );
        alter table kith_relay_segment alter column bytes set storage external;
        create table kith_relay_contact (
            space bigint not null references kith_relay_space on delete cascade,
            replica bytea not null,
            device bytea not null,
            last bigint not null,
            received_byte_count bigint not null,
            sent_byte_count bigint not null,
            primary key (space, replica)
        );
        create table kith_relay_receipt (
            space bigint not null references kith_relay_space on delete cascade,
            replica bytea not null,
            collection bytea not null,            -- UTF-8; text could not hold every name that the wire can
            stated bigint not null,
            name bytea not null,
            contents bytea,
            primary key (space, replica, collection, stated)
        );
        create table kith_relay_archive (
            space bigint not null references kith_relay_space on delete cascade,
            name bytea not null,
            form bytea not null,
            primary key (space, name)
        );
        create table kith_relay_event (
            number bigint generated always as identity primary key,
            space bigint not null references kith_relay_space on delete cascade,
            time bigint not null,
            kind text not null,
            device bytea,
            detail text not null
        );
        create index kith_relay_event_time on kith_relay_event (space, time);
        """
}
#endif
