using System.Net;
using System.Text;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using Xunit;

namespace ScimGateway.Protocol.Tests.Messages;

public class BulkResponseTests
{
    private const string Users = "https://scim.example/v2/Users/";

    [Fact]
    public void Each_operation_is_answered_with_what_became_of_it()
    {
        var text = Answer(
            new BulkOutcome.Done(HttpStatusCode.Created, Users + "1", new EntityTag(1)),
            new BulkOutcome.Failed(ScimException.PreconditionFailed("The resource is version 4."), Users + "2"),
            new BulkOutcome.Done(HttpStatusCode.NoContent, Users + "3")
        );

        Assert.Equal(
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkResponse\"],\"Operations\":["
                + "{\"method\":\"POST\",\"bulkId\":\"kim\",\"version\":\"W/\\\"1\\\"\",\"location\":\"https://scim.example/v2/Users/1\",\"status\":\"201\"},"
                + "{\"method\":\"PUT\",\"location\":\"https://scim.example/v2/Users/2\",\"status\":\"412\","
                + "\"response\":{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"detail\":\"The resource is version 4.\",\"status\":\"412\"}},"
                + "{\"method\":\"DELETE\",\"location\":\"https://scim.example/v2/Users/3\",\"status\":\"204\"}]}",
            text
        );
    }

    [Fact]
    public void A_POST_that_failed_has_no_location_and_its_error_may_say_more()
    {
        var text = Answer(
            new BulkOutcome.Failed(
                ScimException.Uniqueness("The name is taken."),
                null,
                "The name is taken. Operation 77."
            )
        );

        Assert.EndsWith(
            "{\"method\":\"POST\",\"bulkId\":\"kim\",\"status\":\"409\",\"response\":{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],"
                + "\"scimType\":\"uniqueness\",\"detail\":\"The name is taken. Operation 77.\",\"status\":\"409\"}}]}",
            text,
            StringComparison.Ordinal
        );
    }

    private static string Answer(params BulkOutcome[] outcomes) =>
        Written.Text(json => BulkResponse.Write(json, Read().Operations.Zip(outcomes)));

    private static BulkRequest Read() =>
        BulkRequest.Read(
            Encoding.UTF8.GetBytes(
                """
                {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
                  {"method": "post", "path": "/Users", "bulkId": "kim", "data": {"userName": "kim"}},
                  {"method": "put", "path": "/Users/2", "data": {"userName": "lee"}},
                  {"method": "delete", "path": "/Users/3"}]}
                """
            ),
            new BulkLimits(10, 1 << 20),
            Reading.Rfc()
        );
}
