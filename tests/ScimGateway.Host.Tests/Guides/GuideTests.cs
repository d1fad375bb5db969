using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Cli;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Host.Tests.Traces;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Translation;
using ScimGateway.SlackEmulator;
using Xunit;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>
/// Each guide of docs/providers is followed word by word: its commands are entered, its provider sends what it says, and
/// what it promises is looked at in Slack. What the provider sends stands in tests/vectors/guides.
/// </summary>
public class GuideTests
{
    private const string Outside = "https://gateway.example.org";

    private const string AtTheGateway = "1. At the gateway";
    private const string Attributes = "3. Which attribute goes where";
    private const string TestButton = "4. The test button";
    private const string First = "5. The first synchronisation";
    private const string Later = "6. From then on";
    private const string Check = "7. Check, and be told";
    private const string Fitting = "Preferences that fit";
    private const string Says = "What the gateway says";
    private const string Wrong = "When something goes wrong";
    private const string Moving = "From another connection to the gateway, without duplicates";

    public static TheoryData<string> Guides() =>
        [
            .. Directory
                .EnumerateFiles(Guide.Folder, "*.md")
                .Select(file => Path.GetFileNameWithoutExtension(file)!)
                .Where(name => name != "README")
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Guides))]
    public async Task A_guide_leads_from_nothing_to_people_in_Slack(string name)
    {
        var guide = Guide.Read(name);
        var sent = JsonNode
            .Parse(
                await File.ReadAllTextAsync(Path.Combine(GeneratedPage.Root(), "tests/vectors/guides", name + ".json"))
            )!
            .AsObject();
        await using var served = await ServedGateway.StartAsync(more: [.. Serve(guide)]);
        using var entered = new TerminalSession(served.Base);
        await HasAsync(served, sent["slackBefore"]!); // somebody whom another app has made

        await EnterAsync(guide, AtTheGateway, entered, served);
        var form = Form(entered.Out);
        FillIn(guide, form);
        var token = form.Values.First(value => value.StartsWith("sg", StringComparison.Ordinal));
        var address = new Uri(
            form.Values.First(value => value.EndsWith("/scim/v2", StringComparison.Ordinal))
                .Replace(Outside, served.Base.ToString().TrimEnd('/'), StringComparison.Ordinal)
        );

        await SendAsync(guide, TestButton, sent["test"]!, address, token);
        await SendAsync(guide, First, sent["first"]!, address, token);
        await HasAsync(served, sent["slackBeforeLive"]!); // nothing was sent, as it is a shadow run
        await EnterAsync(guide, First, entered, served);
        await RestedAsync(served);
        await HasAsync(served, sent["slackAfterFirst"]!);
        await SendAsync(guide, Later, sent["later"]!, address, token);
        await EnterAsync(guide, Later, entered, served);
        await EnterAsync(guide, Check, entered, served);
        Assert.Contains("(README.md#who-is-told)", guide.Text, StringComparison.Ordinal);
        await RestedAsync(served);
        await HasAsync(served, sent["slackAfterLater"]!);
        await FillInAsync(guide, address, token);
        await EnterAsync(guide, Wrong, entered, served);
        await EnterAsync(guide, Moving, entered, served);
        await OtherCredentialsAsync(guide, AtTheProvider(guide), entered, served);
        foreach (var line in guide.Table(Fitting, "you want").SelectMany(row => Guide.Quoted(row[1])).Where(IsCommand))
            await EnterAsync(line, entered, served);
    }

    [Fact]
    public async Task All_kinds_of_credentials_are_made_as_the_guides_say()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await EnterAsync("gateway tenant create acme Acme", entered, served);
        await EnterAsync("gateway source create acme PingOne --preset pingOne", entered, served);
        var rows = Guide.Read("README").Table("Credentials", "kind");

        foreach (var row in rows)
        {
            await EnterAsync(Guide.Quoted(row[2]).Single(), entered, served);
            foreach (var url in Guide.Quoted(row[1]).Where(text => text.StartsWith(Outside, StringComparison.Ordinal)))
                Assert.Contains(url[Outside.Length..], entered.Out, StringComparison.Ordinal);
        }
        Assert.Equal(5, rows.Count);
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void All_guides_have_the_same_parts(string name)
    {
        var parts = Guide.Read(name).Headings;
        Assert.Equal(Guide.Read("pingone").Headings.Select(Plain), parts.Select(Plain));

        // "2. At PingOne" is "2. At …".
        static string Plain(string heading) =>
            heading.StartsWith("2. At ", StringComparison.Ordinal) ? "2. At …"
            : heading.StartsWith("What ", StringComparison.Ordinal)
            && heading.Contains("can't do", StringComparison.Ordinal)
                ? "What … can't do"
            : heading;
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void What_goes_where_in_Slack_is_what_the_map_says(string name)
    {
        var rows = Guide.Read(name).Table(Attributes, "at the provider");
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var (scim, slack) = (Guide.Quoted(row[1]), Guide.Quoted(row[2]));
            Assert.True(
                slack.Count == 0 || slack.Count == scim.Count,
                $"{name}: {row[1]} goes to {row[2]}, one by one"
            );
            for (var i = 0; i < scim.Count; i++)
            {
                var goes = slack.Count == 0 ? "" : slack[i];
                Assert.True(Slack(scim[i]) == goes, $"{name}: {scim[i]} goes to '{Slack(scim[i])}', not to '{goes}'");
            }
        }
    }

    [Theory]
    [Trait("speed", "slow")]
    [MemberData(nameof(Guides))]
    [InlineData("README")]
    public async Task Texts_that_a_guide_quotes_are_what_the_gateway_says(string name)
    {
        var real = await Refusals.AllAsync();
        var rows = Guide.Read(name).Table(name == "README" ? Says : Wrong, "what is said");
        Assert.NotEmpty(rows);
        foreach (var row in rows.Where(row => row[1] == "the gateway"))
            Assert.True(
                real.Any(said => Guide.Fits(said, Guide.Quoted(row[0]).Single())),
                $"{name}: the gateway does not say {row[0]}. It says:\n{string.Join('\n', real)}"
            );
    }

    // What stands in a sentence is not entered by the test above, and has to be understood all the same.
    [Theory]
    [MemberData(nameof(Guides))]
    [InlineData("README")]
    public void Commands_in_a_sentence_are_understood(string name)
    {
        foreach (var line in Guide.Quoted(Guide.Read(name).Prose).Where(text => IsCommand(text) && !IsServe(text)))
        {
            var said = Commands.Root.Parse(TerminalSession.Words(line)[1..]);
            Assert.True(said.Errors.Count == 0, $"{line}: {string.Join(' ', said.Errors)}");
        }
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void The_preset_of_a_guide_is_what_it_says(string name)
    {
        var guide = Guide.Read(name);
        var (usual, preset) = (Shown(new Preferences()), Shown(Preset(guide)));
        foreach (var (preference, value) in preset)
        {
            var differs = !JsonNode.DeepEquals(value, usual[preference]);
            Assert.True(
                differs == guide.Paragraph(Fitting).Contains($"`{preference}={value}`", StringComparison.Ordinal),
                $"{name}: {preference} is {value}{(differs ? ", which the guide does not say" : " by default")}"
            );
        }

        static JsonObject Shown(Preferences preferences) =>
            JsonSerializer.SerializeToNode(preferences, AdminJson.Options)!.AsObject();
    }

    private static Preferences Preset(Guide guide) =>
        Presets
            .All.SingleOrDefault(preset =>
                guide
                    .Blocks(AtTheGateway)
                    .SelectMany(block => block.Commands)
                    .Any(line =>
                        line.StartsWith("gateway tenant create ", StringComparison.Ordinal)
                        && line.EndsWith(
                            $"--preset {preset.Name.Replace(" ", "", StringComparison.Ordinal)}",
                            StringComparison.OrdinalIgnoreCase
                        )
                    )
            )
            ?.Preferences
        ?? new Preferences();

    // The row of docs/attributes.md that is about an attribute: of several kinds of one, such as addresses, that which names
    // its filter, else the one of any other kind.
    private static string? Slack(string scim)
    {
        var filter = Regex.Match(scim, @"\[(.*)\]").Groups[1].Value;
        var rows = AttributeMap.Rows.Where(row => row.Scim.Split(", ").Any(one => Bare(one) == Bare(scim))).ToList();
        var row =
            rows.Find(row => filter.Length > 0 && row.Scim.Contains(filter, StringComparison.Ordinal))
            ?? rows.Find(row => rows.Count == 1 || row.Scim.Contains("any other", StringComparison.Ordinal));
        return row?.Slack;
    }

    private static string Bare(string path) => Regex.Replace(path, @"\[[^]]*\]", "");

    // The settings of the guide's "serve", which the gateway here is started with, too.
    private static string[] Serve(Guide guide) =>
        [
            .. TerminalSession
                .Words(Command(guide.Blocks(AtTheGateway).SelectMany(block => block.Commands).First(IsServe)))
                .Skip(2)
                .Where(word => word != "--init"),
        ];

    private static bool IsServe(string line) => line.StartsWith("gateway serve ", StringComparison.Ordinal);

    private static string Command(string line) => line.Split(" #")[0].TrimEnd();

    private static async Task EnterAsync(Guide guide, string part, TerminalSession entered, ServedGateway served)
    {
        foreach (var (commands, prints) in guide.Blocks(part))
        {
            foreach (var line in commands.Select(Command).Where(line => line.Length > 0 && !IsServe(line)))
                await EnterAsync(line, entered, served);
            if (prints is not null)
                Assert.True(
                    Guide.Fits(entered.Out.TrimEnd(), prints),
                    $"{commands[^1]} prints\n{entered.Out}\nwhere the guide has\n{prints}"
                );
        }
    }

    private static async Task EnterAsync(string line, TerminalSession entered, ServedGateway served)
    {
        Assert.True(IsCommand(line), $"{line} is no command of the gateway");
        var words = TerminalSession.Words(line)[1..];
        var exit = await entered.RunAsync(words, Typed(words, served), canAsk: true);
        Assert.True(exit == Exit.Done, $"{line}: {exit}\n{entered.Out}\n{entered.Error}");
    }

    private static bool IsCommand(string line) => line.StartsWith("gateway ", StringComparison.Ordinal);

    // What somebody at a terminal is asked for.
    private static string Typed(string[] words, ServedGateway served) =>
        words switch
        {
            ["profile", "save", ..] => served.Key + "\n",
            ["tenant", "connect", ..] => SlackEmulatorServer.Token + "\n",
            _ => "y\n",
        };

    private static Dictionary<string, string> Form(string printed) =>
        printed
            .Split('\n')
            .Where(line => line.StartsWith("    ", StringComparison.Ordinal))
            .Select(line => line.Trim().Split(": ", 2))
            .ToDictionary(line => line[0], line => line[1], StringComparer.Ordinal);

    // What is to be entered stands in the guide's form, by the provider's names and with the same addresses.
    private static void FillIn(Guide guide, Dictionary<string, string> form)
    {
        var fields = guide
            .Table(AtTheProvider(guide), "field")
            .ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal);
        foreach (var (field, value) in form)
        {
            Assert.True(fields.TryGetValue(field, out var says), $"the form of the guide has no {field}");
            if (value.StartsWith("http", StringComparison.Ordinal))
                Assert.Equal([value], Guide.Quoted(says!).Take(1));
        }
        foreach (
            var url in fields
                .Values.SelectMany(Guide.Quoted)
                .Where(text => text.Contains("://", StringComparison.Ordinal))
        )
            Assert.Contains(url.Split('?')[0], form.Values);
    }

    private static string AtTheProvider(Guide guide) =>
        guide.Headings.First(heading => heading.StartsWith("2. At ", StringComparison.Ordinal));

    // In place of the token: each is made, and what is to be entered then is told by its names.
    private static async Task OtherCredentialsAsync(
        Guide guide,
        string part,
        TerminalSession entered,
        ServedGateway served
    )
    {
        foreach (var line in guide.QuotedIn(part).Where(IsCommand))
        {
            await EnterAsync(line, entered, served);
            foreach (var field in Form(entered.Out).Keys)
                Assert.True(
                    guide.Text.ReplaceLineEndings(" ").Contains(field, StringComparison.Ordinal),
                    $"{line} prints {field}, which the guide lacks"
                );
        }
    }

    // A template that a guide has is pasted, and the provider fills it in.
    private static async Task FillInAsync(Guide guide, Uri address, string token)
    {
        using var provider = new HttpClient { BaseAddress = new Uri(address + "/") };
        provider.DefaultRequestHeaders.Authorization = new("Bearer", token);
        foreach (var template in guide.Templates)
        {
            var body = Regex.Replace(template, @"\{\$[a-z.]*(email|username)\}", "ola@corp.example");
            var (status, answer, _) = await ServedGateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                Regex.Replace(body, @"\{\$[a-z_.]*\}", "Ola")
            );
            Assert.True(status == HttpStatusCode.Created, $"the template is answered by {answer}");
            Assert.Equal("ola@corp.example", (string?)answer!["emails"]![0]!["value"]);
        }
    }

    // The guide's table has the requests that are sent, in their order and with what comes of them.
    private static async Task SendAsync(Guide guide, string part, JsonNode sent, Uri address, string token)
    {
        var rows = guide.Table(part, "it sends");
        var steps = sent["steps"]!.AsArray().Where(step => (bool?)step!["setup"] is not true).ToList();
        Assert.True(rows.Count == steps.Count, $"'{part}' has {rows.Count} rows, and {steps.Count} requests are sent");
        foreach (var (row, step) in rows.Zip(steps))
        {
            var request = (step!["request"] ?? step)!;
            var line = $"{request["method"]} {Uri.UnescapeDataString((string)request["path"]!).Replace('+', ' ')}";
            var says = Guide.Quoted(row[0])[0];
            Assert.True(Guide.Fits(line, says), $"'{part}' has {says}, and {line} is sent");
            Assert.True(
                row[1].StartsWith($"{step["expect"]!["status"]![0]}", StringComparison.Ordinal),
                $"'{part}': {says} is answered by {step["expect"]!["status"]!.ToJsonString()}"
            );
        }
        using var client = new HttpClient();
        if (await new Trace(sent.AsObject()).ReplayAsync(client, address, token) is { } problem)
            Assert.Fail($"'{part}': {problem}");
    }

    private static async Task HasAsync(ServedGateway served, JsonNode expected)
    {
        using var client = new HttpClient();
        if (
            await new Trace(expected.AsObject()).ReplayAsync(client, served.Slack.ScimUrl, SlackEmulatorServer.Token) is
            { } problem
        )
            Assert.Fail($"in Slack: {problem}");
    }

    private static Task RestedAsync(ServedGateway served) =>
        Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?state=pending"))["items"]!.AsArray().Count == 0
        );
}
