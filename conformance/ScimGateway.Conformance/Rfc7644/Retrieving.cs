using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>One resource that is known (RFC 7644 §3.4.1).</summary>
internal static class Retrieving
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.4.1-known",
            Must,
            "a resource that is known by its id is answered with 200",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Status == 200 && read.TextOf("id") == user.At("id").AsText(), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.4.1-unknown",
            Must,
            "an id that nobody has is 404",
            async server =>
            {
                var read = await server.GetAsync($"Users/{server.Name()}");
                return Verdict.Of(read.Status == 404, read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.4.1-same",
            Must,
            "what was answered when it was made is what is read",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(Server.At(user));
                var missing = user.Where(member => member.Key is not ("meta" or "groups") && member.Value.IsSomething())
                    .FirstOrDefault(member => !read[member.Key].IsSomething());
                return Verdict.Of(missing.Key is null, $"{missing.Key} is not there any more: {read}");
            }
        )
        {
            Needs = Feature.Users,
        },
    ];
}
