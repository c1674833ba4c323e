import Schema
import Words

extension SchemaFault: Explained {
    package var errorCode: String { code.rawValue }
    package var phrase: Phrase { code.phrase }
}

extension SchemaFault.Code {
    /// What people read of a schema that is refused; `%1` is the table and column.
    package var phrase: Phrase {
        switch self {
        case .noTables: Phrase(
            nl: "Dit schema heeft geen tabellen. Geef er minstens één.",
            en: "This schema has no tables. Give it at least one.")
        case .noColumns: Phrase(
            nl: "De tabel %1 heeft geen kolommen. Geef haar er minstens één, zoals created_at.",
            en: "The table %1 has no columns. Give it at least one, such as created_at.")
        case .tooMany: Phrase(
            nl: "Het schema is te groot vanaf %1. Een tabel heeft ten hoogste 62 kolommen, een samengestelde kolom 64 delen, een schema 512 tabellen en 64 verzamelingen: verdeel het.",
            en: "The schema is too large from %1 on. A table has at most 62 columns, a composite 64 parts, a schema 512 tables and 64 collections: divide it.")
        case .badName: Phrase(
            nl: "De naam %1 kan niet. Gebruik letters, cijfers en liggende streepjes, met een letter of streepje vooraan, ten hoogste 63; een afgeleide tabel begint met kith_index_ en de naam van de index.",
            en: "The name %1 cannot be used. Use letters, digits and underscores, a letter or underscore first, at most 63; a derived table begins with kith_index_ and the index's name.")
        case .reservedName: Phrase(
            nl: "De naam %1 is van SQLite of van Kith zelf (sqlite_…, kith_…, rowid). Kies een andere.",
            en: "The name %1 belongs to SQLite or to Kith itself (sqlite_…, kith_…, rowid). Choose another.")
        case .sameName: Phrase(
            nl: "De naam %1 komt twee keer voor, misschien met andere hoofdletters; voor SQLite is dat dezelfde. Kies een andere.",
            en: "The name %1 occurs twice, perhaps with other capitals; to SQLite these are one. Choose another.")
        case .otherKey: Phrase(
            nl: "%1 kan geen sleutel zijn. Een rij heet naar id, een tekst die Kith maakt, of naar twee id's; haal de kolom weg, en laat een eigenaar een id als sleutel hebben.",
            en: "%1 cannot be a key. A row is named by id, a text that Kith makes, or by two ids; leave the column out, and let an owner have an id as its key.")
        case .wrongKind: Phrase(
            nl: "De kolom %1 kan zo niet samengevoegd worden. Een teller is een geheel getal, een rangorde is een tekst met 1 tot 64 verschillende waarden, en alleen een register of een vast gegeven heeft delen.",
            en: "The column %1 cannot be merged that way. A counter is a whole number, a rank is a text with 1 to 64 different values, and only a register or a fact has parts.")
        case .differs: Phrase(
            nl: "Deze replica heeft %1 al, anders dan dit programma: een ander programma heeft het gemaakt. Kies een andere naam, of open het bestand met dat programma. Er is niets veranderd.",
            en: "This replica has %1 already, otherwise than this program: another program made it. Choose another name, or open the file with that program. Nothing was changed.")
        case .unknownName: Phrase(
            nl: "Het schema noemt %1, dat er niet in staat. Voeg het toe, of haal de verwijzing weg.",
            en: "The schema names %1, which is not in it. Add it, or take the reference away.")
        }
    }
}
