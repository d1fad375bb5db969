using BenchmarkDotNet.Attributes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Benchmarks;

/// <summary>What it costs to find out what Slack is to be told of a changed user, and to write it down.</summary>
[MemoryDiagnoser]
public class SlackPlanBenchmarks
{
    private const string Document = """
        {
          "userName": "vera.holm@crew.example", "displayName": "Vera Holm", "title": "Captain", "active": true,
          "name": { "givenName": "Vera", "familyName": "Dahl" },
          "emails": [{ "value": "vera@crew.example", "type": "work", "primary": true }, { "value": "v@home.example" }],
          "phoneNumbers": [{ "type": "work", "value": "+47 1" }, { "type": "mobile", "value": "+47 3" }],
          "addresses": [{ "type": "work", "streetAddress": "Bryggen 1", "locality": "Bergen", "country": "NO" }],
          "roles": [{ "value": "crew", "primary": true }],
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Bridge", "employeeNumber": "7" }
        }
        """;

    private static readonly SlackSettings _settings = new();

    private readonly WantedUser _user = new(
        new ScimResource(SlackSchemas.User, ScimJson.ReadObject(Document)),
        _ => true,
        "vera.holm",
        "U0BOSS"
    );
    private readonly SlackProfile _wanted;
    private readonly SlackProfile _delivered;

    /// <summary>
    /// A user of whom the family name, the title, a phone, a part of the address and the department changed, and the
    /// language went.
    /// </summary>
    public SlackPlanBenchmarks()
    {
        _wanted = UserTranslator.ToSlack(_user).Wanted;
        _delivered = _wanted
            .With(SlackField.FamilyName, "Holm")
            .With(SlackField.Title, "Pilot")
            .With(SlackField.MobilePhone, "+47 2")
            .With(SlackField.Locality, "Oslo")
            .With(SlackField.Department, "Deck")
            .With(SlackField.PreferredLanguage, "nb-NO");
    }

    /// <summary>From the two profiles to the request.</summary>
    [Benchmark]
    public void PlanAndWrite() => Write(_wanted);

    /// <summary>From the document to the request.</summary>
    [Benchmark]
    public void TranslatePlanAndWrite() => Write(UserTranslator.ToSlack(_user).Wanted);

    private void Write(SlackProfile wanted)
    {
        foreach (var command in UserPlanner.Plan(wanted, "U1", _delivered, _settings).Commands)
            SlackRequests.Of(command).Dispose();
    }
}
