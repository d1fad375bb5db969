using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Stories.Believing;
using ScimGateway.Stories.Running;

namespace ScimGateway.Stories.Telling;

/// <summary>What scripts ask for by the v1 lane. What they have done is as if it were done by hand.</summary>
internal sealed class Scripts(Teller teller)
{
    private const string Schema = "urn:scim:schemas:core:1.0";

    private Model Model => teller.Model;

    /// <summary>The request of a step; null for one that is none, or about what Slack does not have.</summary>
    public Asked? AskedOf(Step step) =>
        step switch
        {
            Step.Script { What: "POST" } script => Post(script),
            Step.Script { Who: >= Meant.Groups } script => Group(script),
            Step.Script script => User(script),
            _ => null,
        };

    private Asked Post(Step.Script script)
    {
        var address = script.Value!;
        var isFirst = Model.Scripted.Add(Folded.Of(address));
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray(Schema),
            ["userName"] = $"script{script.Who.ToString(CultureInfo.InvariantCulture)}",
            ["emails"] = new JsonArray(new JsonObject { ["value"] = address, ["primary"] = true }),
        };
        return Ask(
            script,
            "POST",
            "Users",
            user,
            () =>
            {
                if (isFirst)
                    Model.Scripted.Remove(Folded.Of(address));
            }
        );
    }

    private Asked? User(Step.Script script)
    {
        if (teller.Hands.AccountOf(script.Who) is not { } account)
            return null;
        var what = script.What == "DELETE" ? "active" : script.What;
        var touched = Model.Accounts[account.Id].Touched;
        var (had, was) = (touched.TryGetValue(what, out var before), before);
        var now = touched[what] = Model.Step;
        if (what == "active")
            Model.Scripted.Add(account.Id);
        JsonObject? body =
            script.What == "DELETE"
                ? null
                : new JsonObject
                {
                    ["schemas"] = new JsonArray(Schema),
                    [what] = what == "active" ? script.Value == "true" : script.Value,
                };
        return Ask(
            script,
            body is null ? "DELETE" : "PATCH",
            $"Users/{account.Id}",
            body,
            () =>
            {
                if (touched[what] != now)
                    return;
                if (had)
                    touched[what] = was;
                else
                    touched.Remove(what);
            }
        );
    }

    private Asked? Group(Step.Script script)
    {
        if (
            !Model.KnownTeams.TryGetValue(script.Who - Meant.Groups, out var id)
            || teller.World.Read(session =>
                session.First(
                    "select l.slack_id from links l join resources r on r.link_id = l.id where lower(r.id) = @id and l.slack_id is not null",
                    row => row.Text(),
                    ("@id", id)
                )
            )
                is not { } group
            || teller.Hands.AccountOf(int.Parse(script.Value!, CultureInfo.InvariantCulture)) is not { } account
        )
            return null;
        Model.TouchedMembers.Add((group, account.Id));
        var member = new JsonObject { ["value"] = account.Id };
        if (script.What == "out")
            member["operation"] = "delete";
        var body = new JsonObject { ["schemas"] = new JsonArray(Schema), ["members"] = new JsonArray(member) };
        return Ask(script, "PATCH", $"Groups/{group}", body, () => { });
    }

    // What was refused has not been done.
    private static Asked Ask(Step.Script script, string method, string path, JsonObject? body, Action undo) =>
        new(
            script.Source,
            method,
            path,
            body?.ToJsonString(),
            reply =>
            {
                Figures.Count($"script {method} {reply?.Status.ToString(CultureInfo.InvariantCulture) ?? "lost"}");
                // Slack's own words are passed on.
                if (reply is { Status: 500 } && !Encoding.UTF8.GetString(reply.Body).Contains("internal_error"))
                    throw new WrongException("answer", $"500 to a script: {Encoding.UTF8.GetString(reply.Body)}");
                var isUnsent =
                    reply is { Status: 503 } && Encoding.UTF8.GetString(reply.Body).Contains("Nothing was sent");
                if (isUnsent || reply is { Status: >= 400 and < 500 })
                    undo();
            }
        )
        {
            IsScripts = true,
        };
}
