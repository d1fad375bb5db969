using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// One letter may be written in several ways: as one character, or as a letter and its accents, in any order, and in two
/// cases. What is equal here is equal to filters and to unique keys. The table is ours because the runtime composes
/// nothing without ICU, which a bare machine lacks.
/// </summary>
public static class Spelling
{
    // Hangul is composed by rule (Unicode 3.12): leading consonant and vowel, then a trailing consonant.
    private const char Syllable = '\uac00';
    private const char Leading = '\u1100';
    private const char Vowel = '\u1161';
    private const char Trailing = '\u11a7';
    private const int Vowels = 21;
    private const int Trailings = 28;
    private const int Syllables = 19 * Vowels * Trailings;

    // Each mark that makes one character of two, its class (marks of different classes may stand in any order), and the
    // letters that it joins, each with what becomes of it: Unicode's canonical compositions of the basic plane.
    private static readonly (char Mark, byte Class, string Letters)[] _compositions =
    [
        (
            '\u0300',
            230,
            "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳ¨῭ÂẦÊỀÔỒÜǛâầêềôồüǜĂẰăằĒḔēḕŌṐōṑƠỜơờƯỪưừΑᾺΕῈΗῊΙῚΟῸΥῪΩῺαὰεὲηὴιὶοὸυὺωὼϊῒϋῢЕЀИЍеѐиѝἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫ᾿῍῾῝"
        ), // combining grave accent
        (
            '\u0301',
            230,
            "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzź¨΅ÂẤÅǺÆǼÇḈÊẾÏḮÔỐÕṌØǾÜǗâấåǻæǽçḉêếïḯôốõṍøǿüǘĂẮăắĒḖēḗŌṒōṓŨṸũṹƠỚơớƯỨưứΑΆΕΈΗΉΙΊΟΌΥΎΩΏαάεέηήιίοόυύωώϊΐϋΰϒϓГЃКЌгѓкќἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ᾿῎῾῞"
        ), // combining acute accent
        ('\u0302', 230, "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑẠẬạậẸỆẹệỌỘọộ"), // combining circumflex accent
        ('\u0303', 230, "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹÂẪÊỄÔỖâẫêễôỗĂẴăẵƠỠơỡƯỮưữ"), // combining tilde
        ('\u0304', 230, "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢÕȬÖȪÜǕäǟæǣõȭöȫüǖǪǬǫǭȦǠȧǡȮȰȯȱΑᾹΙῙΥῩαᾱιῑυῡИӢУӮиӣуӯḶḸḷḹṚṜṛṝ"), // combining macron
        ('\u0306', 230, "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭȨḜȩḝΑᾸΙῘΥῨαᾰιῐυῠАӐЕӖЖӁИЙУЎаӑеӗжӂийуўẠẶạặ"), // combining breve
        ('\u0307', 230, "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżŚṤśṥŠṦšṧſẛṢṨṣṩ"), // combining dot above
        (
            '\u0308',
            230,
            "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿÕṎõṏŪṺūṻΙΪΥΫιϊυϋϒϔІЇАӒЕЁЖӜЗӞИӤОӦУӰЧӴЫӸЭӬаӓеёжӝзӟиӥоӧуӱчӵыӹэӭіїӘӚәӛӨӪөӫ"
        ), // combining diaeresis
        ('\u0309', 230, "AẢEẺIỈOỎUỦYỶaảeẻiỉoỏuủyỷÂẨÊỂÔỔâẩêểôổĂẲăẳƠỞơởƯỬưử"), // combining hook above
        ('\u030a', 230, "AÅUŮaåuůwẘyẙ"), // combining ring above
        ('\u030b', 230, "OŐUŰoőuűУӲуӳ"), // combining double acute accent
        ('\u030c', 230, "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚƷǮʒǯ"), // combining caron
        ('\u030f', 230, "AȀEȄIȈOȌRȐUȔaȁeȅiȉoȍrȑuȕѴѶѵѷ"), // combining double grave accent
        ('\u0311', 230, "AȂEȆIȊOȎRȒUȖaȃeȇiȋoȏrȓuȗ"), // combining inverted breve
        ('\u0313', 230, "ΑἈΕἘΗἨΙἸΟὈΩὨαἀεἐηἠιἰοὀρῤυὐωὠ"), // combining comma above
        ('\u0314', 230, "ΑἉΕἙΗἩΙἹΟὉΡῬΥὙΩὩαἁεἑηἡιἱοὁρῥυὑωὡ"), // combining reversed comma above
        ('\u031b', 216, "OƠUƯoơuư"), // combining horn
        ('\u0323', 220, "AẠBḄDḌEẸHḤIỊKḲLḶMṂNṆOỌRṚSṢTṬUỤVṾWẈYỴZẒaạbḅdḍeẹhḥiịkḳlḷmṃnṇoọrṛsṣtṭuụvṿwẉyỵzẓƠỢơợƯỰưự"), // combining dot below
        ('\u0324', 220, "UṲuṳ"), // combining diaeresis below
        ('\u0325', 220, "AḀaḁ"), // combining ring below
        ('\u0326', 220, "SȘTȚsștț"), // combining comma below
        ('\u0327', 202, "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"), // combining cedilla
        ('\u0328', 202, "AĄEĘIĮOǪUŲaąeęiįoǫuų"), // combining ogonek
        ('\u032d', 220, "DḒEḘLḼNṊTṰUṶdḓeḙlḽnṋtṱuṷ"), // combining circumflex accent below
        ('\u032e', 220, "HḪhḫ"), // combining breve below
        ('\u0330', 220, "EḚIḬUṴeḛiḭuṵ"), // combining tilde below
        ('\u0331', 220, "BḆDḎKḴLḺNṈRṞTṮZẔbḇdḏhẖkḵlḻnṉrṟtṯzẕ"), // combining macron below
        ('\u0338', 1, "<≮=≠>≯←↚→↛↔↮⇐⇍⇒⇏⇔⇎∃∄∈∉∋∌∣∤∥∦∼≁≃≄≅≇≈≉≍≭≡≢≤≰≥≱≲≴≳≵≶≸≷≹≺⊀≻⊁≼⋠≽⋡⊂⊄⊃⊅⊆⊈⊇⊉⊑⋢⊒⋣⊢⊬⊨⊭⊩⊮⊫⊯⊲⋪⊳⋫⊴⋬⊵⋭"), // combining long solidus overlay
        ('\u0342', 230, "¨῁αᾶηῆιῖυῦωῶϊῗϋῧἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯ᾿῏῾῟"), // combining greek perispomeni
        (
            '\u0345',
            240,
            "ΑᾼΗῌΩῼάᾴήῄαᾳηῃωῳώῴἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲὴῂὼῲᾶᾷῆῇῶῷ"
        ), // combining greek ypogegrammeni
        ('\u0653', 230, "اآ"), // arabic maddah above
        ('\u0654', 230, "اأوؤيئہۂےۓەۀ"), // arabic hamza above
        ('\u0655', 220, "اإ"), // arabic hamza below
        ('\u093c', 7, "नऩरऱळऴ"), // devanagari sign nukta
        ('\u09be', 0, "\u09c7\u09cb"), // bengali vowel sign aa
        ('\u09d7', 0, "\u09c7\u09cc"), // bengali au length mark
        ('\u0b3e', 0, "\u0b47\u0b4b"), // oriya vowel sign aa
        ('\u0b56', 0, "\u0b47\u0b48"), // oriya ai length mark
        ('\u0b57', 0, "\u0b47\u0b4c"), // oriya au length mark
        ('\u0bbe', 0, "\u0bc6\u0bca\u0bc7\u0bcb"), // tamil vowel sign aa
        ('\u0bd7', 0, "ஒஔ\u0bc6\u0bcc"), // tamil au length mark
        ('\u0c56', 91, "\u0c46\u0c48"), // telugu ai length mark
        ('\u0cc2', 0, "\u0cc6\u0cca"), // kannada vowel sign uu
        ('\u0cd5', 0, "\u0cbf\u0cc0\u0cc6\u0cc7\u0cca\u0ccb"), // kannada length mark
        ('\u0cd6', 0, "\u0cc6\u0cc8"), // kannada ai length mark
        ('\u0d3e', 0, "\u0d46\u0d4a\u0d47\u0d4b"), // malayalam vowel sign aa
        ('\u0d57', 0, "\u0d46\u0d4c"), // malayalam au length mark
        ('\u0dca', 9, "\u0dd9\u0dda\u0ddc\u0ddd"), // sinhala sign al-lakuna
        ('\u0dcf', 0, "\u0dd9\u0ddc"), // sinhala vowel sign aela-pilla
        ('\u0ddf', 0, "\u0dd9\u0dde"), // sinhala vowel sign gayanukitta
        ('\u102e', 0, "ဥဦ"), // myanmar vowel sign ii
        ('\u1b35', 0, "ᬅᬆᬇᬈᬉᬊᬋᬌᬍᬎᬑᬒ\u1b3a\u1b3b\u1b3c\u1b3d\u1b3e\u1b40\u1b3f\u1b41\u1b42\u1b43"), // balinese vowel sign tedung
        (
            '\u3099',
            8,
            "うゔかがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼゝゞウヴカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボワヷヰヸヱヹヲヺヽヾ"
        ), // combining katakana-hiragana voiced sound mark
        ('\u309a', 8, "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"), // combining katakana-hiragana semi-voiced sound mark
    ];

