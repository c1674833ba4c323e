/// Given names and what people with them are called: `Cornelis` is `Kees`. Dutch ones, and those of other origins that are
/// common in Dutch neighbourhoods. Folded; a name may stand in several lines.
///
/// Source: Nederlandse Voornamenbank, Meertens Instituut, https://www.meertens.knaw.nl/nvb/
enum GivenNames {
    private static let families = """
        johannes jan johan hans joannes johannus
        pieter piet petrus peter pier
        cornelis kees cor cornelius
        hendrik henk hendrikus henri rik harrie
        wilhelmus willem wim wil
        gerardus gerard ger gerrit geert
        jacobus jaap jacob koos sjaak jacques
        antonius anton toon ton antoon
        theodorus theo dorus
        franciscus frans frank
        adrianus adriaan ad arie janus adri
        martinus martin maarten tinus martien
        nicolaas nico klaas nicolaus niek
        lambertus bert lammert
        albertus albert bert bart ab
        hubertus huub hub bert
        bernardus bernard ben bernd
        josephus jozef jos jef sjef joseph
        matheus mathieu thijs matthijs mattheus
        bartholomeus bart
        leonardus leo leon leendert
        christiaan chris christianus
        michael michiel maikel michel
        alexander alex sander xander lex
        robertus robert rob bob
        ronaldus ronald ron
        rudolf ruud rudolphus rudi
        richardus richard rick
        eduardus eduard ed edward
        johanna hanna jo joke annie hannie jannie johanneke
        maria marie marijke ria rie mia marieke mieke miep
        elisabeth els elly lies liesbeth betty bep elize lisa
        wilhelmina mina willy wil willemien mien minnie
        cornelia corrie cor nelie nel nelleke
        catharina trijntje katrien toos trien karin rina tine catherina
        margaretha greet margriet gre greetje marga
        petronella nel petra nelly pietje ella
        adriana adrie jana jannie ada
        hendrika rika riek hennie drika
        geertruida truus trudy geertje geert
        jacoba coby coba
        antonia toos tonnie antoinette
        anna anneke annie ans anne
        helena leni lena heleen
        christina stien tineke christien tina
        theresia thea trees
        francisca cisca siska fransje
        alida ali alie
        aaltje alie
        mohammed mohamed muhammad mohammad mo mehmet
        ahmed achmed ahmet
        youssef yusuf joesoef jozef
        fatima fatma faatima
        aicha aisha ayse
        ibrahim abraham bram
        abdelkader kader
        abdellah abdullah abdul
        hassan hasan
        hussein huseyin hossein
        mustafa mostafa
        khadija khadijah hatice hatice
        zeynep zainab zineb
        """

    private static let familiesByName: [[UInt8]: Set<Int>] = {
        var found: [[UInt8]: Set<Int>] = [:]
        for (number, line) in families.split(separator: "\n").enumerated() {
            for name in line.split(separator: " ") { found[Array(name.utf8), default: []].insert(number) }
        }
        return found
    }()

    /// Whether both are names of one line.
    static func areRelated(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
        guard let first = familiesByName[Array(a)], let second = familiesByName[Array(b)] else { return false }
        return !first.isDisjoint(with: second)
    }
}
