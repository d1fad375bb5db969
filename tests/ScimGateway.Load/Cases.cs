namespace ScimGateway.Load;

/// <summary>What is asked, and how many of it make a turn. The turns of the three servers ask the same.</summary>
internal sealed record Case(string Name, int Requests, Func<int, byte[]> Question)
{
    public static IEnumerable<Case> Of(string names, string token, Sample sample, string run, string group)
    {
        var written = 0;
        return names.Split(',').Select(name => Named(name));

        Case Named(string name) =>
            name switch
            {
                "id" => Fixed(name, 20_000, user => $"/{user.Id}"),
                "hit" => Fixed(name, 20_000, user => $"?filter=userName%20eq%20%22{user.UserName}%22"),
                "email" => Fixed(name, 20_000, user => $"?filter=emails.value%20eq%20%22{user.Email}%22"),
                "miss" => Fixed(name, 20_000, user => $"?filter=userName%20eq%20%22no.{user.UserName}%22"),
                "page" => Fixed(name, 2_000, _ => "?startIndex=1&count=100"),
                "group" => Whole(name, 200, $"{Groups.Path}/{File.ReadAllText(group)}"),
                "groups" => Whole(name, 2_000, $"{Groups.Path}?excludedAttributes=members"),
                // Bodies that were never sent before: a write that changes nothing costs nothing.
                "create" => new Case(
                    name,
                    4_000,
                    _ => Write("POST", "", Users.Document($"{run}-", Interlocked.Increment(ref written)))
                ),
                "patch" => new Case(
                    name,
                    4_000,
                    i => Write("PATCH", $"/{sample[i].Id}", Users.Patch($"{run} {Interlocked.Increment(ref written)}"))
                ),
                "put" => new Case(
                    name,
                    4_000,
                    i =>
                        Write(
                            "PUT",
                            $"/{sample[i].Id}",
                            Users.Whole(sample[i], $"{run} {Interlocked.Increment(ref written)}")
                        )
                ),
                // One after the other leaves the group of all, and then comes back.
                "member" => new Case(name, 2_000, _ => Member(Interlocked.Increment(ref written))),
                _ => throw new ArgumentException($"There is no case {name}."),
            };

        byte[] Write(string method, string path, string body) =>
            Connection.Request(method, Users.Path + path, token, body);

        byte[] Member(int i) =>
            Connection.Request(
                "PATCH",
                $"{Groups.Path}/{File.ReadAllText(group)}",
                token,
                Groups.Change(sample[i].Id, adds: i / Sample.Size % 2 == 1)
            );

        Case Whole(string name, int requests, string path)
        {
            var question = Connection.Request("GET", path, token);
            return new Case(name, requests, _ => question);
        }

        // A hundred questions, made before the clock runs.
        Case Fixed(string name, int requests, Func<SampleUser, string> path)
        {
            var questions = Enumerable
                .Range(0, 100)
                .Select(i => Connection.Request("GET", Users.Path + path(sample[i * (Sample.Size / 100)]), token))
                .ToArray();
            return new Case(name, requests, i => questions[i % questions.Length]);
        }
    }
}
