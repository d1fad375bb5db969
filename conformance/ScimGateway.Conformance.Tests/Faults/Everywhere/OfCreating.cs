using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What is made is not what was sent, or is told otherwise (RFC 7644 §3.3).</summary>
internal static class OfCreating
{
    private const string Section = "RFC7644-3.3";

    public static readonly Breakage[] All =
    [
        new("created-with-200", Section, "the answer to POST is 200", Made((_, answer) => answer.Status = 200)),
        new(
            "created-groups-with-200",
            Section,
            "the answer to POST of a group is 200",
            Made((ask, answer) => answer.Status = ask.Path == "Groups" ? 200 : 201)
        ),
        new(
            "created-without-location-header",
            Section,
            "the answer to POST has no header Location",
            Made((_, answer) => answer.Headers.Remove("Location"))
        ),
        new(
            "created-groups-without-location-header",
            Section,
            "the answer to POST of a group has no header Location",
            Made(
                (ask, answer) =>
                {
                    if (ask.Path == "Groups")
                        answer.Headers.Remove("Location");
                }
            )
        ),
        new(
            "location-header-of-endpoint",
            Section,
            "the header Location is that of all users",
            Made(
                (_, answer) =>
                    answer.Headers["Location"] = answer.Headers["Location"][
                        ..answer.Headers["Location"].LastIndexOf('/')
                    ]
            )
        ),
        new(
            "location-header-not-meta",
            "RFC7643-3.1",
            "the header Location is on another host than meta.location",
            Made(
                (_, answer) =>
                    answer.Headers["Location"] =
                        $"http://internal.invalid{new Uri(answer.Headers["Location"]).AbsolutePath}"
            )
        ),
        new("created-without-body", Section, "the answer to POST has no body", Made((_, answer) => answer.Body = null)),
        new(
            "created-id-only",
            Section,
            "the answer to POST has the id only",
            Made(
                (_, answer) =>
                    answer.Body = new JsonObject
                    {
                        ["schemas"] = answer.Body!["schemas"]?.DeepClone(),
                        ["id"] = answer.Body["id"]?.DeepClone(),
                        ["meta"] = answer.Body["meta"]?.DeepClone(),
                    }
            )
        ),
        new(
            "created-echoed",
            Section,
            "the answer to POST is what was sent, with an id",
            Made(
                (ask, answer) =>
                {
                    var sent = Copy(ask.Body!.AsObject());
                    (sent["id"], sent["meta"]) = (answer.Body!["id"]?.DeepClone(), answer.Body["meta"]?.DeepClone());
                    sent.Remove("password");
                    (sent[Known.Club.Id] as JsonObject)?.Remove("pin");
                    answer.Body = sent;
                }
            )
        ),
        new(
            "created-without-schemas",
            "RFC7643-3",
            "the answer to POST has no schemas",
            Made((_, answer) => answer.Body!.AsObject().Remove("schemas"))
        ),
        new(
            "created-id-of-client",
            "RFC7643-3.1",
            "the answer to POST has the id that the client has sent",
            Made(
                (ask, answer) =>
                {
                    if (ask.Body!["id"] is { } id)
                        answer.Body!["id"] = id.DeepClone();
                }
            )
        ),
        new("duplicate-allowed", Section, "a name is given twice", Renaming((_, _) => true)),
        new(
            "duplicate-in-other-letters-allowed",
            Section,
            "a name is given twice if its letters are others",
            Renaming((one, other) => one != other)
        ),
        new(
            "duplicate-is-the-former",
            Section,
            "who makes a user that there is gets that one with 201",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                return
                    answer.Status == 409
                    && Creates(ask)
                    && scim.Resources.FirstOrDefault(one =>
                        one.Written["userName"].Text() is { } name
                        && Is(name, (ask.Body as JsonObject)?["userName"].Text() ?? "")
                    )
                        is { } former
                    ? new Answer(201, scim.Whole(former))
                    {
                        Headers = { ["Location"] = scim.Whole(former)["meta"]!["location"].Text()! },
                    }
                    : answer;
            }
        ),
    ];

    private static Detour Made(Action<Ask, Answer> change) =>
        Answers(
            Creates,
            (ask, answer) =>
            {
                if (answer.IsFine && answer.Body is not null)
                    change(ask, answer);
            }
        );

    // A user whose name is taken is made with another, and shown with that one.
    public static Detour Renaming(Func<string, string, bool> which, Func<Ask, Resource, bool>? whose = null)
    {
        var names = new Dictionary<string, string>();
        var shows = Shows(
            Always,
            (shown, kept) =>
            {
                if (names.TryGetValue(kept.Id, out var name) && shown["userName"] is not null)
                    shown["userName"] = name;
            }
        );
        return (ask, scim) =>
        {
            if (
                !Creates(ask)
                || ask.Path != "Users"
                || (ask.Body as JsonObject)?["userName"].Text() is not { } name
                || scim.Resources.All(one =>
                    one.Written["userName"].Text() is not { } taken
                    || !Is(taken, name)
                    || !which(taken, name)
                    || whose?.Invoke(ask, one) == false
                )
            )
                return shows(ask, scim);
            var answer = scim.Handle(ask.With(body => body["userName"] = $"{name}-{Guid.NewGuid()}"));
            if (answer.IsFine)
                (names[answer.Body!["id"].Text()!], answer.Body["userName"]) = (name, name);
            return answer;
        };
    }
}
