using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>A user that a test writes straight into the store, as many as it takes.</summary>
internal sealed record Person(string Document)
{
    public TenantId TenantId { get; init; } = new(1);

    public int? SourceId { get; init; } = 1;

    public Instant Created { get; init; } = new(1_700_000_000_000);

    public Instant? Modified { get; init; }

    public bool Hidden { get; init; }

    public bool Deleted { get; init; }

    public LinkState? Link { get; init; }

    public string? SlackId { get; init; }
}

/// <summary>A group that a test writes straight into the store.</summary>
internal sealed record Team(string Name, params IReadOnlyList<TeamMember> Members)
{
    public TenantId TenantId { get; init; } = new(1);

    public int? SourceId { get; init; } = 1;

    public string? ExternalId { get; init; }

    public string More { get; init; } = "";

    public Instant Created { get; init; } = new(1_700_000_000_000);

    public bool Hidden { get; init; }

    public bool Deleted { get; init; }
}

/// <summary>A member row.</summary>
internal sealed record TeamMember(ResourceId Id, int SourceId = 1, Tri Wanted = Tri.Yes, Tri InSlack = Tri.Yes);

/// <summary>Writes users and groups straight into a store, by the same rows that a write leaves.</summary>
internal static class Crowd
{
    private const int Batch = 1_000;

    public static async Task<List<ResourceId>> WriteAsync(Store store, IEnumerable<Person> people)
    {
        var ids = new List<ResourceId>();
        foreach (var batch in people.Chunk(Batch))
            ids.AddRange(
                await store.WriteAsync(
                    session => batch.Select(person => Write(session, person)).ToList(),
                    CancellationToken.None
                )
            );
        return ids;
    }

