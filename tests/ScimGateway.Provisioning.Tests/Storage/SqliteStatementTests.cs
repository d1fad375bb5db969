using Microsoft.Data.Sqlite;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using SQLitePCL;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Storage;

/// <summary>What a statement is given arrives in SQLite as it was meant.</summary>
public sealed class SqliteStatementTests : IDisposable
{
    private static readonly Guid _id = new("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("statement-");
    private readonly SqliteSession _session;

    public SqliteStatementTests() =>
        _session = new SqliteSession(SqliteFile.Open(Path.Combine(_folder.FullName, "one.db")));

    public static TheoryData<object?, string> Values() =>
        new()
        {
            { null, "null " },
            { 7, "integer 7" },
            { long.MinValue, "integer -9223372036854775808" },
            { true, "integer 1" },
            { false, "integer 0" },
            { new Instant(1_700_000_000_000), "integer 1700000000000" },
            { Kind.Group, "integer 1" },
            { _id, "text 0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9" },
            { new ResourceId(_id), "text 0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9" },
            { "", "text " },
            { "Zoë 👩‍🚀", "text Zoë 👩‍🚀" },
            { new string('ü', 40_000), $"text {new string('ü', 40_000)}" },
            { new byte[] { 65, 66 }, "blob AB" },
            { Array.Empty<byte>(), "blob " },
            { new[] { new ResourceId(_id) }, "text [\"0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9\"]" },
        };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_bound_as_its_type(object? value, string kept) =>
        Assert.Equal(
            kept,
            _session.First(
                "select typeof(@v) || ' ' || coalesce(cast(@v as text), '')",
                row => row.Text(),
                ("@v", value)
            )
        );

    [Fact]
    public void A_value_of_another_type_is_refused() =>
        Assert.Throws<ArgumentException>(() => _session.Any("select @v", ("@v", 1.5m)));

    [Fact]
    public void Parameters_are_known_by_their_names_in_any_order_and_what_is_not_asked_for_is_left_out()
    {
        const string Text = "select @a || @b";
        Assert.Equal("xy", _session.First(Text, row => row.Text(), ("@a", "x"), ("@c", "z"), ("@b", "y")));
        Assert.Equal("uv", _session.First(Text, row => row.Text(), ("@b", "v"), ("@a", "u"), ("@c", "w")));

        Assert.Throws<ArgumentException>(() => _session.Any(Text, ("@a", "x"), ("@b", "y")));
        Assert.Throws<ArgumentException>(() => _session.Any(Text, ("@a", "x"), ("@b", "y"), ("@d", "z")));
        Assert.Throws<ArgumentException>(() => _session.Any("select @x || @y", ("@x", "x")));
    }

    [Fact]
    public void Two_statements_in_one_text_are_refused_and_neither_is_run()
    {
        Assert.Throws<ArgumentException>(() => _session.Execute("create table a (x); create table b (x)"));
        Assert.Equal(0, _session.First("select count(*) from sqlite_master", row => row.Int()));
    }

    [Fact]
    public void What_failed_says_why_and_runs_again()
    {
        _session.Execute("create table a (x integer not null check (x <> 3))");
        const string Text = "insert into a values (@x)";

        var refused = Assert.Throws<SqliteException>(() => _session.Execute(Text, ("@x", 3)));
        Assert.Equal(
            ("SQLite Error 19: 'CHECK constraint failed: x <> 3'.", 19),
            (refused.Message, refused.SqliteErrorCode)
        );
        Assert.Equal(1, _session.Execute(Text, ("@x", 4)));
        Assert.Equal(1, _session.First("select count(*) from a", row => row.Int()));
        Assert.Equal(
            "no such table: b",
            Assert.Throws<SqliteException>(() => _session.Execute("select 1 from b")).Message[17..^2]
        );
    }

    [Fact]
    public void A_statement_that_is_under_way_is_not_begun_again()
    {
        const string Text = "select value from json_each('[1,2,3]')";

        Assert.Throws<InvalidOperationException>(() => _session.All(Text, _ => _session.Any(Text)));
        Assert.Equal([1, 2, 3], _session.All(Text, row => row.Int()));
    }

    [Fact]
    public void A_statement_is_planned_once_whatever_is_bound_to_it()
    {
        _session.Execute("create table a (x, y)");
        _session.Execute("create index ix on a (x)");
        using var connection = SqliteFile.Open(Path.Combine(_folder.FullName, "one.db"));
        const string Text = "select 1 from a where x = ? and y = ? order by x limit ?";
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(connection.Handle, Text, out var statement));
        using (statement)
        {
            for (var run = 0; run < 3; run++)
            {
                for (var place = 1; place <= 3; place++)
                    raw.sqlite3_bind_int(statement, place, run + place);
                Assert.Equal(raw.SQLITE_DONE, raw.sqlite3_step(statement));
                raw.sqlite3_reset(statement);
            }
            const int PlannedAnew = 5; // SQLITE_STMTSTATUS_REPREPARE
            Assert.Equal(0, raw.sqlite3_stmt_status(statement, PlannedAnew, 0));
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }
}
