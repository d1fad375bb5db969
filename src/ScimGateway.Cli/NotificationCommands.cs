using System.CommandLine;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>Where a tenant is told what happens, beside the operator of the gateway.</summary>
internal static class NotificationCommands
{
    private static readonly Option<string> _webhook = Words.Text(
        "--webhook",
        "URL",
        "A receiver of POSTs, with https. Its secret (base64 of 24 bytes or more) is read from standard input, or asked for unseen"
    );
    private static readonly Option<string> _mail = Words.Text(
        "--mail",
        "ADDRESS",
        "A mailbox; mail goes out by the mail server that the gateway's operator has set up"
    );
    private static readonly Option<bool> _slack = new("--slack")
    {
        Description =
            "A channel of Slack's: the address of its incoming webhook is read from standard input, or asked for unseen",
    };
    private static readonly Option<string[]> _without = new("--without")
    {
        HelpName = "CHANNEL",
        Description = "A channel to take away: webhook, mail or slack",
    };

    public static Command All() =>
        new("notification", "Notifications: where a tenant is told what happens to it")
        {
            Get(),
            Set(),
            ConfirmMail(),
            Test(),
        };

    private static Verb Get() =>
        new Verb(
            "get",
            "The tenant's own channels; of secrets whether they are set. What the gateway's operator has set up is told beside them.",
            "notification get acme"
        )
            .Takes(Words.Tenant)
            .Does(async call => Print(call, await call.GetAsync(Path(call))));

    private static Verb Set() =>
        new Verb(
            "set",
            "Changes the tenant's own channels; those that are not named stay. Secrets come by standard input, one a line, the webhook's first; never as arguments.",
            "notification set acme --mail it@acme.example"
        )
            .Takes(Words.Tenant, _webhook, _mail, _slack, _without)
            .Does(async call =>
            {
                var patch = new JsonObject();
                if (call.Of(_webhook) is { } url)
                    patch["webhook"] = TenantCommands.Body(
                        ("url", url),
                        ("secret", Secret(call, "The webhook's secret (base64):"))
                    );
                if (call.Of(_mail) is { } to)
                    patch["mail"] = TenantCommands.Body(("to", to));
                if (call.Of(_slack))
                    patch["slack"] = TenantCommands.Body(
                        ("url", Secret(call, "Slack's incoming webhook (https://…):"))
                    );
                foreach (var channel in call.Of(_without) ?? [])
                    patch[channel] = null;
                if (patch.Count == 0)
                    throw new Complaint(Exit.WrongUse, "No channel was named.", $"{call.Name} --help");
                var answer = await call.PatchAsync(Path(call), patch);
                var set = Print(call, answer);
                if (Unconfirmed(answer.Json) is { } confirms)
                    call.Say($"Next: '{confirms} {call.Tenant}'");
                return set;
            });

    // What shows that a channel arrives: a mailbox sends back its code, of the others a test is taken.
    private static string? Unconfirmed(JsonNode? channels) =>
        (channels as JsonObject ?? [])
            .Where(channel => channel.Value is JsonObject set && (bool?)set["confirmed"] == false)
            .Select(channel => channel.Key == "mail" ? "notification confirm-mail" : "notification test")
            .FirstOrDefault();

    private static Verb ConfirmMail() =>
        new Verb(
            "confirm-mail",
            "Confirms the tenant's mailbox by the code that was sent to it, which is read from standard input, or asked for. Until then nothing goes there.",
            "notification confirm-mail acme"
        )
            .Takes(Words.Tenant)
            .Does(async call =>
                Print(
                    call,
                    await call.PostAsync(
                        call.OfTenant("notifications", "channels", "mail", "confirm"),
                        TenantCommands.Body(("code", Secret(call, "The code in the mail:")))
                    )
                )
            );

    private static Verb Test() =>
        new Verb(
            "test",
            "Sends a notification that says it is a test by each channel, and says who took it.",
            "notification test acme"
        )
            .Takes(Words.Tenant)
            .Does(async call =>
            {
                var answer = await call.PostAsync(call.OfTenant("notifications", "test"));
                var came = answer.Json as JsonObject ?? [];
                call.Print(
                    answer,
                    _ =>
                    {
                        if (came.Count == 0)
                            call.Terminal.Out.WriteLine("There is no channel, so nobody is notified.");
                        else
                            Shown.Fields(
                                call.Terminal,
                                came.Select(one =>
                                    KeyValuePair.Create(one.Key, one.Value?.DeepClone() ?? (JsonNode?)"taken")
                                )
                            );
                    }
                );
                if (came.Count == 0)
                    throw new Complaint(
                        Exit.Refused,
                        "Set up a channel: a mailbox, a webhook or a Slack channel.",
                        $"notification set {call.Tenant} --mail ADDRESS"
                    );
                var failed = came.Where(one => one.Value is not null).Select(one => one.Key).ToList();
                if (failed.Count == 0)
                    return Exit.Done;
                var isTenants = failed.Exists(name => name.StartsWith("tenant", StringComparison.Ordinal));
                throw new Complaint(
                    Exit.Refused,
                    isTenants
                        ? "A channel did not take it: see what it says."
                        : "A channel of the server's settings did not take it: see what it says. Who runs the server sets it.",
                    isTenants ? $"notification set {call.Tenant}" : null
                );
            });

    private static string Path(Call call) => call.OfTenant("notifications", "channels");

    private static string Secret(Call call, string question) =>
        call.Terminal.AskSecret(question) is { Length: > 0 } secret
            ? secret
            : throw new Complaint(
                Exit.WrongUse,
                "No secret came in: it is a line of standard input.",
                $"{call.Name} {call.Tenant} < FILE"
            );

    private static int Print(Call call, Answer answer) =>
        call.Print(answer, channels => Shown.Fields(call.Terminal, channels as JsonObject ?? []));
}
