using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

/// <summary>The two addresses of an account: one primary, one other, each held for
/// ever (docs/slack.md 4.3, 4.6).</summary>
internal static class EmailRules
{
    public static (string Primary, string? Secondary) Next(Sent sent, Profile? old, Account? self, Workspace workspace)
    {
        var value = sent["emails"];
        if (old is not null && sent.Leaves(value))
            return (old.PrimaryEmail, old.SecondaryEmail);
        if (!Sent.Says(value))
            throw new SlackRefusal(sent.Verb is Verb.Post ? "email_empty" : "missing_primary_email");
        var entries = Read(value, sent);
        var next =
            sent.Verb is Verb.Patch
                ? Patched(entries, old!, sent.Knobs)
                : Chosen(entries)
                    ?? throw new SlackRefusal(sent.Verb is Verb.Post ? "email_empty" : "missing_primary_email");
        RefuseTaken(next.Primary, self, workspace, sent.Verb);
        if (next.Secondary is not null)
            RefuseTaken(next.Secondary, self, workspace, sent.Verb);
        return next;
    }

    // Blank addresses that are not primary come back from whoever PUTs what GET showed
    // (docs/slack.md 4.3, 11): nothing is meant by them.
    private static List<Entry> Read(JsonElement list, Sent sent)
    {
        var entries = new List<Entry>();
        foreach (var entry in Entry.Read(list, "emails_invalid", sent.Knobs))
        {
            if (
                entry.Element.ValueKind is JsonValueKind.Object
                && Sent.Member(entry.Element, "value").ValueKind
                    is JsonValueKind.Number
                        or JsonValueKind.True
                        or JsonValueKind.False
            )
                throw new SlackRefusal("email_invalid");
            var address = entry.Value?.Trim() ?? "";
            if (address.Length == 0 && entry.Primary is not true)
                continue;
            if (address.Length == 0)
                throw new SlackRefusal("email_empty");
            if (!entry.Deletes && !IsAddress(address))
                throw new SlackRefusal("bad_email_address");
            entries.Add(
                entry with
                {
                    Value = sent.Knobs.Get(KnobTable.LowercaseEmails) ? address.ToLowerInvariant() : address,
                }
            );
        }
        return entries;
    }

    // primary:true, else type work, else order; two are kept.
    private static (string Primary, string? Secondary)? Chosen(List<Entry> entries)
    {
        var kept = entries.Where(e => !e.Deletes).ToList();
        if (kept.Count == 0)
            return null;
        var primary = kept.FindIndex(e => e.Primary is true);
        if (primary < 0)
            primary = kept.FindIndex(e => IsWork(e) && e.Primary is not false);
        if (primary < 0)
            primary = 0;
        var address = kept[primary].Value!;
        return (
            address,
            kept.Where((e, i) => i != primary && !Same(e.Value!, address)).Select(e => e.Value).FirstOrDefault()
        );
    }

    private static (string Primary, string? Secondary) Patched(List<Entry> entries, Profile old, KnobValues knobs)
    {
        var primary = old.PrimaryEmail;
        var secondary = old.SecondaryEmail;
        var primaryIsGone = false;
        foreach (var entry in entries.Where(e => e.Deletes))
        {
            if (secondary is not null && Same(entry.Value!, secondary))
                secondary = null;
            else if (Same(entry.Value!, primary))
                primaryIsGone = true;
        }

        var added = entries.Where(e => !e.Deletes).ToList();
        var wished = added.FindIndex(e => e.Primary is true);
        if (wished < 0)
            wished = added.FindIndex(e => IsWork(e) && e.Primary is null);
        if (wished < 0 && knobs.Get(KnobTable.PatchUntyped) is UntypedEmail.Primary)
            wished = added.FindIndex(e => e.Type is null && e.Primary is null);
        if (wished < 0 && primaryIsGone && added.Count > 0)
            wished = 0;

        if (wished >= 0 && !Same(added[wished].Value!, primary))
        {
            var demoted = knobs.Get(KnobTable.PatchPrimary) is PatchedPrimary.DemoteOldToSecondary && !primaryIsGone;
            var former = primary;
            primary = added[wished].Value!;
            if (demoted)
                secondary = former;
            else if (secondary is not null && Same(secondary, primary))
                secondary = null;
        }
        else if (primaryIsGone)
        {
            throw new SlackRefusal("missing_primary_email");
        }
        foreach (var (entry, i) in added.Select((e, i) => (e, i)))
            if (i != wished && !Same(entry.Value!, primary))
            {
                secondary = entry.Value;
                break;
            }
        return (primary, secondary);
    }

    private static void RefuseTaken(string address, Account? by, Workspace workspace, Verb verb)
    {
        foreach (var holder in workspace.UsersByEmail(address))
        {
            if (ReferenceEquals(holder, by))
                continue;
            // The words of a create are observed (docs/slack.md 4.6); those of an update nobody quotes.
            throw verb is Verb.Post
                ? new SlackRefusal("bad_email_address", ("reason", "email_taken"), ("existing_user", holder.Id))
                {
                    IsConflict = true,
                }
                : new SlackRefusal("email_taken");
        }
    }

    private static bool IsWork(Entry entry) => "work".Equals(entry.Type, StringComparison.OrdinalIgnoreCase);

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    // As much of an address as every party agrees on: something, one @, something with no blanks anywhere.
    private static bool IsAddress(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0
            && at < text.Length - 1
            && text.IndexOf('@', at + 1) < 0
            && !text.Any(char.IsWhiteSpace)
            && text.Length <= 254;
    }
}
