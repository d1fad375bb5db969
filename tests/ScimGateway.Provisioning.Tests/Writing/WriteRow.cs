using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Tests.Writing;

/// <summary>A row of a table of writes.</summary>
/// <param name="Section">The part of the page that it is in.</param>
/// <param name="Row">What the file says.</param>
internal abstract record WriteRow(string Section, JsonObject Row)
{
    private static readonly DateTimeOffset _at = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    /// <summary>What it shows.</summary>
    public string Name => Text("name")!;

    /// <summary>The request.</summary>
    public string When => Text("when")!;

    /// <summary>What it is to come to.</summary>
    public string Then => Text("then")!;

    /// <summary>What there is, as the page says it.</summary>
    public abstract string Before { get; }

    /// <summary>What the tenant chose otherwise than by default, as the page says it.</summary>
    public string Chosen =>
        string.Join(' ', (Row["preferences"]?.AsObject() ?? []).Select(one => $"{one.Key}={one.Value}"));

    /// <summary>What others have.</summary>
    protected string Others => Text("others") ?? "";

    /// <summary>What the guard has counted, or what else is known of the tenant.</summary>
    protected string Tenant => Text("tenant") ?? "";

    /// <summary>What it comes to, in the words of the table.</summary>
    public string Decided()
    {
        var allowed = Preferences.FromJson(Row["preferences"]?.ToJsonString() ?? "{}");
        var asked = new WriteRequest(
            Caller.Itself(Party.Tenant, allowed, Party.Source),
            When,
            Reading.Rfc(),
            _at,
            _at + TimeSpan.FromSeconds(8)
        );
        var late = Is("Slack is late")
            ? ScimException.Later(System.Net.HttpStatusCode.TooManyRequests, "late", TimeSpan.FromSeconds(5))
            : null;
        return Decided(asked, allowed, late);
    }

    /// <summary>What it comes to.</summary>
    protected abstract string Decided(WriteRequest asked, Preferences allowed, ScimException? late);

    /// <summary>What the file says of one thing; null if nothing.</summary>
    protected string? Text(string name) => (string?)Row[name];

    /// <summary>Whether something is said of the tenant.</summary>
    protected bool Is(string what) => Tenant.Split(", ").Contains(what);

    /// <summary>What there is, in one cell.</summary>
    protected static string Joined(params string[] parts) => string.Join("; ", parts.Where(part => part.Length > 0));
}
