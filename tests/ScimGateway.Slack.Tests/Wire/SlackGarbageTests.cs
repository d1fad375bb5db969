using System.Text;
using System.Text.Json;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Wire;

/// <summary>
/// Answers that were broken on the way: whatever is still JSON is read without a mishap, and the rest is an error with
/// its status.
/// </summary>
public class SlackGarbageTests
{
    private static readonly string[] _seeds =
    [
        """{"id":"U1","userName":"vera","nickName":"vera","name":{"givenName":"Vera","familyName":null},"active":"true","emails":[{"value":"v@crew.example","primary":true},{"value":"","primary":false}],"phoneNumbers":[{"value":null,"type":"mobile"}],"roles":["crew"],"meta":{"created":"2026-01-02T03:04:05-08:00"},"groups":[{"value":"S1"}],"urn:scim:schemas:extension:enterprise:1.0":{"manager":{"managerId":"U9"}}}""",
        """{"totalResults":"2","startIndex":1,"Resources":[{"id":"S1","displayName":"Crew","members":[{"value":"U1"},"U2",null]},{"id":7}]}""",
        """{"Errors":{"description":"bad_email_address (reason=email_taken, existing_user=U1)","code":400}}""",
    ];

    private static readonly string[] _pieces =
    [
        "null",
        "{}",
        "[]",
        "\"\"",
        "\"\\ud800\"",
        "\\ud800",
        "\\u0000",
        "{\"\\ud800\":1}",
        "\"id\":",
        "1e999",
        "-0.5",
        "true",
        ",",
        ":",
        "\"",
        "{",
        "}",
        "[",
        "]",
        "é",
        "🚀",
    ];

    [Fact]
    public void Mutated_answers_are_read_without_a_mishap()
    {
        var random = new Random(20_261_120);
        var (wereJson, users) = (0, 0);
        for (var i = 0; i < 60_000; i++)
        {
            var text = new StringBuilder(_seeds[random.Next(_seeds.Length)]);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(text.Length);
                text.Remove(at, Math.Min(random.Next(0, 8), text.Length - at))
                    .Insert(at, _pieces[random.Next(_pieces.Length)]);
            }
            var body = Encoding.UTF8.GetBytes(text.ToString());

            var error = SlackError.Read(502, body);
            Assert.InRange(error.Words.Length, 1, 500);
            _ = (error.ExistingUser, error.IsEmailTaken);
            try
            {
                using var document = JsonDocument.Parse(body);
                wereJson++;
                users += SlackUser.Read(document.RootElement) is null ? 0 : 1;
                SlackGroup.Read(document.RootElement);
                SlackPage.Read(document.RootElement, 1, SlackUser.Read);
                SlackPage.Read(document.RootElement, 1, SlackGroup.Read);
            }
            catch (JsonException) { }
        }
        // Mutations that all end as no JSON would prove nothing.
        Assert.InRange(wereJson, 3_000, 57_000);
        Assert.InRange(users, 500, wereJson);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        using var document = JsonDocument.Parse("""{"id":"U1","title":"\ud800","displayName":"Vera"}""");
        var user = SlackUser.Read(document.RootElement)!;

        Assert.Null(user.Seen[SlackField.Title]);
        Assert.Equal("Vera", user.Seen[SlackField.DisplayName]);
    }

    // JsonElement.TryGetProperty throws when it meets such a name.
    [Fact]
    public void Of_an_object_with_half_a_surrogate_pair_for_a_name_nothing_is_read()
    {
        using var user = JsonDocument.Parse("""{"id":"U1","\ud800a":1}""");
        using var name = JsonDocument.Parse("""{"id":"U1","name":{"givenName":"Vera","\ud800aaaaaaa":1}}""");

        Assert.Null(SlackUser.Read(user.RootElement));
        Assert.Null(SlackUser.Read(name.RootElement)!.Seen[SlackField.GivenName]);
    }
}
