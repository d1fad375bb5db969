using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What waits for an operator's decision.</summary>
internal static class HoldEndpoints
{
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder tenant)
    {
        tenant
            .MapMethods("/holds", ReadMethods.All, ListAsync)
            .Called("listHolds", Role.Viewer)
            .AsksForPages("reason", "link")
            .ReadsPeople();
        tenant.MapPost("/holds/release", ReleaseAsync).Called("releaseHolds", Role.Operator);
        tenant.MapPost("/holds/dismiss", DismissAsync).Called("dismissHolds", Role.Operator);
        tenant.MapPost("/holds/{hold:long}/choose", ChooseAsync).Called("chooseHold", Role.Operator);
    }

    private static Task<IResult> ListAsync(AdminCall call, LinkReads links)
    {
        var (reason, link) = (call.Query<ReasonCode>("reason"), call.QueryNumber("link"));
        return call.PageAsync(
            async (after, most) =>
            {
                var holds = await call.Home.Holds.ExplainAsync(
                    new HoldQuery(new HoldId(AdminPages.Numbered(after)), reason, LinkOf(link)),
                    most
                );
                var names = await links.NamesAsync(
                    call.Tenant.Row.Id,
                    holds.SelectMany(one =>
                        one.Hold.OtherId is { } other ? [one.Hold.LinkId, other] : new[] { one.Hold.LinkId }
                    ),
                    holds.Select(one => one.Hold.MemberId).OfType<ResourceId>(),
                    call.Gone
                );
                return holds.Select(one => (Open: one, Names: names)).ToList();
            },
            one => one.Open.Hold.Id.ToString(),
            one => Shown(call, one.Open, one.Names)
        );
    }

    private static object Shown(AdminCall call, OpenHold open, LinkNames names)
    {
        var hold = open.Hold;
        return new
        {
            Id = hold.Id.Value,
            Link = hold.LinkId.Value,
            Name = names.OfLinks.GetValueOrDefault(hold.LinkId),
            Member = hold.MemberId?.ToString(),
            MemberName = hold.MemberId is { } member ? names.OfMembers.GetValueOrDefault(member) : null,
            Other = hold.OtherId?.Value,
            Since = hold.Since.ToTime(),
            Would = Would(open, names),
            open.Choices,
            open.Undecided,
            open.Asked,
            Reason = ShownReason.Of(hold.Reason, call.Tenant.Row.Slug, hold.LinkId),
        };
    }

    private static string? Would(OpenHold open, LinkNames names)
    {
        var hold = open.Hold;
        var name = names.OfLinks.GetValueOrDefault(hold.LinkId);
        if (hold.MemberId is { } member)
            return $"remove {names.OfMembers.GetValueOrDefault(member) ?? "the member"} from {name ?? "the group"}";
        if (hold is { OtherId: { } other, Reason: { Code: ReasonCode.TwoAccounts, Words: { } words } })
        {
            var ids = words.Split(' ');
            string[] both =
            [
                $"{ids[0]} ({name ?? "no name"}), which has the user name",
                $"{ids[^1]} ({names.OfLinks.GetValueOrDefault(other) ?? "no name"}), which has the address",
            ];
            var free = both.Where((_, i) => WhyNot(open, ids[i * (ids.Length - 1)]) is null).ToList();
            return free.Count > 0 ? $"choose {string.Join(", or ", free)}" : "nothing: neither account can be chosen";
        }
        return open.Would;
    }

    private static string? WhyNot(OpenHold open, string slackId) =>
        open.Choices.FirstOrDefault(choice => choice.SlackId == slackId)?.WhyNot;

    private static Task<IResult> ReleaseAsync(AdminCall call) =>
        DecideAsync(call, holds => call.Home.Holds.ReleaseAsync(holds, call.Key.Label));

    private static Task<IResult> DismissAsync(AdminCall call) =>
        DecideAsync(call, holds => call.Home.Holds.DismissAsync(holds, call.Key.Label));

    private static async Task<IResult> DecideAsync(AdminCall call, Func<IReadOnlyList<HoldId>, Task<int>> decide)
    {
        var wanted = call.Read<Decided>();
        if (wanted.Holds is null == wanted.Reason is null)
            throw Problem.Invalid("holds", "Name the holds by their ids, or a reason and until when they were listed.");
        if (wanted.Holds is { Count: 0 or > MostListed })
            throw Problem.Invalid("holds", $"Name from 1 to {MostListed} holds.");
        if (wanted is { Reason: not null, Until: null })
            throw Problem.Invalid(
                "until",
                "Say until when those were listed that you have looked at: what came later is not decided."
            );
        // Whom it was about is looked up as the trail is shown.
        var link = wanted.Holds is [var one]
            ? await call.Store.AskAsync(session => HoldRows.Find(session, call.Tenant.Row.Id, new HoldId(one))?.LinkId)
            : null;
        var decided = wanted.Holds is { } holds
            ? await decide(holds.Select(id => new HoldId(id)).ToList())
            : await OfReasonAsync(call, decide, wanted.Reason!.Value, Instant.Of(wanted.Until!.Value));
        call.Changed(link is null ? "holds" : $"links/{link}", wanted, new { Decided = decided });
        return call.Answer(new { Decided = decided });
    }

    private static async Task<int> OfReasonAsync(
        AdminCall call,
        Func<IReadOnlyList<HoldId>, Task<int>> decide,
        ReasonCode reason,
        Instant until
    )
    {
        var decided = 0;
        for (HoldId after = default; ; )
        {
            var some = await call.Home.Holds.ListAsync(new HoldQuery(after, reason), MostListed);
            if (some.Count == 0)
                return decided;
            decided += await decide(some.Where(hold => hold.Since <= until).Select(hold => hold.Id).ToList());
            after = some[^1].Id;
        }
    }

    private static async Task<IResult> ChooseAsync(AdminCall call, long hold)
    {
        var wanted = call.Read<Chosen>();
        try
        {
            if (!await call.Home.Holds.MeanAsync(new HoldId(hold), wanted.SlackId))
                throw Problem.NotFound($"There is no hold {hold}, or it is decided already.");
        }
        catch (ArgumentException e)
        {
            throw Problem.Invalid("slackId", e.Message);
        }
        call.Changed($"holds/{hold}", null, wanted);
        return Results.NoContent();
    }

    private static LinkId? LinkOf(long? number) => number is { } link ? new LinkId(link) : null;

    private sealed record Decided(
        IReadOnlyList<long>? Holds = null,
        ReasonCode? Reason = null,
        DateTimeOffset? Until = null
    );

    private sealed record Chosen(string SlackId);
}

/// <summary>Why something waits, as administrators see it.</summary>
/// <param name="Code">Which reason.</param>
/// <param name="Sentence">The same for people.</param>
/// <param name="Remedy">What would end it.</param>
/// <param name="Who">Who can end it.</param>
internal sealed record ShownReason(ReasonCode Code, string Sentence, string Remedy, Actor Who)
{
    /// <summary>A reason; null for none. What it says to do is said of that tenant and link.</summary>
    public static ShownReason? Of(Reason? why, string tenant, LinkId? link) =>
        why is null
            ? null
            : new ShownReason(
                why.Code,
                AdminPaths.Said(why.Sentence, tenant, link),
                AdminPaths.Said(why.Remedy, tenant, link),
                why.Who
            );
}
