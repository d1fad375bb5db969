using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Users;

/// <summary>One page of users and how many there are in all.</summary>
public sealed record UserPage(int Total, IReadOnlyList<Resource> Users);

/// <summary>Lists of users, in the order in which they came.</summary>
public sealed class UserReads(Store store)
{
    private const string Shown = "tenant_id = @tenant and kind = @kind and deleted is null and hidden = @no";

    /// <summary>The users that meet the filter, from a place on.</summary>
    public UserPage List(Caller caller, Filter? filter, int startIndex, int count) =>
        store.Read(session =>
        {
            if (
                filter
                    is Filter.Compare
                    {
                        Op: CompareOp.Equal,
                        Path: { Schema: null, Name: var name, Sub: null },
                        Value: Literal.Text text
                    }
                && name.Equals("userName", StringComparison.OrdinalIgnoreCase)
            )
                return Page(
                    session.All(
                        $"select {Rows.Resource} from resources where {Shown} and user_name_key = @key",
                        Rows.ToResource,
                        ("@tenant", caller.TenantId),
                        ("@kind", Kind.User),
                        ("@no", false),
                        ("@key", Fold.Key(text.Value))
                    ),
                    startIndex,
                    count
                );

            var all = session.All(
                $"select {Rows.Resource} from resources where {Shown} order by created, id",
                Rows.ToResource,
                ("@tenant", caller.TenantId),
                ("@kind", Kind.User),
                ("@no", false)
            );
            return Page(filter is null ? all : all.Where(user => filter.Matches(Document(user))).ToList(), startIndex, count);
        });

    private static UserPage Page(List<Resource> users, int startIndex, int count) =>
        new(users.Count, users.Skip(startIndex - 1).Take(count).ToList());

    private static ScimResource Document(Resource resource)
    {
        var json = ScimJson.ReadObject(resource.Document, ReadLimits.Group);
        json["id"] = resource.Id.ToString();
        return new ScimResource(SlackSchemas.User, json);
    }
}
