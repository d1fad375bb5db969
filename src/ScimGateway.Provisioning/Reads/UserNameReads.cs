using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What operators read of Slack user names: which one each user has or gets, and why.</summary>
internal sealed class UserNameReads(Store store)
{
    private const int MostOfSlice = 1_000;

    // The plus keeps SQLite from sorting all links of the tenant for a slice of them. A document may be large, and is read of
    // those alone who are shown.
    private const string Query =
        "select l.id, r.id, l.user_name, l.imported, l.slack_id is not null, r.user_name_key, l.seen from links l cross join resources r "
        + "where r.id = l.claimant_id and +l.tenant_id = @tenant and l.kind = @user and l.id > @after and r.source_id is not null and r.deleted is null order by l.id limit @most";

    /// <summary>A page of users whom providers have, oldest first.</summary>
    public async Task<List<SlackUserNameOf>> ListAsync(
        TenantId tenantId,
        bool onlyDiffering,
        LinkId after,
        int most,
        CancellationToken gone
    )
    {
        var names = new List<SlackUserNameOf>();
        for (LinkId? from = after; from is { } next && names.Count < most; )
        {
            gone.ThrowIfCancellationRequested();
            var (more, last) = await store.ReadAsync(
                session => Slice(session, tenantId, onlyDiffering, next, most - names.Count),
                gone
            );
            names.AddRange(more);
            from = last;
        }
        return names;
    }

    // Those of a slice who are wanted, and where the next slice begins; null at the end.
    private static (List<SlackUserNameOf> Names, LinkId? Last) Slice(
        StoreSession session,
        TenantId tenantId,
        bool onlyDiffering,
        LinkId after,
        int most
    )
    {
        var choice = Preferences.FromJson(Tenants.Find(session, tenantId).Preferences).SlackUserName;
        var slice = onlyDiffering ? MostOfSlice : most;
        var users = session.All(
            Query,
            ToUser,
            ("@tenant", tenantId),
            ("@user", Kind.User),
            ("@after", after),
            ("@most", slice)
        );
        var names = users
            .Where(user => !onlyDiffering || Differs(user.Name, user.Key))
            .Select(user => Explained(session, tenantId, choice, user))
            .Where(one => !onlyDiffering || Differs(one.Name, Fold.Key(one.UserName)))
            .Take(most)
            .ToList();
        return (names, users.Count < slice ? null : users[^1].Link);
    }

    private static bool Differs(string? name, string? key) => name is null || Fold.Key(name) != key;

    private static Named ToUser(Row row)
    {
        var (link, resource, chosen) = (row.Number<LinkId>(), row.Id<ResourceId>(), row.TextOrNull());
        var (isImported, isInSlack, key) = (row.Flag(), row.Flag(), row.TextOrNull());
        var name = chosen ?? (row.BytesOrNull() is { } seen ? SlackProfile.Read(seen)[SlackField.UserName] : null);
        return new Named(link, resource, name, isImported, isInSlack, key);
    }

    private static SlackUserNameOf Explained(StoreSession session, TenantId tenantId, SlackUserName choice, Named user)
    {
        LinkId? HolderOf(string name) =>
            Keys.Holder(session, tenantId, KeyKind.SlackUserName, Fold.Key(name)) is { } holder && holder != user.Link
                ? holder
                : null;
        var userName = Resources.Find(session, user.Resource)?.Read().Text("userName") ?? "";
        var isTaken = SlackNames.IsUserName(userName);
        var candidates =
            choice == SlackUserName.Derive ? UserNames.Derived(userName)
            : isTaken ? [userName]
            : [];
        var name = user.Name ?? candidates.FirstOrDefault(one => HolderOf(one) is null);
        var made = name is null ? null : SlackNames.HowMade(userName, name);
        var first = UserNames.Derived(userName).First();
        var holder = name is null || made?.Number is not null ? HolderOf(first) : null;
        return new SlackUserNameOf(
            user.Link,
            user.Resource,
            userName,
            name,
            user.IsInSlack,
            isTaken,
            holder,
            user.IsImported && user.Name is not null ? "Slack had the account before, and it keeps its name."
                : name is null && choice == SlackUserName.Verbatim && !isTaken
                    ? "Slack does not take the userName as it is (preference slackUserName). Change it at the provider."
                : name is null ? $"No Slack user name like {userName} is free. Change the userName at the provider."
                : name == userName ? "It is the userName."
                : made is null ? "It was made of a former userName, or chosen in Slack."
                : Sentence(made, first, holder)
        );
    }

    private static string Sentence(MadeUserName made, string first, LinkId? holder)
    {
        if (made.IsMadeUp)
            return "It is made up, since Slack takes no letter of the userName.";
        List<string> steps =
        [
            .. made.IsBeforeAt ? ["without what is after the @"] : Array.Empty<string>(),
            .. made.IsLowered ? ["in lower case"] : Array.Empty<string>(),
            .. made.IsRespelt ? ["with other letters for those that Slack does not take"] : Array.Empty<string>(),
            .. made.IsCut ? [$"cut to {SlackNames.MostUserNameCharacters} characters"] : Array.Empty<string>(),
            .. made.Number is null ? Array.Empty<string>()
            : holder is { } other ? [$"with a number, since link {other} has {first}"]
            : [$"with a number, since somebody had {first} when it was made"],
        ];
        return steps is [.. var before, var last] && before.Count > 0
            ? $"It is the userName {string.Join(", ", before)}, and {last}."
            : $"It is the userName {string.Concat(steps)}.";
    }

    private sealed record Named(
        LinkId Link,
        ResourceId Resource,
        string? Name,
        bool IsImported,
        bool IsInSlack,
        string? Key
    );
}

/// <summary>The Slack user name that a user has or gets.</summary>
/// <param name="Link">The user's link.</param>
/// <param name="Resource">The user.</param>
/// <param name="UserName">The provider's userName.</param>
/// <param name="Name">The Slack user name; null where none is free.</param>
/// <param name="IsInSlack">Whether Slack has the account.</param>
/// <param name="IsTakenAsIs">Whether Slack takes the userName as it is.</param>
/// <param name="Holder">The link that has the name which this user would have got first; null for none.</param>
/// <param name="Why">Why it is that one.</param>
internal sealed record SlackUserNameOf(
    LinkId Link,
    ResourceId Resource,
    string UserName,
    string? Name,
    bool IsInSlack,
    bool IsTakenAsIs,
    LinkId? Holder,
    string Why
);
