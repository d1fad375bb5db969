using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Writing;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;

namespace ScimGateway.Host.Tests.Contract;

/// <summary>A line about users, played.</summary>
internal sealed class UserScenario(ContractRow row, ManualClock clock, Gateway gateway, bool isHeld)
    : Scenario(row, clock, gateway, isHeld)
{
    private Person _wanted = Person.Ada;
    private bool _isRemoved;

    /// <summary>
    /// What there may be before: what is made in Slack before the gateway looks at it, and what is asked of the
    /// gateway.
    /// </summary>
    public static IReadOnlyDictionary<string, State<UserScenario>> States { get; } =
        new Dictionary<string, State<UserScenario>>
        {
            ["nobody"] = new(),
            ["an account"] = new(
                slack => slack.Workspace.MakeUser((Person.Ada with { Title = "Countess" }).Account("ada")),
                Shown
            ),
            ["an equal account"] = new(slack => slack.Workspace.MakeUser(Person.Ada.Account("ada")), Shown),
            ["an inactive account"] = new(
                slack => slack.Workspace.MakeUser((Person.Ada with { Active = false }).Account("ada")),
                Shown
            ),
            ["an account of that name"] = new(slack =>
                slack.Workspace.MakeUser(
                    (Person.Ada with { Address = "countess@corp.example" }).Account("ada.lovelace")
                )
            ),
            ["two accounts"] = new(slack =>
            {
                slack.Workspace.MakeUser(
                    (Person.Ada with { Address = "countess@corp.example" }).Account("ada.lovelace")
                );
                slack.Workspace.MakeUser(Person.Ada.Account("ada"));
            }),
            ["the token owner's account"] = new(slack =>
            {
                var owner = slack.Workspace.MakeUser(Person.Ada.Account("ada"));
                slack.Knobs.Set(
                    "auth.tokens",
                    new JsonArray(
                        new JsonObject
                        {
                            ["token"] = SlackEmulatorServer.Token,
                            ["rank"] = "owner",
                            ["scopes"] = new JsonArray("admin"),
                            ["owner"] = owner,
                        }
                    )
                );
            }),
            ["an account made since"] = new(Then: s =>
            {
                s.Gateway.Slack.Workspace.MakeUser((Person.Ada with { Title = "Countess" }).Account("ada"));
                s.Clock.Advance(TimeSpan.FromMinutes(5)); // so long ago that nobody takes it for ours
                return Task.CompletedTask;
            }),
            ["settled"] = new(Then: s => s.MakeAsync(Person.Ada)),
            ["beside Grace"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Grace);
                await s.MakeAsync(Person.Ada);
            }),
            ["inactive"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoAsync("PATCH active:false");
            }),
            ["deleted"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoAsync("DELETE");
            }),
            ["held"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoAsync("DELETE");
                await s.MakeAsync(Person.Ada with { ExternalId = "2" });
            }),
            ["blocked"] = new(Then: s => s.MakeAsync(Person.Ada with { Active = false })),
            ["left out"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoAsync("PATCH title");
            }),
            ["another source's"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.Gateway.HandOverAsync(s.Id!);
            }),
            ["an owner's"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                s.Weather(new Fault { Description = "cannot_modify_owner" });
                await s.DoAsync("PATCH title", HttpStatusCode.Forbidden);
            }),
            ["another disabled"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Grace);
                await s.DoAsync("PATCH active:false");
                await s.MakeAsync(Person.Ada);
            }),
            ["another moved"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Grace);
                await s.DoAsync("PATCH address");
                await s.MakeAsync(Person.Ada);
            }),
            ["broken"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                s.Weather(
                    new Fault
                    {
                        Description = "no_such_user",
                        Path = "/Users/{id}",
                        Times = 0,
                    }
                );
                await s.DoAsync("PATCH title", HttpStatusCode.ServiceUnavailable);
                s.Gateway.Slack.Faults.Clear();
                await s.LoseAsync();
            }),
            ["disabled, gone in Slack"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.LoseAsync();
                await s.DoAsync("PATCH active:false");
            }),
            ["failed"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoLateAsync("PATCH photo", "photos_invalid");
                s.Clock.Advance(Held - WaitBudget);
                await Gateway.UntilAsync(() => Task.FromResult(s.Link() == "failed"));
            }),
            ["being created"] = new(Then: s => s.DoLateAsync("POST")) { IsHeld = true },
            ["pending"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoLateAsync("PATCH photo");
            })
            {
                IsHeld = true,
            },
            ["leaving"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.DoLateAsync("DELETE");
            })
            {
                IsHeld = true,
            },
            ["shut"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                await s.MakeAsync(
                    Person.Grace with
                    {
                        UserName = "nobody",
                        Address = "nobody@corp.example",
                    },
                    "invalid_authentication"
                );
            }),
            ["at the limit"] = new(Then: async s =>
            {
                await s.MakeAsync(Person.Ada);
                s.Weather(new Fault { Status = 429, RetryAfter = 60 });
                var refused = s.SendAsync("PATCH title");
                await Gateway.UntilAsync(() => Task.FromResult(s.Gateway.NextDue() > s.Now));
                s.Clock.Advance(WaitBudget);
                Assert.Equal(HttpStatusCode.TooManyRequests, (await refused).Status);
            }),
        };

    /// <summary>The writes: verb, body, and what is wanted by it.</summary>
    public static IReadOnlyDictionary<string, Func<Person, Write>> Writes { get; } =
        new Dictionary<string, Func<Person, Write>>
        {
            ["POST"] = _ => Write.Post(Person.Ada),
            ["POST inactive"] = _ => Write.Post(Person.Ada with { Active = false }),
            ["POST without title"] = was => Write.Post(was with { Title = null }),
            ["POST without address"] = _ => Write.Post(Person.Ada with { Address = null }),
            ["POST an address as userName"] = _ =>
                Write.Post(Person.Ada with { UserName = "ada.lovelace@corp.example" }),
            ["POST another address"] = _ => Write.Post(Person.Ada with { Address = "ada.king@corp.example" }),
            ["POST the address in fullwidth letters"] = _ =>
                Write.Post(Person.Ada with { Address = "\uff41da.lovelace@corp.example" }),
            ["POST another userName"] = _ => Write.Post(Person.Ada with { UserName = "ada.king" }),
            ["POST another externalId"] = _ => Write.Post(Person.Ada with { ExternalId = "2" }),
            ["POST another person"] = _ => Write.Post(Person.Grace),
            ["PUT another title"] = was => Write.Put(was with { Title = "Programmer" }),
            ["PUT the same"] = Write.Put,
            ["PUT without title"] = was => Write.Put(was with { Title = null }),
            ["PATCH title"] = was => Write.Patch("title", "Programmer", was with { Title = "Programmer" }),
            ["PATCH the same title"] = was => Write.Patch("title", was.Title, was),
            ["PATCH a title too long"] = was => Write.Patch("title", new string('x', 4_097), was),
            ["PATCH photo"] = was =>
                Write.Patch(
                    "photos",
                    new JsonArray(
                        new JsonObject { ["value"] = "https://pictures.example/ada.png", ["type"] = "photo" }
                    ),
                    was
                ),
            ["PATCH active:false"] = was => Write.Patch("active", false, was with { Active = false }),
            ["PATCH active:true"] = was => Write.Patch("active", true, was with { Active = true }),
            ["PATCH title and active:false"] = was =>
                Write.Patch(
                    null,
                    new JsonObject { ["title"] = "Programmer", ["active"] = false },
                    was with
                    {
                        Title = "Programmer",
                        Active = false,
                    }
                ),
            ["PATCH userName"] = was => Write.Patch("userName", "ada.king", was with { UserName = "ada.king" }),
            ["PATCH Grace's userName"] = was => Write.Patch("userName", Person.Grace.UserName, was),
            ["PATCH address"] = was =>
                Write.Patch(
                    "emails",
                    Person.Emails("ada.king@corp.example"),
                    was with
                    {
                        Address = "ada.king@corp.example",
                    }
                ),
            ["PATCH Grace's address"] = was =>
                Write.Patch(
                    "emails",
                    Person.Emails(Person.Grace.Address!),
                    was with
                    {
                        Address = Person.Grace.Address,
                    }
                ),
            ["PATCH away the address"] = was => Write.Patch("emails", new JsonArray(), was with { Address = null }),
            ["DELETE"] = was => new Write(HttpMethod.Delete, null, was with { Active = false }),
        };

    protected override string Endpoint => "Users";

    // Of an account that nobody claims: what the gateway shows.
    private static async Task Shown(UserScenario s)
    {
        var (_, body, _) = await s.Gateway.SendAsync(HttpMethod.Get, "Users");
        var shown = Assert.Single(body!["Resources"]!.AsArray())!.AsObject();
        (s.Id, s._wanted) = ((string)shown["id"]!, Person.Of(shown));
    }

    // Somebody has deleted Ada's account in Slack.
    private async Task LoseAsync()
    {
        foreach (var account in await Gateway.AccountsAsync(Person.Ada.Address!))
            Gateway.Slack.Workspace.RemoveUser((string)account["id"]!);
    }

    private async Task MakeAsync(Person person, string? refusal = null)
    {
        if (refusal is not null)
            Weather(new Fault { Description = refusal });
        var (status, body, _) = await Gateway.SendAsync(HttpMethod.Post, "Users", person.Json());
        if (refusal is null)
        {
            Assert.Equal(HttpStatusCode.Created, status);
            (Id, _wanted) = ((string)body!["id"]!, person);
        }
    }

    private async Task DoAsync(string write, HttpStatusCode? expected = null)
    {
        var wanted = _wanted;
        var answer = await SendAsync(write);
        if (expected is not null)
            _wanted = wanted;
        if (write == "DELETE")
            (_isRemoved, _wanted) = (false, wanted);
        Assert.True(
            expected == answer.Status || expected is null && (int)answer.Status < 300,
            answer.Body?.ToJsonString()
        );
    }

    protected override async Task<Answer> SendAsync(string when)
    {
        var write = Writes[when](_wanted);
        var answer = Told(
            await Gateway.SendAsync(write.Method, write.Method == HttpMethod.Post ? "Users" : $"Users/{Id}", write.Body)
        );
        if ((int)answer.Status < 300)
        {
            (_wanted, _isRemoved) = (write.Wanted, write.Method == HttpMethod.Delete);
            if (write.Method == HttpMethod.Post)
                Id = (string)answer.Body!["id"]!;
        }
        return answer;
    }

    protected override async Task<string> MirrorWordAsync(Answer answer)
    {
        if ((int)answer.Status >= 300)
            return await IsAsBeforeAsync() ? "as before" : "otherwise";
        var (status, body, _) = await Gateway.SendAsync(HttpMethod.Get, $"Users/{Id}");
        if (_isRemoved)
            return status == HttpStatusCode.NotFound && !(await MirrorAsync()).Contains(Id!, StringComparison.Ordinal)
                ? "gone"
                : "still there";
        return Person.Of(body!) is var shown && shown == _wanted ? "as asked" : shown.ToString();
    }

    protected override async Task<string> SlackWordAsync()
    {
        var accounts = _wanted.Address is null ? [] : await Gateway.AccountsAsync($"\"{_wanted.Address}\"");
        if (accounts is not [var account])
            return $"{accounts.Count} accounts";
        var (isActive, title) = (
            (bool)account["active"]!,
            (string?)account["title"] is { Length: > 0 } there ? there : null
        );
        var isRenamed = Row.When == "PATCH userName";
        if (isActive == _wanted.Active && (!isActive || title == _wanted.Title))
            return isRenamed && !((string)account["userName"]!).StartsWith(_wanted.UserName, StringComparison.Ordinal)
                ? "with the old name"
                : "as asked";
        return title == _wanted.Title ? "only the title" : account.ToJsonString();
    }

    /// <summary>A write, and what is wanted by it.</summary>
    public sealed record Write(HttpMethod Method, string? Body, Person Wanted)
    {
        public static Write Post(Person person) => new(HttpMethod.Post, person.Json(), person);

        public static Write Put(Person person) => new(HttpMethod.Put, person.Json(), person);

        public static Write Patch(string? path, JsonNode? value, Person wanted)
        {
            var operation = new JsonObject { ["op"] = "replace", ["value"] = value };
            if (path is not null)
                operation["path"] = path;
            return new(
                HttpMethod.Patch,
                new JsonObject
                {
                    ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
                    ["Operations"] = new JsonArray(operation),
                }.ToJsonString(),
                wanted
            );
        }
    }
}
