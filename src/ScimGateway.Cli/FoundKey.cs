namespace ScimGateway.Cli;

/// <summary>An admin key, and where it was found. No record, which would print it.</summary>
internal sealed class FoundKey
{
    private readonly string _of;
    private readonly string _helps;

    private FoundKey(string value, string of, string helps) => (Value, _of, _helps) = (value, of, helps);

    /// <summary>The key.</summary>
    public string Value { get; }

    /// <summary>What is said where the gateway does not know it: which key that is, and what helps.</summary>
    public string NotKnownAt(Uri gateway) =>
        $"The gateway at {gateway} does not know the key of {_of}: it was mistyped, is of another gateway, has expired or was deleted. {_helps}";

    /// <summary>Of an argument.</summary>
    public static FoundKey OfOption(string key) => new(key, "--admin-key", "Say another one.");

    /// <summary>Of the environment.</summary>
    public static FoundKey OfVariable(string key) =>
        new(
            key,
            Connection.KeyVariable,
            "Set that variable to another one, or unset it to use a profile: it counts more than the default profile."
        );

    /// <summary>Of a profile.</summary>
    public static FoundKey OfProfile(string key, string name, Uri gateway) =>
        new(key, $"profile {name}", $"Save another one: 'profile save {name} --url {gateway}'.");

    /// <summary>As it was entered just now.</summary>
    public static FoundKey OfInput(string key) => new(key, "standard input", "Nothing was saved; enter another one.");
}
