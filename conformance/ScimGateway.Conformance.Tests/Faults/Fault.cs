using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>One thing that a server does wrong: a detour around the sound one, which is right in all else.</summary>
/// <param name="Requirement">The id of the requirement that has to report it.</param>
/// <param name="Detour">What is wrong.</param>
internal sealed record Fault(string Requirement, Detour Detour)
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. OfDocuments.All,
        .. OfWhatIsAnnounced.All,
        .. OfPromises.All,
        .. OfWrites.All,
        .. OfPatches.All,
        .. OfFilters.All,
        .. OfLists.All,
        .. OfBulk.All,
        .. OfAnswers.All,
        .. OfHalves.All,
        .. OfGroupsToo.All,
        .. OfTheSecond.All,
        .. OfExtensions.All,
        .. OfEachType.All,
        .. OfOwnTypes.All,
    ];

    /// <summary>Requests of a kind are understood otherwise.</summary>
    public static Fault Asks(string requirement, Func<Ask, bool> when, Func<Ask, Ask> change) =>
        new(requirement, (ask, scim) => scim.Handle(when(ask) ? change(ask) : ask));

    /// <summary>Requests of a kind are answered otherwise.</summary>
    public static Fault Answers(string requirement, Func<Ask, bool> when, Action<Answer> change) =>
        new(
            requirement,
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (when(ask))
                    change(answer);
                return answer;
            }
        );

    /// <summary>Requests of a kind are answered so, and nothing is done.</summary>
    public static Fault Says(string requirement, Func<Ask, bool> when, Func<Answer> answer) =>
        new(requirement, (ask, scim) => when(ask) ? answer() : scim.Handle(ask));

    /// <summary>Resources are shown otherwise where requests of a kind are carried out.</summary>
    public static Fault Shows(string requirement, Func<Ask, bool> when, Action<JsonObject> change) =>
        Answers(
            requirement,
            when,
            answer =>
            {
                if (!answer.IsFine)
                    return;
                foreach (var resource in answer.Shown.ToList())
                    change(resource);
            }
        );

    /// <summary>Whatever stands at a path of names is another value, or is not there.</summary>
    public static Action<JsonObject> Set(string path, JsonNode? value) =>
        resource =>
        {
            var names = path.Split('.');
            JsonNode? at = resource;
            foreach (var name in names[..^1])
                at = (at as JsonObject)?[name];
            if (at is not JsonObject within)
                return;
            if (value is null)
                within.Remove(names[^1]);
            else
                within[names[^1]] = value.DeepClone();
        };

    /// <summary>Whether it is GET of one user, or of one group.</summary>
    public static bool ReadsOne(Ask ask) =>
        (ask.IsOne("GET", "Users") || ask.IsOne("GET", "Groups")) && ask.Query.Count == 0;

    /// <summary>Whether it creates a user.</summary>
    public static bool Creates(Ask ask) => ask is { Method: "POST", Path: "Users" };

    /// <summary>Whether it replaces a user.</summary>
    public static bool Replaces(Ask ask) => ask.IsOne("PUT", "Users");

    /// <summary>Whether a resource was never changed.</summary>
    public static bool IsNew(JsonObject resource) => resource["meta"]?["version"].Text() == "W/\"0\"";

    /// <summary>Which resource a request is about; null if there is none.</summary>
    public static Resource? Meant(Ask ask, SoundScim scim) =>
        scim.Resources.FirstOrDefault(one => ask.Path.EndsWith("/" + one.Id, StringComparison.Ordinal));
}
