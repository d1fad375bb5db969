using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What an operator can have changed, once he has seen what it means. These five are all there are;
/// <see cref="Changes"/> previews and makes them.
/// </summary>
[JsonDerivedType(typeof(OtherRules), nameof(OtherRules))]
[JsonDerivedType(typeof(OtherPreferences), nameof(OtherPreferences))]
[JsonDerivedType(typeof(GoOn), nameof(GoOn))]
[JsonDerivedType(typeof(FullList), nameof(FullList))]
[JsonDerivedType(typeof(Transfer), nameof(Transfer))]
internal abstract record TenantChange
{
    private TenantChange() { }

    /// <summary>These rules in place of the present ones.</summary>
    /// <param name="Rules">The rules.</param>
    /// <param name="Last">What is meant where there are none any more.</param>
    public sealed record OtherRules(IReadOnlyList<Rule> Rules, LastRule? Last = null) : TenantChange
    {
        /// <summary>The present ones, as whoever changes them has seen them; null where that does not matter.</summary>
        public string? Instead { get; init; }

        /// <summary>Those before; the preview says so.</summary>
        public IReadOnlyList<Rule>? Former { get; init; }

        /// <summary>Rules as one text, by which others are told from them.</summary>
        public static string Named(IEnumerable<Rule> rules) =>
            string.Join('\n', rules.Select(rule => $"{rule.Name}\n{rule.Filter}"));

        /// <summary>What is other than before; what was meant by leaving none as well.</summary>
        public IReadOnlyList<string> Differences(IEnumerable<Rule> former)
        {
            var (before, now) = (former.Select(Line).ToList(), Rules.Select(Line).ToList());
            return
            [
                .. before.Except(now).Select(line => $"before: {line}"),
                .. now.Except(before).Select(line => $"now: {line}"),
                .. now.Count == 0 && Last is { } last ? [$"no rule any more: {last}"] : (string[])[],
            ];

            static string Line(Rule rule) => $"{rule.Name}, {rule.Filter}";
        }
    }

    /// <summary>These preferences in place of the present ones.</summary>
    /// <param name="Preferences">The preferences.</param>
    /// <param name="ReleasesLeftOut">
    /// Whether Slack hears at last of what former preferences left out and these allow.
    /// </param>
    public sealed record OtherPreferences(Preferences Preferences, bool ReleasesLeftOut = false) : TenantChange
    {
        /// <summary>
        /// Whether users without an account look for theirs by another identifier; the preview says so.
        /// </summary>
        public bool Rematches { get; init; }

        /// <summary>Those before; the preview says so.</summary>
        public Preferences? Former { get; init; }

        /// <summary>The present ones, as whoever changes them has seen them; null where that does not matter.</summary>
        public string? Instead { get; init; }

        /// <summary>Which of them are other than before, in the words of the admin API.</summary>
        public IReadOnlyList<string> Differences(Preferences former)
        {
            var before = JsonNode.Parse(former.ToJson())!.AsObject();
            return
            [
                .. JsonNode
                    .Parse(Preferences.ToJson())!
                    .AsObject()
                    .Where(field => !JsonNode.DeepEquals(before[field.Key], field.Value))
                    .Select(field => $"{Named(field.Key)}: {Said(before[field.Key])} before, {Said(field.Value)} now"),
            ];

            static string Said(JsonNode? value) =>
                value?.GetValueKind() == JsonValueKind.String
                    ? Named(value.GetValue<string>())
                    : $"{value?.ToJsonString()}";
            static string Named(string word) => JsonNamingPolicy.CamelCase.ConvertName(word);
        }
    }

    /// <summary>A disabled tenant goes on where it was, live or in its shadow run.</summary>
    /// <param name="EndsShadow">Whether a shadow run ends by it: the tenant goes live.</param>
    public sealed record GoOn(bool EndsShadow) : TenantChange;

    /// <summary>Who is wanted in a group is all, in place of a full list that the group's source never sends.</summary>
    /// <param name="Group">The group.</param>
    public sealed record FullList(GroupId Group) : TenantChange
    {
        /// <summary>Who is only in Slack and goes; the preview says who.</summary>
        public IReadOnlyList<ResourceId> Leaving { get; init; } = [];
    }

    /// <summary>One source's users and groups become another's; Slack hears nothing of it.</summary>
    /// <param name="From">The source.</param>
    /// <param name="To">The other one.</param>
    /// <param name="Only">The one user or group that is handed over; null for all.</param>
    public sealed record Transfer(int From, int To, ResourceId? Only = null) : TenantChange;
}