    private static readonly FrozenDictionary<char, byte> _classes = _compositions.ToFrozenDictionary(
        row => row.Mark,
        row => row.Class
    );

    private static readonly FrozenDictionary<(char Letter, char Mark), char> _composed = Pairs()
        .ToFrozenDictionary(pair => (pair.Letter, pair.Mark), pair => pair.Composed);

    private static readonly FrozenDictionary<char, (char Letter, char Mark)> _decomposed = Pairs()
        .ToFrozenDictionary(pair => pair.Composed, pair => (pair.Letter, pair.Mark));

    private static readonly SearchValues<char> _marks = SearchValues.Create([
        .. _compositions.Select(row => row.Mark),
        .. Range(Vowel, Vowels),
        .. Range(Trailing, Trailings),
    ]);

    /// <summary>
    /// A text that is the same for all that differ in case or composition alone, where a schema says that case does not
    /// matter (RFC 7643 §2.2). No other letter meets an ASCII one: the Kelvin sign is no k here.
    /// </summary>
    public static string Folded(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // By way of the small letter: some capitals, such as the Ohm sign, share one with another.
        return Ascii.IsValid(text) ? text.ToUpperInvariant() : Each(Composed(text), letter => Upper(Lower(letter)));
    }

    /// <summary>What it costs to fold a text, in characters that are looked at: measured.</summary>
    internal static long Cost(string text) => Ascii.IsValid(text) ? text.Length : 5L * text.Length;

