using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What becomes of an account whose person is to be forgotten: its Slack id, by which an import knows that it is to stay
/// so, and hashes of its addresses and names, by which an operator who has one of those finds it again. Of a person who
/// never had one, nothing.
/// </summary>
internal static class Erasure
{
    private static readonly SlackField[] _named =
    [
        SlackField.UserName,
        SlackField.DisplayName,
        SlackField.PrimaryEmail,
        SlackField.SecondaryEmail,
    ];

    private static readonly string[] _naming =
    [
        "userName",
        "displayName",
        "nickName",
        "externalId",
        "emails",
        "phoneNumbers",
    ];

    /// <summary>Forgets the person; gives back the links of those who waited for an address of the account.</summary>
    public static List<LinkId> Erase(StoreSession store, Link link, string by, Instant now)
    {
        var words = Words(store, link);
        var shown = Resources.Find(store, link.ClaimantId);
        if (shown is { Deleted: null })
        {
            GroupsOf.ShownChanged(store, shown.Id, now);
            Resources.TouchUnclaimedWith(store, shown.Id, now);
        }
        foreach (var resource in Resources.Of(store, link.Id))
        {
            Emails.Delete(store, resource);
            Members.Vanish(store, resource);
            HoldRows.DeleteOf(store, resource);
        }
        var names = Names(store, link);
        Resources.ForgetWords(store, link.Id, now);
        JournalWords.Forget(store, link.Id);
        JournalWords.ForgetRefused(store, link.TenantId, names);
        // Rules that nobody has confirmed may name the person.
        Jobs.ForgetPreviews(store, link.TenantId, nameof(TenantChange.OtherRules));
        HoldRows.DeleteAbout(store, link.TenantId, link.Id);
        // Who waited for its address asks for it now, and what Slack says to that counts.
        List<LinkId> waiting =
        [
            .. Keys.Of(store, link.Id)
                .Select(key => UserKeys.LetGo(store, link, key.Kind, key.Value, now))
                .OfType<LinkId>(),
        ];
        link = Links.Save(store, link.SlackId is null ? link.Blank() : link.Forget(now));
        if (link.SlackId is not null)
            UserKeys.KeepHashed(store, link, words);
        if (shown?.UserNameKey is { } name)
            Namesakes.Show(store, link.TenantId, name, link.Id);
        OperationJournal.WriteDecided(store, link, link.ClaimantId, "erased", by, now);
        return waiting;
    }

    // All that a refused request may have said of the person alone, by today's names or former ones: it has neither the
    // link nor the user. A given name is many people's.
    private static HashSet<string> Names(StoreSession store, Link link)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var seen in (SlackProfile[])[link.AtSlack, link.Told])
        foreach (var field in _named)
            names.Add(seen[field] ?? "");
        foreach (var known in JournalWords.Names(store, link.Id))
            names.UnionWith([known.UserName ?? "", known.Address ?? ""]);
        foreach (var id in Resources.Of(store, link.Id))
        {
            names.Add(id.ToString());
            var resource = Resources.Find(store, id)!;
            foreach (var document in (byte[]?[])[resource.Document, resource.Previous])
                if (document is not null)
                    names.UnionWith(Texts(ScimJson.ReadKept(document)));
        }
        names.UnionWith([.. names.Select(Uri.EscapeDataString)]); // as paths have them
        return names;
    }

    private static IEnumerable<string> Texts(JsonObject document) =>
        _naming.Select(name => document[name]).Append((document["name"] as JsonObject)?["formatted"]).SelectMany(Texts);

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonObject its => its.SelectMany(one => Texts(one.Value)),
            JsonArray all => all.SelectMany(Texts),
            _ => ScimJson.AsText(node) is { } text ? [text] : [],
        };

    // All by which somebody may look for the person: what the account has, was told and was to have.
    private static List<(KeyKind Kind, string Value)> Words(StoreSession store, Link link) =>
        [
            .. Keys.Of(store, link.Id)
                .Concat(UserKeys.Seen(link.AtSlack))
                .Concat(UserKeys.Seen(link.Told))
                .Concat(Resources.Of(store, link.Id).SelectMany(id => Words(Resources.Find(store, id)!.Read())))
                .Distinct(),
        ];

    private static IEnumerable<(KeyKind Kind, string Value)> Words(ScimResource user)
    {
        foreach (var address in UserAddresses.OfSlack(user))
            yield return (KeyKind.Address, Fold.Key(address));
        if (user.Text("userName") is { } name)
            yield return (KeyKind.SlackUserName, Fold.Key(name));
    }
}
