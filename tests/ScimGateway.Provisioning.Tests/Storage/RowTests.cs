using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Storage;

/// <summary>What a row's reads make of what SQLite has.</summary>
public sealed class RowTests
{
    private static readonly ResourceId _id = new(Guid.CreateVersion7());

    [Fact]
    public void Each_read_takes_the_next_column_of_the_select_list()
    {
        var read = First(
            "select 3000000000, 7, 1, 1, 'é', @id, x'00ff'",
            row =>
                (
                    row.Long(),
                    row.Int(),
                    row.Flag(),
                    row.Word<Kind>(),
                    row.Text(),
                    row.Id<ResourceId>(),
                    Convert.ToHexString(row.Bytes())
                )
        );

        Assert.Equal((3_000_000_000, 7, true, Kind.Group, "é", _id, "00FF"), read);
    }

    [Fact]
    public void What_is_not_there_is_null_and_takes_its_column_too()
    {
        var read = First(
            "select null, null, null, null, null, null, @id",
            row =>
                (
                    row.LongOrNull(),
                    row.IntOrNull(),
                    row.FlagOrNull(),
                    row.TextOrNull(),
                    row.IdOrNull<ResourceId>(),
                    row.BytesOrNull(),
                    row.IdOrNull<ResourceId>()
                )
        );

        Assert.Equal((null, null, null, null, null, null, _id), read);
    }

    [Fact]
    public void Columns_are_left_out_and_asked_whether_they_are_there()
    {
        var read = First(
            "select 1, 2, null, 3, @id",
            row =>
            {
                row.Skip(1);
                return (row.IsThere(), row.IsThere(), row.Int(), row.Id<ResourceId>());
            }
        );

        Assert.Equal((true, false, 3, _id), read);
    }

    [Fact]
    public void What_is_empty_is_there()
    {
        var read = First(
            "select 0, '', x'', @id",
            row => (row.LongOrNull(), row.TextOrNull(), row.BytesOrNull()?.Length)
        );

        Assert.Equal((0, "", 0), read);
    }

    [Fact]
    public void What_must_be_there_and_is_not_is_said()
    {
        Assert.Throws<InvalidOperationException>(() => First("select null, @id", row => row.Long()));
        Assert.Throws<InvalidOperationException>(() => First("select null, @id", row => row.Text()));
        Assert.Throws<InvalidOperationException>(() => First("select null, @id", row => row.Bytes()));
        Assert.Throws<InvalidOperationException>(() => First("select null, @id", row => row.Id<ResourceId>()));
    }

    private static T First<T>(string sql, Func<Row, T> map)
    {
        using var session = new SqliteSession(SqliteFile.Open(":memory:"));
        return session.First(sql, map, ("@id", _id))!;
    }
}
