using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What operators read of Slack user names: which one each user has or gets, and why.</summary>
internal sealed class UserNameReads(Store store)
{
    private const string Query =
        "select l.id, r.id, l.user_name, l.imported, l.slack_id is not null, l.seen, r.user_name_key, r.document from links l join resources r on r.id = l.claimant_id "
        + "where l.tenant_id = @tenant and l.kind = @user and l.id > @after and r.source_id is not null and r.deleted is null order by l.id";

    /// <summary>A page of users whom providers have, oldest first.</summary>
    public async Task<List<SlackUserNameOf>> ListAsync(
        TenantId tenantId,
        bool onlyDiffering,
        LinkId after,
        int most,
        CancellationToken gone
    ) =>
        await store.ReadAsync(
            session =>
            {
                var users = new List<Named>();
                session.Each(
                    Query,
                    row =>
                    {
                        if (ToUser(ref row, onlyDiffering) is { } user)
                            users.Add(user);
                        return users.Count < most;
                    },
                    ("@tenant", tenantId),
                    ("@user", Kind.User),
                    ("@after", after)
                );
                return users.ConvertAll(user => Explained(session, tenantId, user));
            },
            gone
        );

    // The document, which may be large, is read of those alone who are shown.
    private static Named? ToUser(ref Row row, bool onlyDiffering)
    {
        var (link, resource) = (row.Number<LinkId>(), row.Id<ResourceId>());
        var (chosen, isImported, isInSlack) = (row.TextOrNull(), row.Flag(), row.Flag());
        var seen = row.BytesOrNull() is { } shown ? SlackProfile.Read(shown)[SlackField.UserName] : null;
        var (name, key) = (chosen ?? seen, row.TextOrNull());
        return onlyDiffering && name is not null && Fold.Key(name) == key
            ? null
            : new Named(link, resource, name, isImported, isInSlack, UserNameOf(row.Bytes()));
    }

    private static string UserNameOf(byte[] document) =>
        new ScimResource(GatewayTypes.User, ScimJson.ReadObject(document, ReadLimits.Kept)).Text("userName") ?? "";

    private static SlackUserNameOf Explained(StoreSession session, TenantId tenantId, Named user)
    {
        LinkId? HolderOf(string name) =>
            Keys.Holder(session, tenantId, KeyKind.SlackUserName, Fold.Key(name)) is { } holder && holder != user.Link
                ? holder
                : null;
        var name = user.Name ?? UserNames.Derived(user.UserName).FirstOrDefault(one => HolderOf(one) is null);
        var made = name is null ? null : SlackNames.HowMade(user.UserName, name);
        var first = UserNames.Derived(user.UserName).First();
        var holder = made?.Number is null ? null : HolderOf(first);
        return new SlackUserNameOf(
            user.Link,
            user.Resource,
            user.UserName,
            name,
            user.IsInSlack,
            SlackNames.IsUserName(user.UserName),
            holder,
            user.IsImported && user.Name is not null ? "Slack had the account before, and it keeps its name."
                : name is null
                    ? $"No Slack user name like {user.UserName} is free. Change the userName at the provider."
                : name == user.UserName ? "It is the userName."
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
            .. made.IsRespelt ? ["without the letters that Slack does not take"] : Array.Empty<string>(),
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
        string UserName
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
