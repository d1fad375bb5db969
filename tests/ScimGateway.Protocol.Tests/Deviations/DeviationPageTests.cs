using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Protocol.Tests.Deviations;

/// <summary>docs/deviations.md is what the deviations say of themselves, and what comes of each is seen by doing it.</summary>
public class DeviationPageTests
{
    private const string Person = """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
         "userName":"kim","displayName":"K","title":"Pilot",
         "active":true,"timezone":"Europe/Paris",
         "emails":[{"type":"work","value":"kim@corp.example","primary":true},{"type":"home","value":"kim@home.example"}],
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Dock","manager":{"value":"26118915"}}}
        """;

    private const string Crew = """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew",
         "members":[{"value":"26118915"},{"value":"30011975"}]}
        """;

    [Fact]
    public void The_page_says_what_the_deviations_say() => GeneratedPage.AssertFresh("deviations.md", Page());

    public static TheoryData<string> Names() => [.. Deviation.All.Select(deviation => deviation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_words_on_the_wire_are_taken_for_what_the_page_says(string name)
    {
        var deviation = Deviation.Named(name)!;
        var reading = Reading.Everything();

        Assert.Equal(Outcome(deviation.Made, Reading.Rfc()), Outcome(deviation.Wire, reading));
        // What is listed in an object is listed as well.
        var met = reading.Normalised.Select(one => one.Deviation).Distinct();
        Assert.Equal([deviation], deviation == Deviation.RemoveNested ? met.Except([Deviation.RemoveListed]) : met);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Switched_off_something_else_comes_of_them(string name)
    {
        var deviation = Deviation.Named(name)!;
        Assert.NotEqual(Outcome(deviation.Made, Reading.Rfc()), Without(deviation));
    }

    private static string Page()
    {
        var page = new StringBuilder(
            """
            # Deviations

            What identity providers send beyond the RFCs, each habit with a name. The gateway understands all of them. The
            journal notes each one (`operation show`: *normalised*), and the answer follows the RFCs.

            Printed from `src/ScimGateway.Protocol/Deviations/Deviation.cs`; a test sends each example. *Reported* and
            *inferred* are explained in [providers.md](providers.md); all else is the provider's own documentation. The
            examples are not URL-encoded.

            ## How to switch one off

            For one source, on the command line (`--on` switches it on again):

            ```sh
            gateway source deviations acme "Entra ID"                        # lists all, and which are on
            gateway source deviations acme "Entra ID" --off BooleanAsText    # from the next request on
            ```

            In the admin API, use `deviationsOff` of `PATCH /admin/api/v1/tenants/{tenant}/sources/{source}`;
            `GET /admin/api/v1/deviations` lists this page. The journal also notes requests that meet one that is off
            (*switched off*). The demo switches all of them off with `--dialect rfc`,
            and a tenant that keeps the [interoperability profile](standards.md) has none.

            ## All of them


            """
        );
        page.Append("| name | provider | RFC |\n| --- | --- | --- |\n");
        foreach (var deviation in Deviation.All)
            page.Append(
                $"| [{deviation.Name}](#{deviation.Name.ToLowerInvariant()}) | {deviation.Providers} | {Section(deviation)} |\n"
            );
        foreach (var deviation in Deviation.All)
            page.Append(
                $"""

                ## {deviation.Name}

                {deviation.Habit}

                | | |
                | --- | --- |
                | provider | {deviation.Providers} |
                | request | {Code(deviation.Wire)} |
                | read as | {Code(deviation.Made)} |
                | RFC | {deviation.Rule} |
                | switched off | {Without(deviation)} |

                """
            );
        return page.ToString();
    }

    private static string Section(Deviation deviation) => deviation.Rule.Split(':')[0];

    private static string Code(string words) => words.Length == 0 ? "no change" : $"`{words}`";

    private static string Without(Deviation deviation) =>
        Outcome(deviation.Wire, new Reading(Dialect.Everything.Without(deviation), new WorkLimit()));

    // What comes of an example: a refusal, whom a filter finds, what is shown, or what is kept.
    private static string Outcome(string words, Reading reading)
    {
        try
        {
            if (words.StartsWith("filter=", StringComparison.Ordinal))
                return Find(words["filter=".Length..], reading);
            if (words.StartsWith("attributes=", StringComparison.Ordinal))
                return Show(words["attributes=".Length..], reading);
            if (words.Length == 0)
                return "no change";
            return JsonNode.Parse(words)!.AsObject() is var body && body.ContainsKey("userName")
                ? Admit(words, reading)
                : Patch(body, reading);
        }
        catch (ScimException refusal)
        {
            return $"{(int)refusal.Status} `{refusal.ScimType}`: {refusal.Message}";
        }
    }

    private static string Find(string filter, Reading reading)
    {
        var person = ScimResource.Read(ResourceTypes.User, Encoding.UTF8.GetBytes(Person), ReadLimits.User);
        var read = Filter.Read(filter, ResourceTypes.User, reading);
        return read.Matches(person, reading.WorkLimit) ? "200 with the user" : "200 with an empty list";
    }

    private static string Show(string attributes, Reading reading)
    {
        var person = ScimResource.Read(ResourceTypes.User, Encoding.UTF8.GetBytes(Person), ReadLimits.User);
        var shown = Projection.Read(ResourceTypes.User, [attributes], null, reading).Apply(person);
        return shown.ContainsKey("emails") ? "200 with the addresses" : "200 without the addresses";
    }

    private static string Admit(string body, Reading reading)
    {
        var resource = ScimResource.Read(ResourceTypes.User, Encoding.UTF8.GetBytes(body), ReadLimits.User);
        SchemaCheck.Admit(resource, reading, false);
        return $"stored as `{ScimJson.ToText(resource.Json)}`";
    }

    // What has changed by it, attribute by attribute.
    private static string Patch(JsonObject said, Reading reading)
    {
        var ofGroup = ((string?)said["path"])?.StartsWith("members", StringComparison.Ordinal) == true;
        var type = ofGroup ? ResourceTypes.Group : ResourceTypes.User;
        var body = said.ContainsKey("op")
            ? new JsonObject { ["schemas"] = new JsonArray(Urn.PatchOp), ["Operations"] = new JsonArray(said) }
            : said;
        var before = ScimResource.Read(type, Encoding.UTF8.GetBytes(ofGroup ? Crew : Person), ReadLimits.User);
        var after = Patcher.Apply(
            before,
            PatchRequest.Read(type, Encoding.UTF8.GetBytes(body.ToJsonString()), ReadLimits.User, reading),
            reading
        );
        var changed = after
            .Json.Where(member => !JsonNode.DeepEquals(member.Value, before.Json[member.Key]))
            .Select(member => $"stored as `\"{member.Key}\":{ScimJson.ToText(member.Value!)}`")
            .Concat(
                before
                    .Json.Where(member => !after.Json.ContainsKey(member.Key))
                    .Select(member => $"`{member.Key}` is cleared")
            );
        return string.Join("; ", changed.DefaultIfEmpty("no change"));
    }
}
