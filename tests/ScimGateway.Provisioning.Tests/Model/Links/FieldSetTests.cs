using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model.Links;

/// <summary>Sets of Slack's fields, and what rows keep of them.</summary>
public class FieldSetTests
{
    private static readonly FieldSet _two = FieldSet.Of(SlackField.StartDate, SlackField.UserName);

    [Fact]
    public void A_set_has_what_it_was_made_of_in_order_and_once()
    {
        Assert.Equal([SlackField.UserName, SlackField.StartDate], _two.Fields);
        Assert.Equal(_two, FieldSet.Of(SlackField.UserName, SlackField.StartDate, SlackField.UserName));
        Assert.True(_two.Has(SlackField.StartDate));
        Assert.False(_two.Has(SlackField.Title));
    }

    [Fact]
    public void Nothing_is_empty_and_adds_nothing()
    {
        Assert.True(FieldSet.Nothing.IsEmpty);
        Assert.Empty(FieldSet.Nothing.Fields);
        Assert.Equal(_two, _two.With(FieldSet.Nothing));
        Assert.Equal(FieldSet.Nothing, FieldSet.Of());
    }

    [Fact]
    public void Two_sets_together_have_the_fields_of_both() =>
        Assert.Equal(
            FieldSet.Of(SlackField.UserName, SlackField.Title, SlackField.StartDate),
            _two.With(FieldSet.Of(SlackField.Title, SlackField.UserName))
        );

    [Fact]
    public void Every_field_has_room_and_is_read_as_it_was_kept()
    {
        var all = FieldSet.Of(Enum.GetValues<SlackField>());

        Assert.Equal(Enum.GetValues<SlackField>(), all.Fields);
        Assert.Equal(all, FieldSet.Parse(all.ToString()));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("UserName StartDate", "UserName StartDate")]
    [InlineData("StartDate UserName", "UserName StartDate")]
    [InlineData("Pager Title", "Title")]
    [InlineData("Pager", "")]
    public void Rows_keep_names_and_one_that_is_gone_is_left_out(string kept, string again) =>
        Assert.Equal(again, FieldSet.Parse(kept).ToString());
}
