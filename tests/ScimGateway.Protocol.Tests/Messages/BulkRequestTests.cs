using System.Net;
using System.Text;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Messages;

public class BulkRequestTests
{
    private static readonly BulkLimits _limits = new(MostOperations: 5, MostBytes: 4096);

    [Fact]
    public void Each_method_has_its_operation()
    {
        var request = Read(
            """{"method": "POST", "path": "/Users", "bulkId": "kim", "data": {"userName": "kim"}}""",
            """{"method": "PUT", "path": "/Users/1", "version": "W/\"3\"", "data": {"userName": "lee"}}""",
            """{"method": "PATCH", "path": "/Groups/2", "bulkId": "crew", "data": {"Operations": []}}""",
            """{"method": "DELETE", "path": "/Users/4"}"""
        );

        Assert.Equal(
            [
                (BulkMethod.Post, "/Users", null, "kim", null),
                (BulkMethod.Put, "/Users", "1", null, "W/\"3\""),
                (BulkMethod.Patch, "/Groups", "2", "crew", null),
                (BulkMethod.Delete, "/Users", "4", (string?)null, (string?)null),
            ],
            request.Operations.Select(o => (o.Method, o.Endpoint, o.Id, o.BulkId, o.Version))
        );
        Assert.Equal("lee", (string?)request.Operations[1].Data!["USERNAME"]);
        Assert.Null(request.Operations[3].Data);
        Assert.All(request.Operations, o => Assert.Null(o.Refusal));
        Assert.Null(request.FailOnErrors);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("Delete")]
    public void A_method_is_known_in_any_letter_case(string method) =>
        Assert.Equal(
            BulkMethod.Delete,
            Read($$"""{"method": "{{method}}", "path": "/Users/4"}""").Operations[0].Method
        );

    [Theory]
    [InlineData("/Users/4", "/Users", "4")]
    [InlineData("Users/4", "/Users", "4")]
    [InlineData("/users/4/", "/users", "4")]
    [InlineData("/Users/a%2Fb", "/Users", "a/b")]
    public void A_path_is_an_endpoint_and_an_id(string path, string endpoint, string id)
    {
        var operation = Read($$"""{"method": "DELETE", "path": "{{path}}"}""").Operations[0];

        Assert.Equal((endpoint, id), (operation.Endpoint, operation.Id));
    }

    [Theory]
    [InlineData("""{"path": "/Users/4"}""", "Operation 1 has no 'method'.")]
    [InlineData(
        """{"method": "GET", "path": "/Users/4"}""",
        "Operation 1 has a 'method' other than POST, PUT, PATCH and DELETE."
    )]
    [InlineData("""{"method": 1, "path": "/Users/4"}""", "Operation 1 has a 'method' that is no string.")]
    [InlineData("""{"method": "DELETE", "path": ["/Users/4"]}""", "Operation 1 has a 'path' that is no string.")]
    [InlineData(
        """{"method": "DELETE", "path": "/Users/4", "version": 3}""",
        "Operation 1 has a 'version' that is no string."
    )]
    [InlineData(
        """{"method": "POST", "path": "/Users", "bulkId": 1, "data": {}}""",
        "Operation 1 has a 'bulkId' that is no string."
    )]
    [InlineData("""{"method": "PUT", "path": "/Users/4", "data": [{}]}""", "Operation 1 has 'data' that is no object.")]
    [InlineData(
        """{"method": "PATCH", "path": "/Users/4", "data": "x"}""",
        "Operation 1 has 'data' that is no object."
    )]
    [InlineData("7", "Operation 1 is no object.")]
    [InlineData("null", "Operation 1 is no object.")]
    public void What_is_not_of_the_form_of_an_operation_is_invalid_syntax(string operation, string detail) =>
        Refused(HttpStatusCode.BadRequest, "invalidSyntax", detail, () => Read(operation));

    [Theory]
    [InlineData("""{"method": "DELETE"}""", "Operation 1 lacks 'path'.")]
    [InlineData("""{"method": "POST", "path": "/Users", "data": {}}""", "Operation 1 lacks 'bulkId'.")]
    [InlineData("""{"method": "POST", "path": "/Users", "bulkId": "", "data": {}}""", "Operation 1 lacks 'bulkId'.")]
    [InlineData("""{"method": "POST", "path": "/Users", "bulkId": "a"}""", "Operation 1 lacks 'data'.")]
    [InlineData("""{"method": "PUT", "path": "/Users/4", "data": null}""", "Operation 1 lacks 'data'.")]
    [InlineData("""{"method": "PATCH", "path": "/Users/4"}""", "Operation 1 lacks 'data'.")]
    public void What_an_operation_lacks_is_named(string operation, string detail) =>
        Refused(HttpStatusCode.BadRequest, "invalidValue", detail, () => Read(operation));

