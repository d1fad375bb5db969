using ScimGateway.Provisioning.Model.Journal;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model;

/// <summary>Two refusals are of one kind if they differ only in whom they are about.</summary>
public class RefusalKindTests
{
    [Theory]
    [InlineData(
        "Another user has the userName 'ada'; its id is 0199aa10-0000-7000-8000-000000000001.",
        "Another user has the userName 'O'Brien'; its id is 0199aa10-0000-7000-8000-00000000beef."
    )]
    [InlineData("The address ada@corp.example is U0A1B2C3's.", "The address bob@corp.example is W0123456's.")]
    [InlineData(
        "'title' has 300 characters, Slack's limit is 255.",
        "'title' has 256 characters, Slack's limit is 255."
    )]
    [InlineData("Say \"ada\" once.", "Say \"a b\" once.")]
    public void Whom_it_was_about_makes_no_kind_of_its_own(string one, string other) =>
        Assert.Equal(RefusalKind.Of(one), RefusalKind.Of(other));

    [Theory]
    [InlineData("'emails' is required.", "'userName' is required.")]
    [InlineData("Another user has the userName 'ada'.", "Another user has the address 'ada'.")]
    [InlineData("The tenant allows no new users (createUsers).", "The tenant allows no new groups (createGroups).")]
    public void What_was_wrong_does(string one, string other) =>
        Assert.NotEqual(RefusalKind.Of(one), RefusalKind.Of(other));
}
