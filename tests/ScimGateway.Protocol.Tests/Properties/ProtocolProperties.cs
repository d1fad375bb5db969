using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Properties;

public class ProtocolProperties
{
    private static readonly FsCheck.Config _many = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Fact]
    public void What_is_printed_is_read_as_the_same_filter() =>
        Prop.ForAll(Generators.Filters, filter => filter == Filter.Parse(filter.ToString())).Check(_many);

    [Fact]
    public void A_negation_moves_inside_by_De_Morgan() =>
        Prop.ForAll(
                Generators.Filters,
                Generators.Filters,
                Generators.Users,
                (a, b, user) =>
                {
                    var resource = Admitted(user);
                    return new Filter.Not(new Filter.And(a, b)).Matches(resource, new WorkLimit())
                            == new Filter.Or(new Filter.Not(a), new Filter.Not(b)).Matches(resource, new WorkLimit())
                        && new Filter.Not(new Filter.Or(a, b)).Matches(resource, new WorkLimit())
                            == new Filter.And(new Filter.Not(a), new Filter.Not(b)).Matches(resource, new WorkLimit());
                }
            )
            .Check(_many);

    [Fact]
    public void An_admitted_resource_is_admitted_unchanged() =>
        Prop.ForAll(
                Generators.Users,
                user =>
                {
                    var once = Admitted(user);
                    return JsonNode.DeepEquals(once.Json, Admitted(once.Json).Json);
                }
            )
            .Check(_many);

    [Fact]
    public void Replacing_every_attribute_by_itself_changes_nothing() =>
        Prop.ForAll(
                Generators.Users,
                user =>
                {
                    var before = Admitted(user);
                    var itself = new JsonArray();
                    foreach (var (name, value) in before.Json)
                        if (name != "schemas")
                            itself.Add(Operation("replace", name, value));
                    return JsonNode.DeepEquals(before.Json, Patched(before, itself).Json);
                }
            )
            .Check(_many);

    [Fact]
    public void Doing_it_twice_is_doing_it_once()
    {
        Prop.ForAll(
                Generators.Users,
                Generators.Users,
                (user, other) =>
                {
                    var before = Admitted(user);
                    return Admitted(other)
                        .Json.Where(member => member.Key is not "schemas")
                        .All(member =>
                            Twice(before, Operation("add", member.Key, member.Value))
                            && Twice(before, Operation("replace", member.Key, member.Value))
                            && (member.Key == "userName" || Twice(before, Operation("remove", member.Key, null)))
                        );
                }
            )
            .Check(_many);

        static bool Twice(ScimResource before, JsonObject operation)
        {
            var once = Patched(before, [operation.DeepClone()]);
            return JsonNode.DeepEquals(once.Json, Patched(once, [operation.DeepClone()]).Json);
        }
    }

    [Fact]
    public void A_projection_shows_nothing_that_the_resource_has_not() =>
        Prop.ForAll(
                Generators.Users,
                Gen.SubListOf(
                        "userName",
                        "emails",
                        "emails.type",
                        "name.familyName",
                        "NAME",
                        $"{Urn.EnterpriseUser}:department",
                        Urn.EnterpriseUser,
                        "nonsense"
                    )
                    .Two()
                    .ToArbitrary(),
                (user, names) =>
                {
                    var resource = Admitted(user);
                    var shown = Projection
                        .Read(resource.Type, [.. names.Item1], [.. names.Item2], Reading.Everything())
                        .Apply(resource);
                    return IsWithin(shown, resource.Json) && shown.ContainsKey("schemas");
                }
            )
            .Check(_many);

    private static bool IsWithin(JsonNode? part, JsonNode? whole) =>
        (part, whole) switch
        {
            (JsonObject p, JsonObject w) => p.All(m => w.ContainsKey(m.Key) && IsWithin(m.Value, w[m.Key])),
            (JsonArray p, JsonArray w) => p.All(e => w.Any(other => IsWithin(e, other))),
            _ => JsonNode.DeepEquals(part, whole),
        };

    private static JsonObject Operation(string op, string path, JsonNode? value)
    {
        var operation = new JsonObject { ["op"] = op, ["path"] = path };
        if (op != "remove")
            operation["value"] = value?.DeepClone();
        return operation;
    }

    private static ScimResource Patched(ScimResource before, JsonArray operations)
    {
        var body = new JsonObject { ["schemas"] = new JsonArray(Urn.PatchOp), ["Operations"] = operations };
        var reading = Reading.Rfc();
        var request = PatchRequest.Read(
            before.Type,
            Encoding.UTF8.GetBytes(body.ToJsonString()),
            ReadLimits.User,
            operations.Count == 0 ? Reading.Everything() : reading
        );
        return Patcher.Apply(before, request, reading);
    }

    private static ScimResource Admitted(JsonObject user)
    {
        var resource = ScimResource.Read(
            ResourceTypes.User,
            Encoding.UTF8.GetBytes(user.ToJsonString()),
            ReadLimits.User
        );
        SchemaCheck.Admit(resource, Reading.Everything());
        return resource;
    }
}
