using System.CommandLine;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>Gateways and keys that are saved, so that nobody has to enter them.</summary>
internal static class ProfileCommands
{
    private static readonly Argument<string> _name = new("NAME")
    {
        Description = $"The profile's name; {Profiles.Default} is taken where none is named",
    };

    public static Command All() =>
        new("profile", "Gateways and their admin keys, saved for this user") { Save(), List(), Delete() };

    // It is tried before it is saved, so that what is saved works.
    private static Verb Save() =>
        new Verb(
            "save",
            "Saves --url and an admin key, which it reads from standard input or asks for unseen, in a file that nobody else may read.",
            "profile save default --url https://gateway.example.org"
        )
            .Takes(_name)
            .Does(async call =>
            {
                var terminal = call.Terminal;
                var url = Connection.AddressOf(
                    call.Of(Words.Url) ?? terminal.Variable(Connection.UrlVariable) ?? Connection.Local
                );
                var key = call.Of(Words.AdminKey) is { } said ? FoundKey.OfOption(said) : Entered(terminal, url);
                Connection.RequireKey(key.Value);
                using (var client = new AdminClient(url, key))
                    await client.AskAsync(HttpMethod.Get, Call.Query("tenants", ("limit", 1)), null, call.Gone);
                var file = Profiles.Save(terminal.Profiles, call.Of(_name), new Profile(url, key.Value));
                terminal.Out.WriteLine($"Saved in {file}. It is good for {url}.");
                return Exit.Done;
            });

    // What is entered is meant, whatever key the environment has for other commands.
    private static FoundKey Entered(Terminal terminal, Uri url)
    {
        var there = terminal.Variable(Connection.KeyVariable);
        var hint = there is null ? "" : $" (nothing for the one of {Connection.KeyVariable})";
        var entered = terminal.AskSecret($"Admin key for {url}{hint}:");
        return entered.Length == 0 && there is not null ? FoundKey.OfVariable(there) : FoundKey.OfInput(entered);
    }

    private static Verb List() =>
        new Verb("list", "The profiles there are; their keys are not shown.", "profile list").Does(call =>
        {
            var profiles = Profiles
                .Names(call.Terminal.Profiles)
                .Select(name => (Name: name, Url: UrlOf(call, name)))
                .ToList();
            if (call.IsForScript)
                call.Write(
                    new JsonArray([
                        .. profiles.Select(one => new JsonObject
                        {
                            ["name"] = one.Name,
                            ["url"] = one.Url?.ToString(),
                        }),
                    ])
                );
            else
                Shown.Table(
                    call.Terminal,
                    ["name", "url"],
                    profiles.Select(one => new[] { one.Name, one.Url?.ToString() ?? "" })
                );
            return Task.FromResult(Exit.Done);
        });

    // One that cannot be read is listed, too: the others can be.
    private static Uri? UrlOf(Call call, string name)
    {
        try
        {
            return Profiles.Find(call.Terminal.Profiles, name)?.Url;
        }
        catch (Complaint e)
        {
            call.Say(e.Message);
            return null;
        }
    }

    private static Verb Delete() =>
        new Verb("delete", "Forgets one. Its key lets in as before: 'key delete' ends that.", "profile delete test")
            .Takes(_name)
            .Does(call =>
                Profiles.Delete(call.Terminal.Profiles, call.Of(_name))
                    ? Task.FromResult(Exit.Done)
                    : throw new Complaint(
                        Exit.Refused,
                        $"There is no profile '{Shown.Line(call.Of(_name))}'.",
                        "profile list"
                    )
            );
}