    /// <summary>
    /// Some 2 KB of a user, as providers send them; by their number they differ in what is searched for.
    /// </summary>
    public static Person Member(int i) =>
        new(
            $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"ext-{{i}}","userName":"user{{i}}@crew.example",
            "name":{"formatted":"Ms. Vera K Holm III","familyName":"Holm","givenName":"Vera","middleName":"Karin","honorificPrefix":"Ms.","honorificSuffix":"III"},
            "displayName":"Vera Holm {{i
                % 1000}}","nickName":"Vee","profileUrl":"https://login.crew.example/vera","title":"Engineer","userType":"Employee","preferredLanguage":"sv-SE","locale":"sv-SE","timezone":"Europe/Stockholm","active":{{(
                i % 10 == 0 ? "false" : "true"
            )}},
            "emails":[{"value":"vera{{i}}@crew.example","type":"work","primary":true},{"value":"vera{{i}}@home.example","type":"home"}],
            "phoneNumbers":[{"value":"+46-8-100100","type":"work"},{"value":"+46-70-100100","type":"mobile"},{"value":"+46-8-100101","type":"fax"}],"ims":[{"value":"vera.holm","type":"xmpp"}],
            "photos":[{"value":"https://photos.crew.example/vera/large.jpg","type":"photo"},{"value":"https://photos.crew.example/vera/small.jpg","type":"thumbnail"}],
            "addresses":[{"type":"work","streetAddress":"4 Parkgatan","locality":"Lund","region":"Skane","postalCode":"22100","country":"SE","formatted":"4 Parkgatan\n22100 Lund","primary":true},{"type":"home","streetAddress":"7 Kajen","locality":"Malmo","region":"Skane","postalCode":"21100","country":"SE","formatted":"7 Kajen\n21100 Malmo"}],
            "roles":[{"value":"Admin","type":"AppRole","primary":true}],"entitlements":[{"value":"crew-portal"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"70{{i}}","costCenter":"4130","organization":"Crew","division":"North","department":"Tooling"} }
            """
        )
        {
            Created = new Instant(1_700_000_000_000 + i * 1_000L),
            Modified = new Instant(1_700_000_000_000 + (i * 7_919L % 100_003) * 1_000),
            Link = i % 1_000 == 7 ? LinkState.Failed : LinkState.Settled,
        };

    /// <summary>Has each user have its account, as a claim does.</summary>
    public static Task<int> ClaimAsync(Store store) =>
        store.WriteAsync(
            session =>
                session.Execute(
                    "update links set claimant_id = (select id from resources where link_id = links.id) where tenant_id = @tenant",
                    ("@tenant", new TenantId(1))
                ),
            CancellationToken.None
        );

    /// <summary>Puts a value into a user's document as it is kept, which no request may bring any more.</summary>
    public static Task<int> SetAsync(Store store, string id, string attribute, string json) =>
        store.WriteAsync(
            session =>
                session.Execute(
                    "update resources set document = cast(json_set(document, @path, json(@value)) as blob) where id = @id",
                    ("@path", $"$.\"{attribute}\""),
                    ("@value", json),
                    ("@id", ResourceId.Parse(id))
                ),
            CancellationToken.None
        );

    /// <summary>Puts a document in the place of a user's, as a former version may have kept it.</summary>
    public static Task<int> KeepAsync(Store store, string id, string document) =>
        store.WriteAsync(
            session =>
                session.Execute(
                    "update resources set document = @document where id = @id",
                    ("@document", System.Text.Encoding.UTF8.GetBytes(document)),
                    ("@id", ResourceId.Parse(id))
                ),
            CancellationToken.None
        );

    private static ResourceId Write(StoreSession session, Person person)
    {
        var user = new ScimResource(GatewayTypes.User, ScimJson.ReadObject(person.Document));
        var shown = Resource
            .New(person.TenantId, Kind.User, ResourceId.New(person.Created.ToTime()), person.Created)
            .ShowUnclaimed(
                user,
                ScimJson.ToUtf8(user.Json),
                person.Hidden,
                isUnlinked: false,
                person.Modified ?? person.Created
            );
        var resource = shown with
        {
            SourceId = person.SourceId,
            LinkId = person.Link is { } state ? NewLink(session, person, state) : null,
            UserNameKey = person.Deleted ? null : shown.UserNameKey,
            Deleted = person.Deleted ? person.Created : null,
        };
        return Resources.SaveUser(session, resource).Id;
    }

    /// <summary>Writes groups with their member rows.</summary>
    public static async Task<List<ResourceId>> WriteAsync(Store store, params IReadOnlyList<Team> teams) =>
        await store.WriteAsync(session => teams.Select(team => Write(session, team)).ToList(), CancellationToken.None);

    private static ResourceId Write(StoreSession session, Team team)
    {
        var id = team.ExternalId is null ? "" : $",\"externalId\":\"{team.ExternalId}\"";
        var group = new ScimResource(
            GatewayTypes.Group,
            ScimJson.ReadObject(
                $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":{{System.Text.Json.JsonSerializer.Serialize(team.Name)}}{{id}}{{team.More}}}"""
            )
        );
        var shown = Resource
            .New(team.TenantId, Kind.Group, ResourceId.New(team.Created.ToTime()), team.Created)
            .ShowUnclaimed(group, ScimJson.ToUtf8(group.Json), team.Hidden, isUnlinked: false, team.Created);
        var resource = shown with
        {
            SourceId = team.SourceId,
            DisplayNameKey = team.Deleted ? null : shown.DisplayNameKey,
            Deleted = team.Deleted ? team.Created : null,
        };
        Resources.Save(session, resource);
        foreach (var member in team.Members)
            session.Execute(
                "insert into members (group_id, member_id, kind, source_id, wanted, in_slack, stamp) select @group, id, kind, @source, @wanted, @in_slack, 0 from resources where id = @member",
                ("@group", resource.Id),
                ("@member", member.Id),
                ("@source", member.SourceId),
                ("@wanted", member.Wanted),
                ("@in_slack", member.InSlack)
            );
        return resource.Id;
    }

    private static LinkId NewLink(StoreSession session, Person person, LinkState state) =>
        Links
            .Save(
                session,
                new Link
                {
                    TenantId = person.TenantId,
                    Kind = Kind.User,
                    SlackId = person.SlackId,
                    WantedVersion = 1,
                    SettledVersion = 1,
                    State = state,
                    Reason = state == LinkState.Settled ? null : new Reason(ReasonCode.SlackLate, "because"),
                    // An executor that begins meanwhile leaves it as it is.
                    Due =
                        state == LinkState.Failed
                            ? Instant.Of(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(6))
                            : null,
                    Since = person.Created,
                    Kept =
                        state == LinkState.Settled
                            ? FieldSet.Nothing
                            : FieldSet.Of(SlackField.Title, SlackField.Timezone),
                }
            )
            .Id;
}
