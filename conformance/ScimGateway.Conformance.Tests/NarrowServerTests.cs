using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Faults;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>
/// A server that implements only part of the protocol gets one finding for each thing it lacks, and is asked for the rest.
/// Each of these was met at a server of others.
/// </summary>
public sealed partial class NarrowServerTests
{
    [Fact]
    public async Task Who_says_nothing_of_itself_is_told_of_the_three_places()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                ask.Path.Split('/')[0] is "ServiceProviderConfig" or "Schemas" or "ResourceTypes"
                    ? Refusal.Unknown(ask.Path).Answer()
                    : scim.Handle(ask)
        );

        Assert.Equal(
            ["RFC7644-4-configuration", "RFC7644-4-resource-types", "RFC7644-4-schemas"],
            FailedIds(findings).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Whose_filters_compare_for_equality_alone_is_told_once_what_they_may_not_have()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                ask.Filter is { } filter && !Equality().IsMatch(filter)
                    ? Refusal.Filter("A filter is an attribute, eq and a text.").Answer()
                    : scim.Handle(ask)
        );

        Assert.Equal([Supported], FailedIds(findings));
        Assert.Contains(
            "RFC7644-3.4.2.2-sw: it depends on RFC7644-3.4.2.2-supported, which is not met: sw is refused",
            findings.Skipped()
        );
        Assert.Contains("RFC7644-3.4.2.2-eq", PassedIds(findings));
    }

    [Fact]
    public async Task What_another_server_refuses_by_a_filter_of_its_own_is_told_by_that_filter()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                ask.Filter?.StartsWith("displayName pr and", StringComparison.Ordinal) == true
                    ? Refusal.Filter("Not these two.").Answer()
                    : scim.Handle(ask)
        );

        Assert.Equal(["RFC7644-3.4.2.2-pr"], FailedIds(findings));
    }

    [Fact]
    public async Task An_operator_that_is_an_error_of_the_server_is_no_refusal_that_the_RFC_allows()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                ask.Filter?.Contains(" co ", StringComparison.Ordinal) == true ? new Answer(500) : scim.Handle(ask),
            "RFC7644-3.4.2.2-co",
            Supported
        );

        Assert.Contains("RFC7644-3.4.2.2-co", FailedIds(findings));
        Assert.Contains(Supported, PassedIds(findings));
    }

    [Fact]
    public async Task Who_answers_DELETE_with_what_was_deleted_is_asked_whether_it_is_gone()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                return ask.Method == "DELETE" && answer.IsFine ? new Answer(200, new JsonObject()) : answer;
            }
        );

        Assert.Equal(["RFC7644-3.6-answer"], FailedIds(findings));
        Assert.Contains("RFC7644-3.6-gone", PassedIds(findings));
        Assert.Contains("RFC7644-3.6-member", PassedIds(findings));
    }

    [Fact]
    public async Task Who_has_no_search_is_told_so_once()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                ask.Path.EndsWith(".search", StringComparison.Ordinal)
                    ? Refusal.Unknown(ask.Path).Answer()
                    : scim.Handle(ask)
        );

        Assert.Equal(["RFC7644-3.4.3-search"], FailedIds(findings));
    }

    [Fact]
    public async Task Who_takes_no_null_is_told_so_once()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                ask.IsOne("PUT", "Users") && ask.Body is JsonObject body && body.Any(member => member.Value is null)
                    ? Refusal.Value("null is no value.").Answer()
                    : scim.Handle(ask),
            "RFC7643-2.5-unassigned",
            "RFC7644-3.5.1-null-clears"
        );

        Assert.Equal("0 passed, 1 failed, 1 skipped", findings.Closing);
    }

    [Fact]
    public async Task What_a_server_gives_a_value_of_its_own_is_not_removed_to_see_it_gone()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                foreach (var user in ask.Path.StartsWith("Users", StringComparison.Ordinal) ? answer.Shown : [])
                    if (user["userName"] is { } name && user["displayName"] is null)
                        user["displayName"] = name.DeepClone();
                return answer;
            },
            "RFC7644-3.5.2.2-remove-single",
            "RFC7644-3.5.2-in-order"
        );

        Assert.Equal("2 passed, 0 failed, 0 skipped", findings.Closing);
    }

    [Fact]
    public async Task Who_takes_addresses_of_RFC_5321_alone_is_asked_whether_user_names_are_prepared()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                Fault.Creates(ask)
                && ask.Body?["emails"]?[0]?["value"].Text() is { } address
                && address.Any(letter => !char.IsAscii(letter))
                    ? Refusal.Value("That is no address.").Answer()
                    : scim.Handle(ask),
            "RFC7644-5-user-name"
        );

        Assert.Equal("2 passed, 0 failed, 0 skipped", findings.Closing);
    }

    [Fact]
    public async Task Who_says_no_keyword_is_asked_whether_user_names_are_prepared()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (!answer.IsFine)
                    (answer.Body as JsonObject)?.Remove("scimType");
                return answer;
            }
        );

        Assert.Equal(["RFC7644-3.12-scim-type"], FailedIds(findings));
        Assert.Contains("RFC7644-5-user-name", PassedIds(findings));
    }

    [Fact]
    public async Task Who_reads_a_body_before_it_asks_for_a_credential_lets_nobody_in()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                ask.Method is "POST" or "PATCH" && ask.Body?["schemas"] is null
                    ? Refusal.Syntax("A message has schemas.").Answer()
                    : scim.Handle(ask),
            "RFC7644-2.2-anonymous"
        );

        Assert.Equal("1 passed, 0 failed, 0 skipped", findings.Closing);
    }

    [Fact]
    public async Task Who_writes_a_time_with_more_digits_has_kept_it()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                foreach (var user in ask.Path.StartsWith("Users", StringComparison.Ordinal) ? answer.Shown : [])
                    if (user[Known.Club.Id] is JsonObject club && club["joined"].Text() is { } time)
                        club["joined"] = time.Replace("06Z", "06.000Z", StringComparison.Ordinal);
                return answer;
            },
            "RFC7643-7-round-trip-extension"
        );

        Assert.Equal("1 passed, 0 failed, 0 skipped", findings.Closing);
    }

    [Fact]
    public async Task Who_refuses_what_no_schema_has_is_asked_whether_what_is_read_only_is_shown_as_it_was_sent()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                Fault.Creates(ask) && ask.Text.Contains("scimcUndefined", StringComparison.Ordinal)
                    ? Refusal.Value("No schema has it.").Answer()
                    : scim.Handle(ask),
            "RFC7644-3.3-shows"
        );

        Assert.Equal("1 passed, 0 failed, 0 skipped", findings.Closing);
    }

    [Fact]
    public async Task Paths_that_are_refused_for_their_filters_are_one_cause_whichever_they_are()
    {
        var findings = await AskedAsync(
            (ask, scim) =>
                ask.Method == "PATCH"
                && (ask.Body?["Operations"] as JsonArray)?.FirstOrDefault()?["path"].Text() is { } path
                && path.Contains('[', StringComparison.Ordinal)
                    ? Refusal.Path($"The path {path} is not supported.").Answer()
                    : scim.Handle(ask),
            "RFC7644-3.5.2.2-remove-filtered",
            "RFC7644-3.5.2-two-conditions",
            "RFC7644-3.5.2.3-replace-no-match"
        );

        Assert.Equal(3, Assert.Single(findings.Causes).Count);
    }

    [Fact]
    public async Task What_providers_meet_of_what_an_RFC_tells_is_one_cause_with_that()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask.Method == "DELETE" && answer.IsFine)
                    return new Answer(200, new JsonObject());
                foreach (var group in ask.Path.StartsWith("Groups", StringComparison.Ordinal) ? answer.Shown : [])
                    group.Remove("members");
                return answer;
            }
        );
        var findings = await Asking.AllAsync(new Options { Url = sound.Url, Profiles = ["rfc", "okta"] });
        string[][] causes = [.. findings.Causes.Select(cause => cause.Select(one => one.Requirement.Id).ToArray())];

        Assert.Contains("okta-group-members", causes.Single(cause => cause.Contains("RFC7643-4.2-members")));
        Assert.Contains("okta-group-delete", causes.Single(cause => cause.Contains("RFC7644-3.6-answer")));

        var alone = await Asking.AllAsync(new Options { Url = sound.Url, Profiles = ["okta"] });
        Assert.DoesNotContain(alone.Causes, cause => cause.Count > 1);
    }

    private const string Supported = "RFC7644-3.4.2.2-supported";

    private static async Task<Findings> AskedAsync(Detour detour, params string[] only)
    {
        await using var sound = await SoundServer.StartAsync(detour);
        return await Asking.AllAsync(sound.Url, only);
    }

    private static IEnumerable<string> FailedIds(Findings findings) => Ids(findings, Outcome.Failed);

    private static IEnumerable<string> PassedIds(Findings findings) => Ids(findings, Outcome.Passed);

    private static IEnumerable<string> Ids(Findings findings, Outcome outcome) =>
        findings.Results.Where(one => one.Verdict.Outcome == outcome).Select(one => one.Requirement.Id);

    [GeneratedRegex("^(?:urn:[^ ]*:)?\\w+ eq \"[^\"]*\"$", RegexOptions.IgnoreCase)]
    private static partial Regex Equality();
}
