using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What a provider really sends, as a scenario that any SCIM server can be asked for.</summary>
internal static class RecordCommand
{
    private static readonly Option<string> _for = Words.Text(
        "--for",
        "TIME",
        "How long, such as 30m or 1h, which is what it is if not said; a day at most"
    );
    private static readonly Option<string> _file = new("--file")
    {
        HelpName = "FILE",
        Description = "The scenario, a .json file, which nobody else may read; it must not be there yet",
        Required = true,
    };
    private static readonly Option<bool> _people = new("--with-people")
    {
        Description = "Leaves people in it as they are; else they are invented ones. Credentials are never in it",
    };

    private static readonly JsonSerializerOptions _plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Verb Record() =>
        new Verb(
            "record",
            "Writes what a provider sends into a file while this runs: a scenario for the conformance program, with invented people and no credential, which shows elsewhere what happens here. It ends after --for, with Ctrl-C, or at 1,000 requests. docs/transcripts.md has what is in it.",
            "source record acme PingOne --for 1h --file pingone.json"
        )
            .Takes(Words.Tenant, Words.Source, _for, _file, _people)
            .Does(async call =>
            {
                var seconds = (long?)call.SpanOf(_for)?.TotalSeconds;
                var source = await call.SourceAsync(call.Of(Words.Source));
                var provider =
                    (string?)(await call.GetAsync(call.OfTenant("sources", source))).Json?["preset"] ?? "other";
                var path = Call.Query(
                    call.OfTenant("sources", source, "transcript"),
                    ("seconds", seconds),
                    ("people", call.Of(_people) ? "true" : null)
                );
                var heard = new Heard();
                var file = call.Of(_file)!;
                var isThere = await AdminClient.WriteAsync(
                    file,
                    async text =>
                    {
                        try
                        {
                            await call.Client.ListenAsync(path, null, line => Hear(call, heard, line), call.Gone);
                        }
                        catch (OperationCanceledException) when (call.Gone.IsCancellationRequested)
                        {
                            heard.How = "stopped"; // what came until then is what there is
                        }
                        await WriteAsync(text, Scenario(call, heard, provider), heard.Steps);
                        return heard.Steps.Count > 0;
                    }
                );
                foreach (var (why, many) in heard.LeftOut)
                    call.Say($"Left out: {Shown.Value(many)} requests {why}.");
                if (!isThere)
                    throw new Complaint(
                        Exit.Refused,
                        $"{Ended(heard.How)} Nothing was sent that could be kept, so there is no file. Start what the provider does, such as a test of its provisioning, while this runs.",
                        $"operation tail {call.Tenant} --source {call.Source}"
                    );
                return call.Saved(
                    file,
                    heard.Requests,
                    $"{Ended(heard.How)} {heard.Requests} requests are in {file}. Another server is asked for them by 'scim-conformance --url URL --traces {file}'."
                );
            });

    private static void Hear(Call call, Heard heard, string line)
    {
        if (line.StartsWith("event:", StringComparison.Ordinal))
            heard.Event = line[6..].Trim();
        if (!line.StartsWith("data:", StringComparison.Ordinal) || JsonNode.Parse(line[5..]) is not JsonObject data)
            return;
        switch (heard.Event)
        {
            case "begun":
                call.Say("It records from now on. Ctrl-C ends it, and what has come by then is kept.");
                break;
            case "step":
                heard.Steps.Add(data);
                heard.Requests += data["setup"] is null ? 1 : 0;
                break;
            case "end":
                heard.How = (string?)data["how"];
                foreach (var (why, many) in data["leftOut"] as JsonObject ?? [])
                    heard.LeftOut[why] = many?.DeepClone();
                break;
        }
    }

    private static JsonObject Scenario(Call call, Heard heard, string provider)
    {
        var at = call.Terminal.Clock.GetUtcNow();
        var scenario = new JsonObject
        {
            ["idp"] = provider.ToLowerInvariant(),
            ["scenario"] = at.ToString("'recorded-'yyyyMMdd-HHmmss", CultureInfo.InvariantCulture),
            ["title"] = $"what {provider} sent until {at:yyyy-MM-dd HH:mm} UTC is answered as it was",
            ["source"] = "recorded: by ScimGateway, in front of Slack",
            ["confidence"] = "reported",
            ["change"] =
                "Each request has the status that the gateway gave it. Where that was wrong, change what is expected here.",
            ["vars"] = new JsonObject { ["mark"] = "$shortid" },
        };
        if (heard.LeftOut.Count > 0)
            scenario["notes"] =
                "Left out: " + string.Join("; ", heard.LeftOut.Select(one => $"{Shown.Value(one.Value)} {one.Key}"));
        return scenario;
    }

    // A step is a line: so the file is not longer than a scenario may be.
    private static async Task WriteAsync(StreamWriter text, JsonObject scenario, List<JsonObject> steps)
    {
        await text.WriteLineAsync("{");
        foreach (var (name, value) in scenario)
            await text.WriteLineAsync($"  \"{name}\": {value!.ToJsonString(_plain)},");
        await text.WriteLineAsync("  \"steps\": [");
        for (var i = 0; i < steps.Count; i++)
            await text.WriteLineAsync($"    {steps[i].ToJsonString(_plain)}{(i < steps.Count - 1 ? "," : "")}");
        await text.WriteLineAsync("  ]\n}");
    }

    private static string Ended(string? how) =>
        how switch
        {
            "time" => "The time is over.",
            "full" => "It is full.",
            "moved" => "It ended early: the tenant went to another instance.",
            "notAllowed" => "It ended early: the key lets nobody in any more.",
            "stopped" => "It was stopped.",
            _ => "It ended early: the gateway has ended it.",
        };

    // What was heard until now.
    private sealed class Heard
    {
        public string? Event { get; set; }
        public string? How { get; set; }
        public int Requests { get; set; }
        public List<JsonObject> Steps { get; } = [];
        public Dictionary<string, JsonNode?> LeftOut { get; } = [];
    }
}
