using System.Text.Json.Nodes;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// What a request makes of a user: the document, the paths that a provider has asserted by now, and those that this
/// request spoke of, be it by repeating a value.
/// </summary>
internal sealed record Revision(ScimResource After, PathSet Asserted, PathSet Spoken)
{
    private const string Active = "active";

    /// <summary>What changes against the document before; of a new user everything.</summary>
    public required PathSet Changed { get; init; }

    /// <summary>A user that was not there.</summary>
    public static Revision Made(ScimResource user)
    {
        var said = PathSet.Of(user);
        return new Revision(user, said, said) { Changed = said };
    }

    /// <summary>
    /// A PUT, or a POST that takes an account that was there. What the provider had asserted and leaves out now is
    /// cleared; what only Slack filled stays, and does not become asserted by being repeated (Okta reads, merges and
    /// PUTs); an absent <c>active</c> keeps its value.
    /// </summary>
    public static Revision Replaced(ScimResource before, PathSet asserted, ScimResource user)
    {
        var said = PathSet.Of(user);
        var after = user.Clone();
        foreach (var (path, value) in PathSet.Values(before))
            if (
                !said.Has(path) && (!asserted.Has(path) || path.Name.Equals(Active, StringComparison.OrdinalIgnoreCase))
            )
                Put(after, path, value);
        var changed = PathSet.Difference(before, after);
        return new Revision(after, asserted.With(said.And(changed)), said.With(asserted)) { Changed = changed };
    }

    /// <summary>A PATCH; of <c>active</c> there is no third state, so removing it leaves it as it was.</summary>
    public static Revision Patched(ScimResource before, PathSet asserted, PatchRequest patch, ScimResource after)
    {
        if (after.Json[Active] is null && before.Json[Active] is { } kept)
            after.Json[Active] = kept.DeepClone();
        var changed = PathSet.Difference(before, after);
        return new Revision(after, asserted.With(changed), PathSet.By(patch)) { Changed = changed };
    }

    private static void Put(ScimResource user, AttributePath path, JsonNode? value)
    {
        var place = user.Json;
        if (path.Schema is { } urn)
        {
            place = Inner(place, urn);
            if (user.Json["schemas"] is JsonArray schemas && !schemas.Any(s => ScimJson.AsText(s) == urn))
                schemas.Add(urn);
        }
        if (path.Sub is not null)
            place = Inner(place, path.Name);
        place[path.Sub ?? path.Name] = value?.DeepClone();
    }

    private static JsonObject Inner(JsonObject outer, string name)
    {
        if (outer[name] is JsonObject there)
            return there;
        var added = ScimJson.NewObject();
        outer[name] = added;
        return added;
    }
}
