using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Where what is, and by which methods it is asked (RFC 7644 §3.1, §3.2, §3.11, §3.13).</summary>
internal static class Endpoints
{
    public static readonly Requirement[] All =
    [
        Requirement.NotSeen(
            "RFC7644-1.3-base",
            Must,
            "the base URL has no query, since clients append paths and parameters to it",
            "it is given on our command line, and appended to"
        ),
        new(
            "RFC7644-3.2-unknown",
            Must,
            "where nothing is, the answer is 404",
            async server =>
            {
                var nowhere = await server.GetAsync(server.Name());
                return Verdict.Of(nowhere.Status == 404, nowhere);
            }
        ),
        new(
            "RFC7644-3.2-put-creates-nothing",
            Must,
            "PUT to an id that nobody has is 404 and makes nothing",
            async server =>
            {
                var user = server.User();
                var put = await server.PutAsync($"Users/{server.Name()}", user);
                return Verdict.Of(put.Status == 404, put);
            }
        )
        {
            Needs = Feature.Users,
            Mend = "Ids are the server's to give (RFC 7644 §3.5.1): answer 404 where there is no resource of that id.",
        },
        new(
            "RFC7644-3.11-me",
            Should,
            "/Me is answered, or is 501 where it is not supported",
            async server =>
            {
                var me = await server.GetAsync("Me");
                if (me.Status != 404)
                    return Verdict.Of(me.Status is 200 or 308 or 501, me);
                // An error of another form than that of a user who is not there is from something before the server.
                var unknown = await server.GetAsync($"Users/{server.Name()}");
                return Verdict.Of(me.HasErrorForm || !unknown.HasErrorForm, me);
            }
        )
        {
            Mend = "Answer 501 where no user belongs to the credential.",
        },
        new(
            "RFC7644-3.11-location",
            Must,
            "what is answered at /Me names the resource's own place in Location",
            async server =>
            {
                var me = await server.GetAsync("Me");
                return me.Status is not (200 or 308)
                    ? Verdict.Skipped("/Me is not supported")
                    : Verdict.Of(
                        me.Header("Location") is { } place
                            && !place.TrimEnd('/').EndsWith("/Me", StringComparison.Ordinal),
                        me
                    );
            }
        ),
        new(
            "RFC7644-3.13-version",
            Must,
            "a version in the path is the one that answers, or the request is refused",
            async server =>
            {
                var last = server.Base.Segments[^1].TrimEnd('/');
                if (!(last.Length >= 2 && last[0] is 'v' or 'V' && last[1..].All(char.IsAsciiDigit)))
                    return Verdict.Skipped("the base URL has no version");
                var other = await server.GetAsync("../v99/Users?count=1");
                return Verdict.Of(!other.IsFine, other);
            }
        ),
        new(
            "RFC7644-3.2-resource-name",
            Must,
            "users are at /Users and groups at /Groups, or where their resource types say",
            server =>
                Discovery.EachAsync(
                    server.Announced.Types,
                    async type =>
                    {
                        var endpoint = (type.At("endpoint").AsText() ?? "").TrimStart('/');
                        var list = await server.GetAsync($"{endpoint}?count=1");
                        // Whoever may not read a type is told so, which is no mistake.
                        return Verdict.Of(list.IsFine || list.Status == 403, list);
                    }
                )
        ),
    ];
}