    [Theory]
    [InlineData("/Users")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/Users/4/emails")]
    [InlineData("/Users//4")]
    [InlineData("/Users/ ")]
    [InlineData("/Users/4?attributes=userName")]
    [InlineData("/Users/4#top")]
    [InlineData("https://scim.example/v2/Users/4")]
    public void A_path_that_is_not_that_of_one_resource_is_refused(string path) =>
        Refused(
            HttpStatusCode.BadRequest,
            "invalidValue",
            "Operation 1 is no POST; its 'path' is that of one resource, such as /Users/2819c223.",
            () => Read($$"""{"method": "DELETE", "path": "{{path}}"}""")
        );

    [Theory]
    [InlineData("/Users/4")]
    [InlineData("/")]
    [InlineData("/Users?count=1")]
    public void A_POST_goes_to_an_endpoint_and_not_to_a_resource(string path) =>
        Refused(
            HttpStatusCode.BadRequest,
            "invalidValue",
            "Operation 1 is a POST; its 'path' is that of an endpoint, such as /Users.",
            () => Read($$$"""{"method": "POST", "path": "{{{path}}}", "bulkId": "a", "data": {}}""")
        );

    [Fact]
    public void Too_many_operations_are_too_much_payload()
    {
        var delete = """{"method": "DELETE", "path": "/Users/4"}""";

        Assert.Equal(5, Read([.. Enumerable.Repeat(delete, 5)]).Operations.Count);
        Refused(
            HttpStatusCode.RequestEntityTooLarge,
            null,
            "The request has 6 operations; maxOperations of bulk is 5.",
            () => Read([.. Enumerable.Repeat(delete, 6)])
        );
    }

    [Fact]
    public void Too_many_bytes_are_too_much_payload()
    {
        var body = Encoding.UTF8.GetBytes(Body("", """{"method": "DELETE", "path": "/Users/4"}"""));

        Assert.Single(BulkRequest.Read(body, new BulkLimits(1, body.Length), Reading.Rfc()).Operations);
        Refused(
            HttpStatusCode.RequestEntityTooLarge,
            null,
            $"The request has {body.Length} bytes; maxPayloadSize of bulk is {body.Length - 1}.",
            () => BulkRequest.Read(body, new BulkLimits(1, body.Length - 1), Reading.Rfc())
        );
    }

    [Fact]
    public void A_request_without_operations_is_refused()
    {
        Refused(HttpStatusCode.BadRequest, "invalidValue", "The bulk request has no operations.", () => Read());
        Refused(
            HttpStatusCode.BadRequest,
            "invalidSyntax",
            "A bulk request has an array 'Operations'.",
            () => ReadBody("""{"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": {}}""")
        );
    }

    [Fact]
    public void A_request_without_its_schema_is_a_habit_that_is_noted()
    {
        const string Body = """{"Operations": [{"method": "DELETE", "path": "/Users/4"}]}""";
        var reading = Reading.Everything();

        Assert.Single(BulkRequest.Read(Encoding.UTF8.GetBytes(Body), _limits, reading).Operations);
        Assert.Equal(Deviation.SchemasLeftOut, Assert.Single(reading.Normalised).Deviation);
        Refused(
            HttpStatusCode.BadRequest,
            "invalidSyntax",
            "'schemas' does not name urn:ietf:params:scim:api:messages:2.0:BulkRequest.",
            () => ReadBody(Body)
        );
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("20", 20)]
    [InlineData("99999999999", int.MaxValue)]
    [InlineData("null", null)]
    public void FailOnErrors_is_a_number_of_errors_or_none(string written, int? expected) =>
        Assert.Equal(
            expected,
            ReadBody(Body($"\"failOnErrors\": {written},", """{"method": "DELETE", "path": "/Users/4"}""")).FailOnErrors
        );

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    [InlineData("[1]")]
    public void FailOnErrors_that_is_no_such_number_is_refused(string written) =>
        Refused(
            HttpStatusCode.BadRequest,
            "invalidValue",
            "'failOnErrors' takes a whole number of at least 1.",
            () => ReadBody(Body($"\"failOnErrors\": {written},", """{"method": "DELETE", "path": "/Users/4"}"""))
        );

    [Fact]
    public void A_bulkId_is_that_of_one_operation()
    {
        Refused(
            HttpStatusCode.BadRequest,
            "invalidValue",
            "The bulkId 'a' is that of two operations.",
            () =>
                Read(
                    """{"method": "POST", "path": "/Users", "bulkId": "a", "data": {}}""",
                    """{"method": "DELETE", "path": "/Users/4", "bulkId": "a"}"""
                )
        );
        Assert.Equal(
            2,
            Read(
                """{"method": "POST", "path": "/Users", "bulkId": "a", "data": {}}""",
                """{"method": "POST", "path": "/Users", "bulkId": "A", "data": {}}"""
            ).Operations.Count
        );
    }

    [Theory]
    [InlineData("members", "/Groups/2", "PUT", true)]
    [InlineData("MEMBERS", "/Groups/2", "PUT", true)]
    [InlineData("emails", "/Users/2", "PUT", false)]
    public void Only_members_may_be_many(string name, string path, string method, bool taken)
    {
        var many = string.Join(',', Enumerable.Repeat("1", 1_001));
        var body = Body(
            "",
            $$$"""{"method": "{{{method}}}", "path": "{{{path}}}", "data": {"{{{name}}}": [{{{many}}}]}}"""
        );

        if (taken)
            Assert.Single(Large(body).Operations);
        else
            Refused(
                HttpStatusCode.BadRequest,
                "invalidValue",
                $"'{name}' has more than 1000 values.",
                () => Large(body)
            );

        static BulkRequest Large(string body) =>
            BulkRequest.Read(Encoding.UTF8.GetBytes(body), new BulkLimits(1, 1 << 20), Reading.Rfc());
    }

    [Fact]
    public void The_value_of_a_PATCH_may_list_more_members_than_another_array_has_values()
    {
        var many = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $$"""{"value": "{{i}}"}"""));
        var body = Body(
            "",
            $$"""
            {"method": "PATCH", "path": "/Groups/2", "data": {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
             "Operations": [{"op": "add", "path": "members", "value": [{{many}}]}]} }
            """
        );

