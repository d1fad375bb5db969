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

            What identity providers do that the RFCs do not have, each by a name. All of them are understood. The journal
            notes each that is met (`operation show`: *normalised*), and the answer is as the RFCs want it.

            Printed from `src/ScimGateway.Protocol/Deviations/Deviation.cs`; a test sends each example, and holds what comes
            of it against this page. *Reported* and *inferred* mean what they do in [providers.md](providers.md); what bears
            no mark is the provider's own word. Examples are without a URL's encoding.

            ## How to switch one off

            For one source, by the command line (`--on` has it understood again):

            ```sh
            gateway source deviations acme "Entra ID"                        # which there are, and which are understood
            gateway source deviations acme "Entra ID" --off BooleanAsText    # not this one from now on
            ```

            Or by the admin API: `deviationsOff` of
            `PATCH /admin/api/v1/tenants/{tenant}/sources/{source}`; `GET /admin/api/v1/deviations` lists this page. It counts
            from the next request on. What is met and switched off is noted, too (*switched off*). The demo understands none
            of them with `--dialect rfc`.

            ## All of them


            """
        );
        page.Append("| name | who does so | the rule it bends |\n| --- | --- | --- |\n");
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
                | who | {deviation.Providers} |
                | on the wire | {Code(deviation.Wire)} |
                | taken for | {Code(deviation.Made)} |
                | the rule it bends | {deviation.Rule} |
                | switched off | {Without(deviation)} |

                """
            );
        return page.ToString();
    }

    private static string Section(Deviation deviation) => deviation.Rule.Split(':')[0];

    private static string Code(string words) => words.Length == 0 ? "nothing to be done" : $"`{words}`";

    private static string Without(Deviation deviation) =>
        Outcome(deviation.Wire, new Reading(Dialect.Everything.Without(deviation), new Effort()));

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
                return "nothing is changed";
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
        return read.Matches(person, reading.Effort) ? "200 with whom it means" : "200 with nobody in it";
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
        return $"it is kept as `{ScimJson.ToText(resource.Json)}`";
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
            .Select(member => $"it is kept as `\"{member.Key}\":{ScimJson.ToText(member.Value!)}`")
            .Concat(
                before
                    .Json.Where(member => !after.Json.ContainsKey(member.Key))
                    .Select(member => $"`{member.Key}` is cleared")
            );
        return string.Join("; ", changed.DefaultIfEmpty("nothing is changed"));
    }
}
