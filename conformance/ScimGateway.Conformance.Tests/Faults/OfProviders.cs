using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about what providers do, whether it is beyond the RFCs or not.</summary>
internal static class OfProviders
{
    /// <summary>All there are.</summary>
    public static IReadOnlyList<ProviderFault> All { get; } =
    [.. OfProvidersUsers.All, .. OfProvidersChanges.All, .. OfProvidersGroups.All, .. OfProvidersLists.All];

    public static ProviderFault Asks(
        string says,
        Func<Ask, bool> when,
        Func<Ask, Ask> change,
        params string[] scenarios
    ) => new(says, scenarios) { Detour = Fault.Asks(says, when, change).Detour };

    public static ProviderFault Answers(
        string says,
        Func<Ask, bool> when,
        Action<Answer> change,
        params string[] scenarios
    ) => new(says, scenarios) { Detour = Fault.Answers(says, when, change).Detour };

    public static ProviderFault Says(
        string says,
        Func<Ask, bool> when,
        Func<Answer> answer,
        params string[] scenarios
    ) => new(says, scenarios) { Detour = Fault.Says(says, when, answer).Detour };

    public static ProviderFault Shows(
        string says,
        Func<Ask, bool> when,
        Action<JsonObject> change,
        params string[] scenarios
    ) => new(says, scenarios) { Detour = Fault.Shows(says, when, change).Detour };

    // Operations are carried out otherwise, or not at all where it says so.
    public static ProviderFault OfOperations(
        string says,
        Func<Ask, bool> when,
        Func<JsonObject, bool> isLeftOut,
        params string[] scenarios
    ) =>
        Asks(
            says,
            ask => when(ask) && ask.Body?["Operations"] is JsonArray { Count: > 0 },
            ask =>
                ask.With(body =>
                {
                    var left = body["Operations"]!
                        .AsArray()
                        .OfType<JsonObject>()
                        .Where(one => !isLeftOut(one))
                        .ToList();
                    body["Operations"] = new JsonArray([.. left.Select(one => one.DeepClone())]);
                }),
            scenarios
        );
}