        var bulk = BulkRequest.Read(Encoding.UTF8.GetBytes(body), new BulkLimits(1, 1 << 20), Reading.Rfc());
        var patch = PatchRequest.Read(ResourceTypes.Group, bulk.Operations[0].Data!, Reading.Rfc());

        Assert.Equal(10_001, patch.Operations[0].Value!.AsArray().Count);
    }

    [Fact]
    public void The_operations_of_a_PATCH_may_come_without_the_message_around_them()
    {
        // So does the example of RFC 7644 §3.7.3.
        var data = Read("""{"method": "PATCH", "path": "/Users/1", "data": [{"op": "remove", "path": "title"}]}""")
            .Operations[0]
            .Data!;

        Assert.Equal(
            "title",
            PatchRequest.Read(ResourceTypes.User, data, Reading.Rfc()).Operations[0].Path?.ToString()
        );
    }

    [Fact]
    public void The_examples_of_the_RFC_are_read()
    {
        Assert.SkipWhen(Vectors.Shared is null, "needs the shared folder");
        var folder = Path.Combine(Vectors.Shared, "vectors", "rfc-examples");
        BulkRequest Example(string name) =>
            BulkRequest.Read(File.ReadAllBytes(Path.Combine(folder, name)), new BulkLimits(10, 1 << 20), Reading.Rfc());

        List<BulkOperation> Resolved(string name) =>
            [.. Example(name).Operations.Select(o => o.Resolve(bulkId => "id-" + bulkId))];

        var several = Example("rfc7644-3.7.3-bulk_request-multiple_operations.json");
        Assert.Equal(
            [BulkMethod.Post, BulkMethod.Put, BulkMethod.Patch, BulkMethod.Delete],
            several.Operations.Select(o => o.Method)
        );
        Assert.Equal(1, several.FailOnErrors);

        var circular = Resolved("rfc7644-3.7.1-bulk_request-circular_conflict.json");
        Assert.Equal("id-ytrewq", (string?)circular[0].Data!["members"]![0]!["value"]);
        Assert.Equal("id-qwerty", (string?)circular[1].Data!["members"]![0]!["value"]);

        var manager = Resolved("rfc7644-3.7.2-bulk_request-enterprise_user.json");
        Assert.Equal("id-qwerty", (string?)manager[1].Data![Urn.EnterpriseUser]!["manager"]!["value"]);
        Assert.Equal(["qwerty"], manager[1].DependsOn);
    }

    [Fact]
    public void A_request_cut_off_or_changed_at_any_byte_is_read_or_refused()
    {
        var good = Encoding.UTF8.GetBytes(
            Body(
                "\"failOnErrors\":1,",
                """{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"k\u00e9"}}""",
                """{"method":"PATCH","path":"/Groups/bulkId:a","data":[{"op":"remove","path":"members[value eq \"bulkId:a\"]"}]}"""
            )
        );
        var (read, refused) = (0, 0);
        for (var i = 0; i < good.Length; i++)
        {
            Try(good[..i]);
            foreach (var put in "\"\\{}[],:0n\u0001\u00ff"u8.ToArray())
            {
                var changed = good.ToArray();
                changed[i] = put;
                Try(changed);
            }
        }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");

        void Try(byte[] body)
        {
            try
            {
                var request = BulkRequest.Read(body, _limits, Reading.Everything());
                foreach (var operation in request.Operations)
                    operation.Resolve(bulkId => bulkId);
                request.InOrder();
                read++;
            }
            catch (ScimException)
            {
                refused++;
            }
        }
    }

    private static BulkRequest Read(params string[] operations) => ReadBody(Body("", operations));

    private static BulkRequest ReadBody(string body) =>
        BulkRequest.Read(Encoding.UTF8.GetBytes(body), _limits, Reading.Rfc());

    private static string Body(string members, params string[] operations) =>
        $$"""{"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], {{members}} "Operations": [{{string.Join(',', operations)}}]}""";

    private static void Refused(HttpStatusCode status, string? scimType, string detail, Func<BulkRequest> read)
    {
        var refusal = Assert.Throws<ScimException>(read);
        Assert.Equal((status, scimType, detail), (refusal.Status, refusal.ScimType, refusal.Message));
    }
}
