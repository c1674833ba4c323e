import Community
import CRDT

/// The target of a header in a table of names; a number in it ("E-mail 2", "Phone 1 - Value") does not matter then.
func recognised(_ header: String, in names: [String: ColumnMap.Target]) -> ColumnMap.Target? {
    let letters = folded(header).filter { $0.isLetter || $0.isNumber }
    return names[letters] ?? repeatable(names[letters.filter { !$0.isNumber }])
}

/// Only what may come more than once can be numbered: "Address 2" is not the street.
private func repeatable(_ target: ColumnMap.Target?) -> ColumnMap.Target? {
    target?.isRepeatable == true ? target : nil
}

/// Headers as letters and digits only, folded: our own names, Dutch and English ones, and those of Google, Outlook and
/// Thunderbird.
let headerNames: [String: ColumnMap.Target] = {
    var names: [String: ColumnMap.Target] = [:]
    for column in ColumnMap.Target.contactColumns { names[column.filter { $0 != "_" }] = .contact(column) }
    for part in ColumnMap.Target.addressParts { names[part.filter { $0 != "_" }] = .address(part) }
    for (target, headers) in knownHeaders {
        for header in headers.split(separator: " ") { names[String(header)] = target }
    }
    return names
}()

/// Headers that mean a column only when no better one fills it.
let weakHeaderNames: [String: ColumnMap.Target] = [
    "voorletters": .contact("given_name"), "initialen": .contact("given_name"), "initials": .contact("given_name"),
    "naam": .fullName, "name": .fullName, "displayname": .fullName, "contact": .fullName, "contactpersoon": .fullName,
    "nr": .address("number"), "nummer": .address("number"),
    "stadsdeel": .contact("area"), "gemeente": .address("city"), "state": .address("province"),
]

/// Headers of numbers that a person has, and of birth dates, of which only a mark is kept, as letters and digits only, folded.
let markHeaderNames: [String: ColumnMap.Target] = {
    let numbers = "lidnummer lidnr ledennummer relatienummer klantnummer klantnr clientnummer clientnr personeelsnummer "
        + "persoonsnummer pasnummer kaartnummer stadspasnummer vrijwilligersnummer membershipnumber membershipno memberno "
        + "membernumber memberid clientnumber clientno clientid personid personnumber employeenumber customernumber "
        + "socsecid socialsecuritynumber socialsecurityid ssn nationalid"
    let days = "geboortedatum gebdatum geborenop geboren datumgeboorte birthday birthdate dateofbirth dob"
    var names: [String: ColumnMap.Target] = [:]
    for name in numbers.split(separator: " ") { names[String(name)] = .mark(.number) }
    for name in days.split(separator: " ") { names[String(name)] = .mark(.day) }
    return names
}()

private let knownHeaders: [(ColumnMap.Target, String)] = [
    (.contact("given_name"), "voornaam voornamen firstname givenname forename"),
    (.contact("infix"), "tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels tv tussenv infix prefixfamilyname"),
    (.contact("family_name"), "achternaam familienaam lastname familyname surname"),
    (.contact("nickname"), "roepnaam bijnaam nickname"),
    (.contact("organisation"), "organisatie organisation organization bedrijf company stichting vereniging "
        + "organizationname organisationname bedrijfsnaam"),
    (.contact("language"), "taal moedertaal voorkeurstaal language preferredlanguage"),
    (.contact("preferred_channel"), "voorkeurskanaal contactvoorkeur preferredchannel"),
    (.contact("area"), "wijk buurt gebied area neighbourhood neighborhood district wijkbuurt"),
    (.contact("active"), "actief active"),
    (.contact("visibility"), "zichtbaarheid visibility"),
    (.fullName, "volledigenaam fullname naamvrijwilliger voorenachternaam"),
    (.middleName, "middlename additionalname tweedenaam middelstenaam"),
    (.note, "notitie notities opmerking opmerkingen aantekening aantekeningen bijzonderheden toelichting "
        + "note notes remark remarks comment comments"),
    (.line("TITLE"), "jobtitle functie organizationtitle"),
    (.line("CATEGORIES"), "categories categorieen labels groupmembership"),
    (.uid, "id uid uuid recid recordid contactid externalid lidnummer relatienummer vrijwilligersnummer sourceuid"),
    (.point(type: "tel", label: nil), "telefoon telefoonnummer telnr tel telnummer phone phonenumber telephone "
        + "phonevalue primaryphone otherphone"),
    (.point(type: "tel", label: "mobile"), "mobiel mobieltje mobielnummer mobielenummer gsm mobielnr mobile mobilephone "
        + "mobilenumber cell cellphone telefoonmobiel mobieletelefoon"),
    (.point(type: "tel", label: "home"), "telefoonthuis thuistelefoon telefoonprive vastetelefoon vast homephone"),
    (.point(type: "tel", label: "work"), "telefoonwerk workphone businessphone companymainphone"),
    (.point(type: "tel", label: "fax"), "fax faxnummer faxnumber businessfax homefax otherfax"),
    (.point(type: "tel", label: "pager"), "pager pagernumber"),
    (.point(type: "email", label: nil), "email mail emailadres mailadres emailaddress primaryemail secondaryemail emailvalue"),
    (.point(type: "email", label: "home"), "emailprive emailthuis homeemail"),
    (.point(type: "email", label: "work"), "emailwerk workemail"),
    (.point(type: "url", label: nil), "website webpagina webpage url site homepage websitevalue"),
    (.addressLine, "adres adresregel address addressline homestreet straatenhuisnummer straatenummer straathuisnummer "
        + "address1street homeaddress streetaddress"),
    (.address("street"), "straat straatnaam street streetname address1"),
    (.address("number"), "huisnummer huisnr housenumber streetnumber number"),
    (.address("addition"), "toevoeging huisnummertoevoeging huisnrtoevoeging toev addition housenumberaddition"),
    (.address("postal_code"), "postcode postalcode zip zipcode homepostalcode homezipcode address1postalcode"),
    (.address("city"), "woonplaats plaats stad city town suburb homecity address1city"),
    (.address("province"), "provincie province homestate address1region"),
    (.address("country"), "land country homecountry homecountryregion address1country"),
    (.address("lat"), "latitude breedtegraad lat"),
    (.address("lon"), "longitude lengtegraad lon lng"),
]