    /// <summary>The text in small letters; no other letter becomes an ASCII one.</summary>
    public static string Lower(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ascii.IsValid(text) ? text.ToLowerInvariant() : Each(text, Lower);
    }

    private static string Each(string text, Func<Rune, Rune> change)
    {
        var changed = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var letter in text.EnumerateRunes())
            changed.Append(units[..change(letter).EncodeToUtf16(units)]);
        return changed.ToString();
    }

    private static Rune Upper(Rune letter) => Within(letter, Rune.ToUpperInvariant(letter));

    private static Rune Lower(Rune letter) => Within(letter, Rune.ToLowerInvariant(letter));

    private static Rune Within(Rune letter, Rune other) => letter.IsAscii == other.IsAscii ? other : letter;

    /// <summary>
    /// The text with each letter in one character, where there is one: Unicode's form C, but for letters that have two
    /// characters of their own.
    /// </summary>
    public static string Composed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().ContainsAny(_marks) ? Compose(Decompose(text)) : text;
    }

    // Letters with their marks after them, the marks of each in the order of their classes.
    private static List<char> Decompose(string text)
    {
        var parts = new List<char>(text.Length + 8);
        foreach (var c in text)
            Decompose(c, parts);
        for (var start = 0; start < parts.Count; start++)
        {
            var end = start;
            while (end < parts.Count && Class(parts[end]) > 0)
                end++;
            if (end - start < 2)
                continue;
            var run = parts.GetRange(start, end - start).OrderBy(Class).ToList(); // those of one class stay in order
            for (var i = 0; i < run.Count; i++)
                parts[start + i] = run[i];
            start = end;
        }
        return parts;
    }

    private static void Decompose(char c, List<char> parts)
    {
        if (_decomposed.TryGetValue(c, out var pair))
        {
            Decompose(pair.Letter, parts);
            parts.Add(pair.Mark);
        }
        else
            parts.Add(c);
    }

    // A mark joins the letter before it unless one of its own class stands between.
    private static string Compose(List<char> parts)
    {
        var text = new StringBuilder(parts.Count);
        var (letter, last) = (-1, -1);
        foreach (var part in parts)
        {
            int mark = Class(part);
            if (letter >= 0 && (last == -1 || last < mark) && TryJoin(text[letter], part, out var joined))
            {
                text[letter] = joined;
                continue;
            }
            (letter, last) = mark == 0 ? (text.Length, -1) : (letter, mark);
            text.Append(part);
        }
        return text.ToString();
    }

    private static bool TryJoin(char letter, char mark, out char joined)
    {
        var (leading, vowel) = (letter - Leading, mark - Vowel);
        var (syllable, trailing) = (letter - Syllable, mark - Trailing);
        if (leading is >= 0 and < 19 && vowel is >= 0 and < Vowels)
            joined = (char)(Syllable + ((leading * Vowels + vowel) * Trailings));
        else if (syllable is >= 0 and < Syllables && syllable % Trailings == 0 && trailing is > 0 and < Trailings)
            joined = (char)(letter + trailing);
        else
            return _composed.TryGetValue((letter, mark), out joined);
        return true;
    }

    private static byte Class(char c) => _classes.GetValueOrDefault(c);

    private static IEnumerable<(char Letter, char Mark, char Composed)> Pairs() =>
        _compositions.SelectMany(row => row.Letters.Chunk(2).Select(pair => (pair[0], row.Mark, pair[1])));

    private static IEnumerable<char> Range(char first, int count) =>
        Enumerable.Range(first, count).Select(c => (char)c);
}
