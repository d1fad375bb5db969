using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>Every tenant is disabled at once.</summary>
internal static class EmergencyStop
{
    private const string Meanwhile =
        "What providers write meanwhile is refused with 503, so that they send it again, or accepted and told later where whileSlackCannotBeWritten=queue. What they read is answered.";

    /// <summary>Disables each that is connected; one that cannot be disabled keeps no other from being so.</summary>
    public static async Task<int> OfAllAsync(Call call)
    {
        var running = new JsonArray();
        await foreach (var tenant in call.AllAsync("tenants", []))
            if ((string?)tenant["standing"] != "disabled" && (string?)tenant["connection"] != "none")
                running.Add(tenant);
        if (!call.IsForScript && running.Count > 0)
            Shown.Table(call.Terminal, running, "slug", "name", "standing");
        if (running.Count > 0)
            Confirmation.Require(
                call,
                $"{Meanwhile} {(running.Count == 1 ? "Disable this tenant?" : $"Disable these {running.Count} tenants?")}",
                "Nothing was disabled.",
                "tenant disable --all --yes"
            );
        var (disabled, not) = (new List<(string Slug, bool IsShadow)>(), new List<string>());
        foreach (var tenant in running)
        {
            var slug = (string)tenant!["slug"]!;
            try
            {
                await call.PostAsync(Call.Path("tenants", slug, "disable"));
                disabled.Add((slug, (string?)tenant["standing"] == "shadow"));
            }
            catch (Exception e) when (e is Refusal or Complaint { Exit: Exit.NotReachable })
            {
                not.Add($"{slug}: {e.Message}");
            }
        }
        if (call.IsForScript)
            call.Write(
                new JsonObject { ["disabled"] = new JsonArray([.. disabled.Select(one => (JsonNode)one.Slug)]) }
            );
        else
        {
            call.Terminal.Out.WriteLine(
                running.Count == 0 ? "Every tenant that is connected is disabled already."
                : disabled.Count == 1 ? "One tenant was disabled."
                : $"{disabled.Count} tenants were disabled."
            );
            if (disabled.Count > 0)
                call.Terminal.Out.WriteLine(Meanwhile);
            // Where each goes on nobody may know later.
            foreach (var (slug, isShadow) in disabled)
                call.Terminal.Out.WriteLine(
                    isShadow
                        ? $"{slug} goes on in its shadow run by 'tenant shadow {slug}'"
                        : $"{slug} goes on by 'tenant enable {slug}'"
                );
        }
        return not.Count == 0
            ? Exit.Done
            : throw new Complaint(
                Exit.Refused,
                $"Not disabled: {Shown.Line(string.Join("; ", not))}",
                "tenant disable --all"
            );
    }
}
