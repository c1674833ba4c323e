import CRDT
import Interchange
import Testing

/// The address books that people have, with the header lines that these programs write.
@Suite("Other programs' lists") struct ProgramListTests {
    private func said(_ list: ReadList) -> [String] {
        list.rows.map { row in
            row.table + ": " + row.values.filter { !["contact", "source", "kind"].contains($0.name) }
                .map { "\($0.name)=\(row.text($0.name))" }.joined(separator: " | ")
        }
    }

    @Test func googleNow() throws {
        let list = try ReadList("""
            First Name,Middle Name,Last Name,Name Prefix,Nickname,Organization Name,Organization Title,Organization Department,Birthday,Notes,Labels,\
            E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,\
            Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,\
            Address 2 - Street,Address 2 - City,Website 1 - Label,Website 1 - Value
            Fatima,van den,Berg,Mw.,,De Brug,Kok,Keuken,1990-01-01,Kan dinsdag,Buren ::: * myContacts,* Home,f@example.org,Work,f@debrug.example,\
            Mobile,'+31 6 00000001,Camping,010-5550123 ::: 010-5550124,Home,"Dijkweg 45, Ede",Dijkweg 45,Ede,,6711 AB,NL,Laan 1,Zuid,Blog,https://example.org
            """, source: "google")
        #expect(said(list) == [
            "contact: given_name=Fatima | infix=van den | family_name=Berg | organisation=De Brug | extra_vcard=TITLE:Kok\nNOTE:Kan dinsdag\nCATEGORIES:Buren,myContacts | linkage_marks=d9a",
            "contact_point: type=email | value=f@example.org | label=home", "contact_point: type=email | value=f@debrug.example | label=work",
            "contact_point: type=tel | value=+31 6 00000001 | label=mobile", "contact_point: type=tel | value=010-5550123 | label=Camping",
            "contact_point: type=tel | value=010-5550124 | label=Camping", "contact_point: type=url | value=https://example.org | label=Blog",
            "address: street=Dijkweg | number=45 | postal_code=6711 AB | city=Ede | country=NL", "address: street=Laan | number=1 | city=Zuid",
        ])
        #expect(list.map.unmappedHeaders == ["Name Prefix", "Organization Department", "Address 1 - Label", "Address 1 - Formatted"])
    }

    @Test func googleBefore() throws {
        let list = try ReadList("""
            Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,\
            Address 1 - Type,Address 1 - Street,Address 1 - City,Organization 1 - Type,Organization 1 - Name,Organization 1 - Title
            Jan Bos,Jan,,Bos,* myContacts,* Other,jan@example.org,Work Fax,010-5550199,Home,Kerkplein 3a,Zuid,,De Brug,Voorzitter
            """)
        #expect(said(list) == [
            "contact: given_name=Jan | family_name=Bos | organisation=De Brug | extra_vcard=CATEGORIES:myContacts\nTITLE:Voorzitter",
            "contact_point: type=email | value=jan@example.org", "contact_point: type=tel | value=010-5550199 | label=fax",
            "address: street=Kerkplein | number=3 | addition=a | city=Zuid",
        ])
    }

    @Test func outlook() throws {
        let list = try ReadList("""
            Title,First Name,Middle Name,Last Name,Company,Job Title,Business Street,Business City,Business Postal Code,Business Country/Region,Home Street,Home City,\
            Home Postal Code,Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,Pager,E-mail Address,E-mail Type,E-mail 2 Address,Web Page,Notes
            ,Zoë,van der,Meer,De Brug,Kok,Kerkplein 3,Zuid,1234 AB,Nederland,Dijkweg 45,Ede,6711 AB,010-1,010-5550120,010-5550121,010-5550122,06-00000003,,z@example.org,SMTP,zoe@example.org,example.org,
            """)
        #expect(said(list) == [
            "contact: given_name=Zoë | infix=van der | family_name=Meer | organisation=De Brug | extra_vcard=TITLE:Kok",
            "contact_point: type=tel | value=010-1 | label=fax", "contact_point: type=tel | value=010-5550120 | label=work",
            "contact_point: type=tel | value=010-5550121 | label=work", "contact_point: type=tel | value=010-5550122 | label=home",
            "contact_point: type=tel | value=06-00000003 | label=mobile", "contact_point: type=email | value=z@example.org",
            "contact_point: type=email | value=zoe@example.org", "contact_point: type=url | value=example.org",
            "address: street=Dijkweg | number=45 | postal_code=6711 AB | city=Ede", "address: street=Kerkplein | number=3 | postal_code=1234 AB | city=Zuid | country=Nederland",
        ])
    }

    @Test func thunderbird() throws {
        let list = try ReadList("""
            First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,Fax Number,Pager Number,Mobile Number,\
            Home Address,Home Address 2,Home City,Home State,Home ZipCode,Home Country,Work Address,Work City,Work ZipCode,Job Title,Organization,Web Page 1,Birth Year,Notes
            Jan,de Vries,Jan de Vries,Jantje,jan@example.org,,,010-5550120,,,,06-00000004,Dijkweg 45,,Ede,,6711 AB,NL,Kerkplein 3,Zuid,,Kok,De Brug,,1990,
            """)
        #expect(said(list) == [
            "contact: given_name=Jan | infix=de | family_name=Vries | nickname=Jantje | organisation=De Brug | extra_vcard=TITLE:Kok",
            "contact_point: type=email | value=jan@example.org", "contact_point: type=tel | value=010-5550120 | label=work",
            "contact_point: type=tel | value=06-00000004 | label=mobile",
            "address: street=Dijkweg | number=45 | postal_code=6711 AB | city=Ede | country=NL", "address: street=Kerkplein | number=3 | city=Zuid",
        ])
        #expect(list.map.unmappedHeaders.contains("Birth Year"), "a date of birth is no column of ours")
    }

    @Test func aSpreadsheetsApostropheIsNoText() throws {
        let list = try ReadList("Naam,Telefoon\n'=Jan,'+31 6 00000001\n't Hof,06-1\n")
        #expect(list.rows("contact_point").map { $0.text("value") } == ["+31 6 00000001", "06-1"])
        #expect(list.rows("contact").map { $0.text("given_name") + $0.text("infix") } == ["=Jan", "'t"])
    }
}
