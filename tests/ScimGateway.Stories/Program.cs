using System.Diagnostics;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Stories.Running;

Idle.Require();
var done = new TaskCompletionSource();
_ = Task.Run(async () =>
{
    try
    {
        for (var round = 0; round < 5; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < 20; i++)
            {
                await using var world = await World.MakeAsync(new Preferences());
                await world.StartAsync();
                await Idle.ReachedAsync();
                if (round + i == 0)
                    Console.WriteLine($"reached {world.Reached}");
            }
            Console.WriteLine($"world {watch.Elapsed.TotalMilliseconds / 20} ms");
            await using var one = await World.MakeAsync(new Preferences());
            await one.StartAsync();
            await Idle.ReachedAsync();
            watch = Stopwatch.StartNew();
            for (var i = 0; i < 50; i++)
            {
                var task = one.SendAsync(0, "POST", "Users", $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u{{i}}","emails":[{"value":"u{{i}}@corp.example","primary":true}],"active":true}""");
                await Idle.ReachedAsync();
                if (!task.IsCompleted) Console.WriteLine("not complete");
                var r = await task;
                if (i == 0 && round == 0) Console.WriteLine($"{r!.Status} {System.Text.Encoding.UTF8.GetString(r.Body)}");
            }
            Console.WriteLine($"POST {watch.Elapsed.TotalMilliseconds / 50} ms; users at Slack {one.Slack.Workspace.UserCount}");
        }
        done.SetResult();
    }
    catch (Exception e) { Console.WriteLine(e); done.SetResult(); }
});
await done.Task;
