/// Given names and what people with them are called: `Cornelis` is `Kees`, `Katarzyna` is `Kasia`. Folded; a name may stand in
/// several lines, and stands for the first one of each.
///
/// Sources: Nederlandse Voornamenbank, Meertens Instituut, https://www.meertens.knaw.nl/nvb/, for Dutch names and those of other
/// origins in Dutch neighbourhoods. English, Turkish, Arabic and Polish ones are the short forms in everyday use, picked by hand;
/// https://www.behindthename.com and, of English, https://github.com/carltonnorthern/nicknames list them with many more.
package enum GivenNames {
    /// How many forms there are, each with the name it stands for.
    package static var pairCount: Int {
        Set(families.flatMap { line in line.dropFirst().map { [line[0], $0] } }).count
    }

    private static let families = [dutch, english, turkish, arabic, polish].flatMap { names in
        names.split { ";\n".contains($0) }.map { family in family.split(separator: " ").map { Array($0.utf8) } }
    }.filter { !$0.isEmpty }

    private static let dutch = """
        johannes jan johan hans joannes johannus; pieter piet petrus peter pier; cornelis kees cor cornelius;
        hendrik henk hendrikus henri rik harrie; wilhelmus willem wim wil; gerardus gerard ger gerrit geert;
        jacobus jaap jacob koos sjaak jacques; antonius anton toon ton antoon; theodorus theo dorus; franciscus frans frank;
        adrianus adriaan ad arie janus adri; martinus martin maarten tinus martien; nicolaas nico klaas nicolaus niek;
        lambertus bert lammert; albertus albert bert bart ab; hubertus huub hub bert; bernardus bernard ben bernd;
        josephus jozef jos jef sjef joseph; matheus mathieu thijs matthijs mattheus; bartholomeus bart;
        leonardus leo leon leendert; christiaan chris christianus; michael michiel maikel michel;
        alexander alex sander xander lex; robertus robert rob bob; ronaldus ronald ron; rudolf ruud rudolphus rudi;
        richardus richard rick; eduardus eduard ed edward; johanna hanna jo joke annie hannie jannie johanneke;
        maria marie marijke ria rie mia marieke mieke miep; elisabeth els elly lies liesbeth betty bep elize lisa;
        wilhelmina mina willy wil willemien mien minnie; cornelia corrie cor nelie nel nelleke;
        catharina trijntje katrien toos trien karin rina tine catherina; margaretha greet margriet gre greetje marga;
        petronella nel petra nelly pietje ella; adriana adrie jana jannie ada; hendrika rika riek hennie drika;
        geertruida truus trudy geertje geert; jacoba coby coba; antonia toos tonnie antoinette; anna anneke annie ans anne;
        helena leni lena heleen; christina stien tineke christien tina; theresia thea trees; francisca cisca siska fransje;
        alida ali alie; aaltje alie; mohammed mohamed muhammad mohammad mo mehmet; ahmed achmed ahmet;
        youssef yusuf joesoef jozef; fatima fatma faatima; aicha aisha ayse; ibrahim abraham bram; abdelkader kader;
        abdellah abdullah abdul; hassan hasan; hussein huseyin hossein; mustafa mostafa; khadija khadijah hatice;
        zeynep zainab zineb; thomas tom tommie tomas thom; benjamin ben benny; samuel sam sammie; daniel daan dan danny;
        david daaf dave; jonathan jon joep; joop johannes jo; josephus joop joep jopie; laurens laurentius lau rens;
        lourens laurens lou; ludovicus louis lodewijk lou; gijsbertus gijs gijsbert bert; dirk diederik dick derk;
        egbertus egbert bert; engelbertus engelbert bert; everardus evert everhard eef; ferdinandus ferdinand ferry nand;
        frederik fred freek frits frederikus; gerbrandus gerbrand; godefridus frits govert; gregorius greg goris;
        hermanus herman harm manus; hieronymus jeroen; ignatius ignaas; isaac isaak ies sjaak; joachim jochem; jodocus joost;
        jeronimus jeroen; karel carel carolus charles sjarel; levinus lieven; marinus rinus rien; mauritius maurits;
        mathias matthias thijs thies; philippus filip flip; quirinus rien; reinier rein reinder; rogier roger;
        sebastianus bas bastiaan sebastiaan; stephanus stefan stef steven; sijbrandus sijbrand sieb;
        valentinus valentijn tijn; vincentius vincent vin; wilhelmus wilco; wouter walterus wout; zacharias zach;
        abigail abby; agatha aagje aagt; agnes agnetha; aleida aaltje leida ali; angelina angelien lien;
        barbara bar babs barbera; bernadette bernie; brigitta gitta brigit; carolina carolien lien; charlotte lot lotte;
        cecilia cilia cisca; clara klaartje; clasina ina sien; dorothea door doortje thea dora; eleonora noor nora elly;
        emilia emmy; engelina lien; eva eefje; gesina sien gesien; gijsberta bertha; grietje margaretha; harmina mien harmke;
        helena hella ellen lenie; henriette jet jetty; hubertina tina bertina; ida iet; isabella isa bella;
        jacomina mina coba; jantje jannie; johanna joke jansje hanneke jopie; josephina jos fien josefien; judith juut;
        juliana jula; klasina sina; leonarda leonie narda; louisa loes lous wies; lucia lucy luus; machtelina machteld;
        magdalena leen lena magda; maria marijke mies maaike marja riet rietje; martha marth; mathilda tilly tilda mathilde;
        martina tineke tiny; paulina paula lien; philomena fien mena; pieternella nel pieternel; regina gina ina;
        rosalia roos roosje; sara saar saartje; sophia fie sofie fietje; susanna suus sanne; theodora thea dora door doortje;
        veronica vera; wilhelmina helma wilma
        """

    private static let english = """
        thomas tom tommy thom; william will willy bill billy liam; robert bob bobby rob robbie bert;
        richard rich rick dick ricky; james jim jimmy jamie; john jack johnny jock; edward ed eddie ted teddy ned;
        charles charlie chuck chas; henry harry hal hank; michael mike mick mickey mikey; joseph joe joey; samuel sam sammy;
        samantha sam sammy; benjamin ben benny benji; daniel dan danny; david dave davy; andrew andy drew;
        anthony antony tony; christopher chris kit topher; matthew matt matty; nicholas nick nicky;
        stephen steven steve stevie; peter pete; gregory greg; geoffrey jeffrey geoff jeff; philip phil pip;
        patrick pat paddy; timothy tim timmy; kenneth ken kenny; ronald ron ronnie; donald don donnie; douglas doug;
        raymond ray; gerald gerard gerry jerry; frederick fred freddie; frank francis frankie;
        lawrence laurence larry laurie; leonard len lenny leo; albert al bert; alfred alf alfie fred; arthur art artie;
        walter walt wally; theodore theo ted teddy; vincent vince vinny; victor vic; zachary zach zack; jonathan jon jonny;
        joshua josh; jacob jake; nathaniel nathan nat nate; alexander alex alec sandy; alan allan al; eugene gene;
        terence terry; margaret maggie meg peggy madge margie; elizabeth liz lizzie beth betty betsy eliza bess;
        katherine catherine kathryn kate katie kathy cathy kit kitty; mary molly polly may; ann anne annie nancy nan;
        susan susanna susie sue; jennifer jen jenny; jessica jess jessie; patricia pat patty tricia trish;
        victoria vicky tori; rebecca becky becca; deborah debbie deb; barbara barb babs barbie; dorothy dot dottie dolly;
        theresa teresa terry tess tessa; christine christina chris chrissie tina; pamela pam; sarah sally sadie;
        helen ellen nell nellie; eleanor ellie nell nora; florence flo florrie; frances fran fanny; gillian gill jill;
        jacqueline jackie; josephine jo josie; judith judy; amanda mandy; abigail abby gail; alexandra alex sandra sandy;
        angela angie; caroline carolyn carrie; cynthia cindy; sandra sandy; valerie val; veronica ronnie; virginia ginny;
        winifred win winnie; penelope penny
        """

    private static let turkish = """
        mehmet memo memet; mustafa musti; ibrahim ibo; suleyman sulo suli; huseyin huso hussein; abdullah apo; hasan haso;
        ramazan ramo; osman osi; ismail iso; selahattin selo; necmettin neco; necati neco; nurettin nuri; bahattin baho;
        muhammet muho muhammed; orhan oro; recep reco; serkan serko; volkan volki; fatma fatos; emine emis emos;
        zeynep zeyno; hatice hatce hatus; serife sero; meryem mero
        """

    private static let arabic = """
        mohammed mohamed muhammad moh mo simo hamada hamoudi mimoun; ahmed hamada hamid ahmad; abdelkader kader kadir;
        abderrahman abderrahmane abdou rahman; abdelaziz aziz abdou; abdellatif latif abdou; abdelhamid hamid abdou;
        abdelkarim abdelkrim karim krim; abdelmajid majid; abdelhakim hakim; abdelmalek malek malik; abderrahim rahim;
        abdelwahab wahab; abdessalam salam; abdessamad samad; abdullah abdallah abdellah abdou abed;
        mustapha mustafa mouss mus; youssef yousef joseph yusuf; ibrahim brahim; ismail smail; hussein hoceine hocine;
        said saeed; rachid rasheed; noureddine nordin nourdin nour; salaheddine salah; badreddine badr;
        azzeddine azz azzedin; khalid khaled; tariq tarik; bilal billel; zakaria zakariya zak; fatima fati fatna fatma tima;
        khadija dija khadijah; aicha aisha; mariam maryam meryem mimi; zineb zaynab zainab; naima nouma; yamina mina;
        amina mina; jamila mila; noura nora nour; samira sami
        """

    private static let polish = """
        katarzyna kasia kaska; malgorzata gosia goska malgosia; aleksandra ola olka; anna ania anka; agnieszka aga agusia;
        barbara basia baska; joanna asia aska joasia; magdalena magda; elzbieta ela elka; ewa ewka ewunia;
        maria marysia maryska mania; krystyna krysia kryska; zofia zosia zoska; jadwiga jadzia; halina halinka;
        danuta danka danusia; irena irenka; grazyna grazynka; bozena bozenka; jolanta jola jolka; urszula ula ulka;
        wieslawa wiesia; stanislawa stasia; monika monia; beata beatka; dorota dorotka; renata renia; iwona iwonka;
        natalia natalka; karolina karola; justyna justynka; paulina paula; weronika wera; zuzanna zuzia zuza; julia julka;
        hanna hania hanka; jan janek jasiek jas; stanislaw staszek stasiek stas; andrzej andrzejek jedrek; jozef jozek;
        tadeusz tadek; jerzy jurek; zbigniew zbyszek zbych; krzysztof krzysiek krzys; henryk heniek; ryszard rysiek;
        kazimierz kazik kazek; marek mareczek; marian marianek; piotr piotrek piotrus; tomasz tomek tomus; pawel pawelek;
        michal michalek misiek; marcin marcinek; jakub kuba kubus; wojciech wojtek; mateusz mati; lukasz luki lukaszek;
        grzegorz grzesiek grzes; jaroslaw jarek; dariusz darek; mariusz mariuszek; miroslaw mirek; slawomir slawek;
        wieslaw wiesiek; zdzislaw zdzisiek; boguslaw bogus; bogdan bodzio; czeslaw czesiek; edward edek; franciszek franek;
        ignacy ignac; leszek lech; maciej maciek; przemyslaw przemek; radoslaw radek; rafal rafalek; sebastian seba;
        szymon szymek; witold witek; wladyslaw wladek; zygmunt zyga zygmus; aleksander olek; antoni antek;
        bartosz bartlomiej bartek; filip filipek; karol karolek; kamil kamilek
        """

    private static let familiesByName: [[UInt8]: Set<Int>] = {
        var found: [[UInt8]: Set<Int>] = [:]
        for (number, line) in families.enumerated() { for name in line { found[name, default: []].insert(number) } }
        return found
    }()

    /// Whether both are names of one line.
    static func areRelated(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
        guard let first = familiesByName[Array(a)], let second = familiesByName[Array(b)] else { return false }
        return !first.isDisjoint(with: second)
    }
}
