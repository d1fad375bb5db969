using System.Collections.Frozen;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// The names of time zones (RFC 7643 §4.1.1: those of the IANA database). They are listed here, since neither the
/// system's database nor ICU, which knows the Windows names, is there wherever the gateway runs.
/// </summary>
public static class TimeZones
{
    private static readonly FrozenDictionary<string, string> _names = Names()
        .ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> _ofWindows = Windows
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split('='))
        .ToFrozenDictionary(line => line[0], line => line[1], StringComparer.OrdinalIgnoreCase);

    /// <summary>The name as the database spells it, links included; null if there is no such time zone.</summary>
    public static string? Find(string name) => _names.GetValueOrDefault(name) ?? OfSystem(name);

    /// <summary>What Windows calls so, in its widest use (CLDR's territory 001); null if it has no such name.</summary>
    public static string? OfWindows(string name) => _ofWindows.GetValueOrDefault(name);

    // A zone that is younger than this list may be known to the system. It looks for a file, so only what looks like a
    // name is asked for.
    private static string? OfSystem(string name) =>
        name.Contains('/', StringComparison.Ordinal)
        && name.Split('/')
            .All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)
            ? name
            : null;

    private static IEnumerable<string> Names()
    {
        var area = "";
        foreach (var word in Iana.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            if (word.EndsWith('/'))
                area = word;
            else
                yield return area + word;
    }

    // Version 2025b. A word that ends in a slash stands before those that follow.
    private const string Iana = """
        CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland
          Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal
          ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu
        Africa/ Abidjan Accra Addis_Ababa Algiers Asmara Asmera Bamako Bangui Banjul Bissau Blantyre Brazzaville
          Bujumbura Cairo Casablanca Ceuta Conakry Dakar Dar_es_Salaam Djibouti Douala El_Aaiun Freetown Gaborone
          Harare Johannesburg Juba Kampala Khartoum Kigali Kinshasa Lagos Libreville Lome Luanda Lubumbashi Lusaka
          Malabo Maputo Maseru Mbabane Mogadishu Monrovia Nairobi Ndjamena Niamey Nouakchott Ouagadougou Porto-Novo
          Sao_Tome Timbuktu Tripoli Tunis Windhoek
        America/ Adak Anchorage Anguilla Antigua Araguaina Aruba Asuncion Atikokan Atka Bahia Bahia_Banderas
          Barbados Belem Belize Blanc-Sablon Boa_Vista Bogota Boise Buenos_Aires Cambridge_Bay Campo_Grande Cancun
          Caracas Catamarca Cayenne Cayman Chicago Chihuahua Ciudad_Juarez Coral_Harbour Cordoba Costa_Rica
          Coyhaique Creston Cuiaba Curacao Danmarkshavn Dawson Dawson_Creek Denver Detroit Dominica Edmonton
          Eirunepe El_Salvador Ensenada Fort_Nelson Fort_Wayne Fortaleza Glace_Bay Godthab Goose_Bay Grand_Turk
          Grenada Guadeloupe Guatemala Guayaquil Guyana Halifax Havana Hermosillo Indianapolis Inuvik Iqaluit
          Jamaica Jujuy Juneau Knox_IN Kralendijk La_Paz Lima Los_Angeles Louisville Lower_Princes Maceio Managua
          Manaus Marigot Martinique Matamoros Mazatlan Mendoza Menominee Merida Metlakatla Mexico_City Miquelon
          Moncton Monterrey Montevideo Montreal Montserrat Nassau New_York Nipigon Nome Noronha Nuuk Ojinaga Panama
          Pangnirtung Paramaribo Phoenix Port-au-Prince Port_of_Spain Porto_Acre Porto_Velho Puerto_Rico
          Punta_Arenas Rainy_River Rankin_Inlet Recife Regina Resolute Rio_Branco Rosario Santa_Isabel Santarem
          Santiago Santo_Domingo Sao_Paulo Scoresbysund Shiprock Sitka St_Barthelemy St_Johns St_Kitts St_Lucia
          St_Thomas St_Vincent Swift_Current Tegucigalpa Thule Thunder_Bay Tijuana Toronto Tortola Vancouver Virgin
          Whitehorse Winnipeg Yakutat Yellowknife
        America/Argentina/ Buenos_Aires Catamarca ComodRivadavia Cordoba Jujuy La_Rioja Mendoza Rio_Gallegos Salta
          San_Juan San_Luis Tucuman Ushuaia
        America/Indiana/ Indianapolis Knox Marengo Petersburg Tell_City Vevay Vincennes Winamac
        America/Kentucky/ Louisville Monticello
        America/North_Dakota/ Beulah Center New_Salem
        Antarctica/ Casey Davis DumontDUrville Macquarie Mawson McMurdo Palmer Rothera South_Pole Syowa Troll Vostok
        Arctic/ Longyearbyen
        Asia/ Aden Almaty Amman Anadyr Aqtau Aqtobe Ashgabat Ashkhabad Atyrau Baghdad Bahrain Baku Bangkok Barnaul
          Beirut Bishkek Brunei Calcutta Chita Choibalsan Chongqing Chungking Colombo Dacca Damascus Dhaka Dili
          Dubai Dushanbe Famagusta Gaza Harbin Hebron Ho_Chi_Minh Hong_Kong Hovd Irkutsk Istanbul Jakarta Jayapura
          Jerusalem Kabul Kamchatka Karachi Kashgar Kathmandu Katmandu Khandyga Kolkata Krasnoyarsk Kuala_Lumpur
          Kuching Kuwait Macao Macau Magadan Makassar Manila Muscat Nicosia Novokuznetsk Novosibirsk Omsk Oral
          Phnom_Penh Pontianak Pyongyang Qatar Qostanay Qyzylorda Rangoon Riyadh Saigon Sakhalin Samarkand Seoul
          Shanghai Singapore Srednekolymsk Taipei Tashkent Tbilisi Tehran Tel_Aviv Thimbu Thimphu Tokyo Tomsk
          Ujung_Pandang Ulaanbaatar Ulan_Bator Urumqi Ust-Nera Vientiane Vladivostok Yakutsk Yangon Yekaterinburg
          Yerevan
        Atlantic/ Azores Bermuda Canary Cape_Verde Faeroe Faroe Jan_Mayen Madeira Reykjavik South_Georgia St_Helena
          Stanley
        Australia/ ACT Adelaide Brisbane Broken_Hill Canberra Currie Darwin Eucla Hobart LHI Lindeman Lord_Howe
          Melbourne NSW North Perth Queensland South Sydney Tasmania Victoria West Yancowinna
        Brazil/ Acre DeNoronha East West
        Canada/ Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon
        Chile/ Continental EasterIsland
        Etc/ GMT GMT+0 GMT+1 GMT+10 GMT+11 GMT+12 GMT+2 GMT+3 GMT+4 GMT+5 GMT+6 GMT+7 GMT+8 GMT+9 GMT-0 GMT-1 GMT-10
          GMT-11 GMT-12 GMT-13 GMT-14 GMT-2 GMT-3 GMT-4 GMT-5 GMT-6 GMT-7 GMT-8 GMT-9 GMT0 Greenwich UCT UTC
          Universal Zulu
        Europe/ Amsterdam Andorra Astrakhan Athens Belfast Belgrade Berlin Bratislava Brussels Bucharest Budapest
          Busingen Chisinau Copenhagen Dublin Gibraltar Guernsey Helsinki Isle_of_Man Istanbul Jersey Kaliningrad
          Kiev Kirov Kyiv Lisbon Ljubljana London Luxembourg Madrid Malta Mariehamn Minsk Monaco Moscow Nicosia Oslo
          Paris Podgorica Prague Riga Rome Samara San_Marino Sarajevo Saratov Simferopol Skopje Sofia Stockholm
          Tallinn Tirane Tiraspol Ulyanovsk Uzhgorod Vaduz Vatican Vienna Vilnius Volgograd Warsaw Zagreb Zaporozhye
          Zurich
        Indian/ Antananarivo Chagos Christmas Cocos Comoro Kerguelen Mahe Maldives Mauritius Mayotte Reunion
        Mexico/ BajaNorte BajaSur General
        Pacific/ Apia Auckland Bougainville Chatham Chuuk Easter Efate Enderbury Fakaofo Fiji Funafuti Galapagos
          Gambier Guadalcanal Guam Honolulu Johnston Kanton Kiritimati Kosrae Kwajalein Majuro Marquesas Midway
          Nauru Niue Norfolk Noumea Pago_Pago Palau Pitcairn Pohnpei Ponape Port_Moresby Rarotonga Saipan Samoa
          Tahiti Tarawa Tongatapu Truk Wake Wallis Yap
        US/ Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific
          Samoa
        """;

    // As CLDR maps them.
    private const string Windows = """
        AUS Central Standard Time=Australia/Darwin
        AUS Eastern Standard Time=Australia/Sydney
        Afghanistan Standard Time=Asia/Kabul
        Alaskan Standard Time=America/Anchorage
        Aleutian Standard Time=America/Adak
        Altai Standard Time=Asia/Barnaul
        Arab Standard Time=Asia/Riyadh
        Arabian Standard Time=Asia/Dubai
        Arabic Standard Time=Asia/Baghdad
        Argentina Standard Time=America/Buenos_Aires
        Astrakhan Standard Time=Europe/Astrakhan
        Atlantic Standard Time=America/Halifax
        Aus Central W. Standard Time=Australia/Eucla
        Azerbaijan Standard Time=Asia/Baku
        Azores Standard Time=Atlantic/Azores
        Bahia Standard Time=America/Bahia
        Bangladesh Standard Time=Asia/Dhaka
        Belarus Standard Time=Europe/Minsk
        Bougainville Standard Time=Pacific/Bougainville
        Canada Central Standard Time=America/Regina
        Cape Verde Standard Time=Atlantic/Cape_Verde
        Caucasus Standard Time=Asia/Yerevan
        Cen. Australia Standard Time=Australia/Adelaide
        Central America Standard Time=America/Guatemala
        Central Asia Standard Time=Asia/Almaty
        Central Brazilian Standard Time=America/Cuiaba
        Central Europe Standard Time=Europe/Budapest
        Central European Standard Time=Europe/Warsaw
        Central Pacific Standard Time=Pacific/Guadalcanal
        Central Standard Time=America/Chicago
        Central Standard Time (Mexico)=America/Mexico_City
        Chatham Islands Standard Time=Pacific/Chatham
        China Standard Time=Asia/Shanghai
        Cuba Standard Time=America/Havana
        Dateline Standard Time=Etc/GMT+12
        E. Africa Standard Time=Africa/Nairobi
        E. Australia Standard Time=Australia/Brisbane
        E. Europe Standard Time=Europe/Chisinau
        E. South America Standard Time=America/Sao_Paulo
        Easter Island Standard Time=Pacific/Easter
        Eastern Standard Time=America/New_York
        Eastern Standard Time (Mexico)=America/Cancun
        Egypt Standard Time=Africa/Cairo
        Ekaterinburg Standard Time=Asia/Yekaterinburg
        FLE Standard Time=Europe/Kiev
        Fiji Standard Time=Pacific/Fiji
        GMT Standard Time=Europe/London
        GTB Standard Time=Europe/Bucharest
        Georgian Standard Time=Asia/Tbilisi
        Greenland Standard Time=America/Godthab
        Greenwich Standard Time=Atlantic/Reykjavik
        Haiti Standard Time=America/Port-au-Prince
        Hawaiian Standard Time=Pacific/Honolulu
        India Standard Time=Asia/Calcutta
        Iran Standard Time=Asia/Tehran
        Israel Standard Time=Asia/Jerusalem
        Jordan Standard Time=Asia/Amman
        Kaliningrad Standard Time=Europe/Kaliningrad
        Korea Standard Time=Asia/Seoul
        Libya Standard Time=Africa/Tripoli
        Line Islands Standard Time=Pacific/Kiritimati
        Lord Howe Standard Time=Australia/Lord_Howe
        Magadan Standard Time=Asia/Magadan
        Magallanes Standard Time=America/Punta_Arenas
        Marquesas Standard Time=Pacific/Marquesas
        Mauritius Standard Time=Indian/Mauritius
        Middle East Standard Time=Asia/Beirut
        Montevideo Standard Time=America/Montevideo
        Morocco Standard Time=Africa/Casablanca
        Mountain Standard Time=America/Denver
        Mountain Standard Time (Mexico)=America/Chihuahua
        Myanmar Standard Time=Asia/Rangoon
        N. Central Asia Standard Time=Asia/Novosibirsk
        Namibia Standard Time=Africa/Windhoek
        Nepal Standard Time=Asia/Katmandu
        New Zealand Standard Time=Pacific/Auckland
        Newfoundland Standard Time=America/St_Johns
        Norfolk Standard Time=Pacific/Norfolk
        North Asia East Standard Time=Asia/Irkutsk
        North Asia Standard Time=Asia/Krasnoyarsk
        North Korea Standard Time=Asia/Pyongyang
        Omsk Standard Time=Asia/Omsk
        Pacific SA Standard Time=America/Santiago
        Pacific Standard Time=America/Los_Angeles
        Pacific Standard Time (Mexico)=America/Tijuana
        Pakistan Standard Time=Asia/Karachi
        Paraguay Standard Time=America/Asuncion
        Qyzylorda Standard Time=Asia/Qyzylorda
        Romance Standard Time=Europe/Paris
        Russia Time Zone 10=Asia/Srednekolymsk
        Russia Time Zone 11=Asia/Kamchatka
        Russia Time Zone 3=Europe/Samara
        Russian Standard Time=Europe/Moscow
        SA Eastern Standard Time=America/Cayenne
        SA Pacific Standard Time=America/Bogota
        SA Western Standard Time=America/La_Paz
        SE Asia Standard Time=Asia/Bangkok
        Saint Pierre Standard Time=America/Miquelon
        Sakhalin Standard Time=Asia/Sakhalin
        Samoa Standard Time=Pacific/Apia
        Sao Tome Standard Time=Africa/Sao_Tome
        Saratov Standard Time=Europe/Saratov
        Singapore Standard Time=Asia/Singapore
        South Africa Standard Time=Africa/Johannesburg
        South Sudan Standard Time=Africa/Juba
        Sri Lanka Standard Time=Asia/Colombo
        Sudan Standard Time=Africa/Khartoum
        Syria Standard Time=Asia/Damascus
        Taipei Standard Time=Asia/Taipei
        Tasmania Standard Time=Australia/Hobart
        Tocantins Standard Time=America/Araguaina
        Tokyo Standard Time=Asia/Tokyo
        Tomsk Standard Time=Asia/Tomsk
        Tonga Standard Time=Pacific/Tongatapu
        Transbaikal Standard Time=Asia/Chita
        Turkey Standard Time=Europe/Istanbul
        Turks And Caicos Standard Time=America/Grand_Turk
        US Eastern Standard Time=America/Indianapolis
        US Mountain Standard Time=America/Phoenix
        UTC+12=Etc/GMT-12
        UTC+13=Etc/GMT-13
        UTC-02=Etc/GMT+2
        UTC-08=Etc/GMT+8
        UTC-09=Etc/GMT+9
        UTC-11=Etc/GMT+11
        Ulaanbaatar Standard Time=Asia/Ulaanbaatar
        Venezuela Standard Time=America/Caracas
        Vladivostok Standard Time=Asia/Vladivostok
        Volgograd Standard Time=Europe/Volgograd
        W. Australia Standard Time=Australia/Perth
        W. Central Africa Standard Time=Africa/Lagos
        W. Europe Standard Time=Europe/Berlin
        W. Mongolia Standard Time=Asia/Hovd
        West Asia Standard Time=Asia/Tashkent
        West Bank Standard Time=Asia/Hebron
        West Pacific Standard Time=Pacific/Port_Moresby
        Yakutsk Standard Time=Asia/Yakutsk
        Yukon Standard Time=America/Whitehorse
        """;
}
