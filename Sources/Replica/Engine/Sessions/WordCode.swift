import CRDT

/// A digest as five words that two volunteers can compare aloud: 40 bits, so different contents hardly ever sound alike.
package enum WordCode {
    package static let wordCount = 5

    package static func of(_ digest: Nonce) -> String {
        digest.bytes.prefix(wordCount).map { words[Int($0)] }.joined(separator: "-")
    }

    /// Short Dutch words for animals, plants and things, none offensive, no two alike to the ear. Never reordered: laptops
    /// with different versions must say the same.
    package static let words = """
        aap appel arend arm auto bad bal balk band bank bes beer bel berg berk beuk bever bij bijl bizon blad \
        blik bloem boek boer boom boon boot bord bos brug bril broek brood bruid buis bus cactus cello cirkel citroen \
        clown contract dak das deeg degen deken deur dier dijk distel doek dolfijn dorp draak droom druif duif duim \
        duin eend egel eiland eik ekster eland emmer engel ezel fakkel fazant feest fiets film fluit forel fort foto \
        framboos gang gans garnaal gazon geit geld gieter gitaar glas goud gras grot haai haan haard hamer hamster \
        handdoek hart haven havik heide helm hemel hert heuvel hond honing hoorn huis iglo inkt ivoor jas \
        juweel kaars kaas kabel kameel kano kast kasteel kat kelk kers ketel kikker kip klaver klok knop koe koffer \
        konijn kool koning kraan krab kreeft krokus kruik kubus lamp laars lantaarn leeuw lepel lente libel lijster lijm \
        linde luipaard maan magneet mand marmer mast meer melk merel mier molen mossel motor mug muis munt muur \
        muts naald nacht nest neus noot oester oever olie olifant olijf oor orgel otter paard paling panda papier parel \
        pauw peer pen peper perzik piano pinguin plank poort postzegel potlood prins radijs raam raket regen rivier \
        robot roos rots rugzak sap schaap schelp schip schildpad slak sleutel sneeuw specht spiegel ster stoel storm \
        strand tafel tand tent tijger toren tram trein trommel tulp uil vaas varen veer vijver vis vlag vlinder vogel vos \
        vuur wagen walvis wiel wilg wolk wolf wortel zadel zebra zeil zon zout zwaan
        """.split(separator: " ").map(String.init)
}
