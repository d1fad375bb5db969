using ScimGateway.Kill;

return await KillRun.RunAsync(KillOptions.Parse(args));
