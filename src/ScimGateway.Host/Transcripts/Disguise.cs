using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ScimGateway.Host.Transcripts;

/// <summary>
/// Invented words in the place of people's: the same one for the same word wherever it stands in a transcript, of as many
/// letters and digits, large where it is large. Who has no key finds no way back, and the key ends with the transcript.
/// </summary>
internal sealed partial class Disguise
{
    /// <summary>Stands in whatever has to be new in each run, as the scenarios of the conformance program have it.</summary>
    public const string Mark = "{{mark}}";

    // A day's order, a leaver's date and a date of birth stay dates.
    private const int MostDays = 1_000;

    private const int MostTries = 1_000;

    private readonly Dictionary<string, string> _words = [];
    private readonly HashSet<string> _taken = [];
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>A text in which each word is an invented one; dates stay dates, and addresses lead nowhere.</summary>
    public string Text(string text)
    {
        if (IsDate().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
            return Date(text);
        if (Url().Match(text) is { Success: true } url)
            return $"{url.Groups["scheme"]}{Host(url.Groups["host"].Value)}.example{url.Groups["port"]}{Words(url.Groups["rest"].Value)}";
        if (Address().Match(text) is { Success: true } address)
            return $"{Words(address.Groups["local"].Value)}@{Host(address.Groups["domain"].Value)}.{Mark}.example";
        return Words(text);
    }

    /// <summary>The same of what has to be new in each run, if it is no address, which is so anyway.</summary>
    public string Name(string text) =>
        text.Length == 0 || Address().IsMatch(text) || Url().IsMatch(text) ? Text(text) : $"{Words(text)}.{Mark}";

    /// <summary>A number as long as another one.</summary>
    public string Number(string number) =>
        Digits()
            .Replace(
                number,
                digits =>
                    digits.Value.Length == 1 || digits.Value[0] == '0' ? digits.Value : "1" + Word(digits.Value)[1..]
            );

    /// <summary>Words with whatever stands between them.</summary>
    public string Words(string text) => Parted(WordOf().Replace(text, word => Word(word.Value)));

    /// <summary>A text in which no value of a scenario can stand: those stand in two braces.</summary>
    public static string Parted(string text) => TwoBraces().Replace(text, "{ ");

    private string Host(string host) => Word(host.Replace(".", "", StringComparison.Ordinal).ToLowerInvariant());

    // Its time of day stays, which says nothing of anybody.
    private string Date(string text)
    {
        var days = BitConverter.ToUInt16(HMACSHA256.HashData(_key, "date"u8), 0) % MostDays;
        var day = DateTime.ParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var moved = day.Year > 5 ? day.AddDays(-days) : day;
        return moved.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + text[10..];
    }

    // Two words are two words still, also where there are few of their length: of digits alone there are ten.
    private string Word(string word)
    {
        var small = word.ToLowerInvariant();
        if (!_words.TryGetValue(small, out var invented))
        {
            for (var tries = 0; ; tries++)
            {
                invented = Invented(small, tries) + new string('x', tries / MostTries);
                // Itself it is only where all others are taken.
                if ((invented != small || tries > MostTries / 2) && _taken.Add(invented))
                    break;
            }
            _words[small] = invented;
        }
        return small == word ? invented : LikeCase(word, invented);
    }

    private string Invented(string small, int tries)
    {
        var letters = new Letters(_key, $"{tries} {small}");
        var invented = new StringBuilder(small.Length);
        foreach (var rune in small.EnumerateRunes())
            invented.Append(letters.Like(rune).ToString());
        return invented.ToString();
    }

    private static string LikeCase(string word, string invented) =>
        string.Concat(
            invented.Select(
                (letter, i) => i < word.Length && char.IsUpper(word[i]) ? char.ToUpperInvariant(letter) : letter
            )
        );

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+")]
    private static partial Regex WordOf();

    [GeneratedRegex(@"\{(?=\{)")]
    private static partial Regex TwoBraces();

    [GeneratedRegex(@"(?<![eE][+-]?\d*)\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex IsDate();

    [GeneratedRegex(
        @"^(?<scheme>[a-z]+://)(?:[^/?#@]*@)?(?<host>[^/?#:]+)(?<port>:\d+)?(?<rest>[/?#].*)?$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline
    )]
    private static partial Regex Url();

    [GeneratedRegex(@"^(?<local>[^@]+)@(?<domain>[\p{L}\p{Nd}.-]+)$")]
    private static partial Regex Address();

    // As many small letters as are wanted, the same of the same word.
    private struct Letters(byte[] key, string word)
    {
        private const string Vowels = "aeiou";
        private const string Consonants = "bcdfghjklmnpqrstvwxyz";

        private byte[] _some = [];
        private int _used;
        private byte _round;

        public Rune Like(Rune rune)
        {
            var next = Next();
            if (Rune.IsDigit(rune))
                return new Rune(rune.Value - (int)Rune.GetNumericValue(rune) + (next % 10));
            if (!Rune.IsLetter(rune))
                return rune; // what combines with a letter
            if (!rune.IsAscii)
                return OfScript(rune, next);
            var of = Vowels.Contains((char)rune.Value, StringComparison.Ordinal) ? Vowels : Consonants;
            return new Rune(of[next % of.Length]);
        }

        // Letters of a script stand together.
        private static Rune OfScript(Rune rune, byte next)
        {
            var category = Rune.GetUnicodeCategory(rune);
            for (var i = 0; i < 32; i++)
            {
                var value = (rune.Value & ~31) + ((next + i) % 32);
                if (Rune.IsValid(value) && Rune.GetUnicodeCategory(new Rune(value)) == category && value != rune.Value)
                    return new Rune(value);
            }
            return new Rune('x');
        }

        private byte Next()
        {
            if (_used == _some.Length)
            {
                _some = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{_round++} {word}"));
                _used = 0;
            }
            return _some[_used++];
        }
    }
}
