using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

/// <summary>Slack's accounts as SCIM 2.0, and back again.</summary>
public class UserReaderTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private static readonly Dictionary<string, string> _people = new() { ["U8"] = "m-8", ["U9"] = "m-9" };

    [Fact]
    public void An_account_with_everything_is_a_full_document()
    {
        var seen = Profiles.Of(
            JsonNode.Parse(
                """
                {"userName":"vera.holm","displayName":"Vera Holm","givenName":"Vera","familyName":"Holm","honorificPrefix":"Dr.","title":"Pilot",
                 "profileUrl":"https://crew.slack.example/team/vera","timezone":"Europe/Oslo","userType":"Employee","preferredLanguage":"nb","locale":"nb-NO",
                 "active":"true","primaryEmail":"vera@crew.example","secondaryEmail":"vera@home.example","primaryPhone":"+47 1","mobilePhone":"+47 2",
                 "photo":"https://pictures.example/v.png","streetAddress":"1 Quay","locality":"Bergen","region":"Vestland","postalCode":"5003","country":"NO",
                 "role":"crew","employeeNumber":"7","costCenter":"C1","organization":"Crew","division":"Sea","department":"Deck","manager":"U9",
                 "guestType":"multi","guestExpiration":"2027-01-31T00:00:00Z","startDate":"2026-04-10T00:00:00+0000"}
                """
            )
        );

        AssertSame(
            """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
               "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User","urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User"],
             "userName":"vera.holm","displayName":"Vera Holm","name":{"givenName":"Vera","familyName":"Holm","honorificPrefix":"Dr."},"title":"Pilot",
             "profileUrl":"https://crew.slack.example/team/vera","timezone":"Europe/Oslo","userType":"Employee","preferredLanguage":"nb","locale":"nb-NO",
             "active":true,"emails":[{"value":"vera@crew.example","type":"work","primary":true},{"value":"vera@home.example","type":"other"}],
             "phoneNumbers":[{"value":"+47 1","type":"work"},{"value":"+47 2","type":"mobile"}],
             "photos":[{"value":"https://pictures.example/v.png","type":"photo"}],
             "addresses":[{"type":"work","streetAddress":"1 Quay","locality":"Bergen","region":"Vestland","postalCode":"5003","country":"NO"}],
             "roles":[{"value":"crew","primary":true}],
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7","costCenter":"C1","organization":"Crew","division":"Sea",
               "department":"Deck","manager":{"value":"m-9"}},
             "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User":{"type":"multi","expiration":"2027-01-31T00:00:00Z"},
             "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User":{"startDate":"2026-04-10T00:00:00+0000"}}
            """,
            seen
        );
    }

    [Fact]
    public void What_is_empty_is_not_in_the_document() =>
        AssertSame(
            """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ola","active":false,
             "emails":[{"value":"ola@crew.example","type":"work","primary":true}]}
            """,
            SlackProfile
                .Empty.With(SlackField.UserName, "ola")
                .With(SlackField.PrimaryEmail, "ola@crew.example")
                .With(active: false)
        );

    // Entra looks users up by emails[type eq "work"] (docs/providers.md 1.2).
    [Fact]
    public void The_address_is_the_work_address() =>
        Assert.Equal(
            "work",
            (string?)
                Document(SlackProfile.Nothing.With(SlackField.PrimaryEmail, "ola@crew.example"))["emails"]![0]!["type"]
        );

    [Fact]
    public void A_manager_nobody_knows_is_left_out_and_leaves_no_empty_extension() =>
        AssertSame(
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ola"}""",
            SlackProfile.Nothing.With(SlackField.UserName, "ola").With(SlackField.Manager, "U404")
        );

    [Fact]
    public void Numbers_that_Slack_shows_swapped_are_unswapped()
    {
        using var shown = System.Text.Json.JsonDocument.Parse(
            """{"id":"U1","phoneNumbers":[{"value":"+47 900","type":"mobile"},{"value":"+47 555","primary":true}]}"""
        );
        var document = Document(SlackUser.Read(shown.RootElement)!.Seen);

        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""[{"value":"+47 555","type":"work"},{"value":"+47 900","type":"mobile"}]"""),
                document["phoneNumbers"]
            )
        );
    }

    [Fact]
    public void Every_value_that_both_sides_can_hold_comes_back_as_it_was() =>
        Prop.ForAll(Accounts, seen => Wanted(Document(seen)).Equals(seen))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void A_document_that_was_read_passes_the_schema_and_is_not_changed_by_it() =>
        Prop.ForAll(
                Accounts,
                seen =>
                {
                    var resource = new ScimResource(
                        SlackSchemas.User,
                        ScimJson.ReadObject(Document(seen).ToJsonString())
                    );
                    SchemaCheck.Admit(resource, new Reading(Dialect.Rfc, new WorkLimit()));
                    return Wanted(resource.Json).Equals(seen);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void An_account_that_is_claimed_as_it_is_needs_no_call() =>
        Prop.ForAll(
                Accounts,
                seen =>
                    UserPlanner.Plan(Wanted(Document(seen)), "U1", seen, new SlackSettings())
                        is { IsEmpty: true, Notes: [] }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static Arbitrary<SlackProfile> Accounts { get; } =
        Gen.CollectToArray(Enum.GetValues<SlackField>(), Value)
            .Select(values =>
                Enum.GetValues<SlackField>()
                    .Zip(values)
                    .Aggregate(SlackProfile.Nothing, (profile, v) => profile.With(v.First, v.Second))
            )
            // Of two addresses one is primary.
            .Where(p => p[SlackField.PrimaryEmail] is not null || p[SlackField.SecondaryEmail] is null)
            .ToArbitrary();

    private static Gen<string?> Value(SlackField field) =>
        field switch
        {
            SlackField.Active => Gen.Elements<string?>("true", "false"),
            SlackField.UserName => Gen.Elements<string?>("vera", "ola.dahl"),
            SlackField.PrimaryEmail => Gen.Elements("vera@crew.example", "åse@crew.example", null),
            SlackField.SecondaryEmail => Gen.Elements("vera@home.example", null),
            SlackField.DisplayName => Gen.Elements("Vera Holm", "山田 (deck) [2]", null),
            SlackField.Manager => Gen.Elements("U8", "U9", null),
            SlackField.GuestType => Gen.Elements("multi", null),
            SlackField.Timezone => Gen.Elements("Europe/Oslo", "America/Indiana/Knox", "UTC", null),
            SlackField.GuestExpiration or SlackField.StartDate => Gen.Elements(
                "2026-04-10T00:00:00+0000",
                "2027-01-01T00:00:00Z",
                null
            ),
            _ => Gen.OneOf(
                Gen.Elements("Pilot", "true", "7", " x ", "\"\\\n", "🚀", null),
                ArbMap
                    .Default.GeneratorFor<string?>()
                    .Select(s => string.IsNullOrWhiteSpace(s) || s.Any(c => c == 0 || char.IsSurrogate(c)) ? null : s)
            ),
        };

    private static JsonObject Document(SlackProfile seen) => UserReader.ToScim(seen, _people.GetValueOrDefault);

    private static SlackProfile Wanted(JsonObject document)
    {
        var manager = (string?)(document[Enterprise] as JsonObject)?["manager"]?["value"];
        return UserTranslator
            .ToSlack(
                new WantedUser(
                    new ScimResource(SlackSchemas.User, document),
                    _ => true,
                    (string?)document["userName"],
                    manager is null ? null : _people.Single(p => p.Value == manager).Key
                )
            )
            .Wanted;
    }

    private static void AssertSame(string expected, SlackProfile seen)
    {
        var actual = Document(seen);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
    }
}
