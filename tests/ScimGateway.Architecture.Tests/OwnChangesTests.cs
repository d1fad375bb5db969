using System.Reflection;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>Only a link changes itself, and only a resource: a row that many places may set has no rules.</summary>
public class OwnChangesTests
{
    // The table reads a row, and notes what it knows of it: its number, its writes, what it is found by.
    private const string Tables = "ScimGateway.Provisioning.Storage.Tables.";

    private static readonly Arrow[] _calls =
    [
        .. Houses.Projects.Select(Assembly.Load).SelectMany(assembly => ArrowReader.Calls(assembly, Sets)),
    ];

    [Theory]
    [InlineData(typeof(Link), "Links", "LinkRow")]
    [InlineData(typeof(Resource), "Resources", "ResourceRow")]
    public void The_fields_are_set_by_the_record_and_by_its_table_alone(Type record, string table, string row)
    {
        var others = _calls.Where(call =>
            call.To == record
            && call.From != record
            && call.From.FullName != Tables + table
            && call.From.FullName != Tables + row
        );

        Assert.True(!others.Any(), string.Join('\n', others.Distinct()));
    }

    [Theory]
    [InlineData(typeof(Link), nameof(Link.Wish), "LinkRow", "Read")]
    [InlineData(typeof(Resource), nameof(Resource.Bury), "ResourceRow", "ToResource")]
    public void Both_do_set_them(Type record, string change, string table, string read)
    {
        Assert.Contains(_calls, call => call.To == record && call.From == record && call.Member == change);
        Assert.Contains(
            _calls,
            call => call.To == record && call.From.FullName == Tables + table && call.Member == read
        );
    }

    [Theory]
    [InlineData(typeof(Link))]
    [InlineData(typeof(Resource))]
    public void What_is_made_is_never_set_again(Type record) =>
        Assert.All(
            record.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            property => Assert.True(property.SetMethod is null || ArrowReader.IsInit(property.SetMethod), property.Name)
        );

    private static bool Sets(MethodBase method) =>
        (method.DeclaringType == typeof(Link) || method.DeclaringType == typeof(Resource))
        && ArrowReader.IsInit(method);
}
