using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Wire;

public class SlackProfileTests
{
    [Fact]
    public void It_is_stored_as_a_flat_object_and_knows_empty_from_unknown() =>
        Assert.Equal(
            """{"title":"Pilot","active":"true","secondaryEmail":null}""",
            Encoding.UTF8.GetString(
                SlackProfile
                    .Nothing.With(SlackField.SecondaryEmail, "")
                    .With(active: true)
                    .With(SlackField.Title, "Pilot")
                    .ToUtf8()
            )
        );

    [Fact]
    public void What_was_stored_is_read_back() =>
        Prop.ForAll(
                (
                    from fields in Gen.Elements(Enum.GetValues<SlackField>()).ListOf()
                    from texts in Gen.Elements("Pilot", null, "\"\\\n", "🚀 Å", " x ", "true").ListOf(fields.Count)
                    select fields.Zip(texts).Aggregate(SlackProfile.Nothing, (p, v) => p.With(v.First, v.Second))
                ).ToArbitrary(),
                profile =>
                    SlackProfile.Read(profile.ToUtf8()).Equals(profile)
                    && SlackProfile.Read(profile.ToUtf8()).GetHashCode() == profile.GetHashCode()
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_field_that_a_later_version_stored_is_left_out() =>
        Assert.Equal(
            SlackProfile.Nothing.With(SlackField.Title, "Pilot"),
            SlackProfile.Read("""{"shoeSize":"44","title":"Pilot","hat":null,"77":"x","-1":"y"}"""u8)
        );

    [Fact]
    public void Empty_knows_every_field_and_Nothing_knows_none()
    {
        Assert.Equal(Enum.GetValues<SlackField>(), SlackProfile.Empty.Fields);
        Assert.All(SlackProfile.Empty.Fields, field => Assert.Null(SlackProfile.Empty[field]));
        Assert.Empty(SlackProfile.Nothing.Fields);
        Assert.NotEqual(SlackProfile.Nothing, SlackProfile.Empty);
    }

    [Fact]
    public void Empty_and_unknown_are_not_the_same()
    {
        var empty = SlackProfile.Nothing.With(SlackField.Title, null);

        Assert.NotEqual(SlackProfile.Nothing, empty);
        Assert.Equal(SlackProfile.Nothing, empty.Without(SlackField.Title));
        Assert.Equal("title, active", empty.With(active: true).ToString()); // names alone: values are personal data
    }

    [Fact]
    public void Profiles_with_other_fields_or_other_values_differ()
    {
        var pilot = SlackProfile.Nothing.With(SlackField.Title, "Pilot");

        Assert.NotEqual(pilot, SlackProfile.Nothing.With(SlackField.Title, "Cook"));
        Assert.NotEqual(pilot, SlackProfile.Nothing.With(SlackField.Locale, "Pilot"));
        Assert.NotEqual(pilot, pilot.With(SlackField.Locale, "nb-NO"));
        Assert.False(pilot.Equals(null));
    }
}
