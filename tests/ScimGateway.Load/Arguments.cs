using System.Globalization;

namespace ScimGateway.Load;

/// <summary>What a role is started with: pairs of a name and a value.</summary>
internal sealed class Arguments(string[] words)
{
    public string Text(string name, string? otherwise = null) =>
        Array.IndexOf(words, name) is >= 0 and var at && at + 1 < words.Length
            ? words[at + 1]
            : otherwise ?? throw new ArgumentException($"{name} is missing");

    public int Number(string name, int otherwise) =>
        int.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    public Uri Url(string name) => new(Text(name));
}
