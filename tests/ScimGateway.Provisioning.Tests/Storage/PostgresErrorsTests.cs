using Npgsql;
using ScimGateway.Provisioning.Storage.Postgres;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Storage;

/// <summary>Which errors mean that the server is away, so that the work is done again or looked up.</summary>
public class PostgresErrorsTests
{
    public static TheoryData<Exception, bool> Errors() =>
        new()
        {
            { new NpgsqlException("Exception while reading from stream", new IOException("reset")), true },
            { new TimeoutException(), true },
            // The reader of a connection that the writer of a long batch has found broken.
            { Null("Npgsql"), true },
            { Null("ScimGateway.Provisioning"), false },
            { new PostgresException("disk full", "ERROR", "ERROR", "53100"), true },
            { new PostgresException("a check", "ERROR", "ERROR", "23514"), false },
        };

    [Theory]
    [MemberData(nameof(Errors))]
    public void A_broken_connection_is_no_error_of_the_request(Exception error, bool isAway) =>
        Assert.Equal(isAway, PostgresErrors.IsAway(error));

    [Fact]
    public void Operators_are_told_of_a_broken_connection_and_not_of_a_reference() =>
        Assert.Equal("the connection broke", PostgresErrors.Words(Null("Npgsql")));

#pragma warning disable CA2201 // what is told from one of the runtime's is just that
    private static NullReferenceException Null(string thrownBy) => new() { Source = thrownBy };
#pragma warning restore CA2201
}
