namespace ScimGateway.Cli;

/// <summary>Copies of the store.</summary>
internal static class BackupCommands
{
    /// <summary>Makes one.</summary>
    public static Verb Backup() =>
        new Verb(
            "backup",
            "Copies the store while the gateway runs, into the folder 'backups' beside its file on the gateway's machine, and says what else has to be kept. Of PostgreSQL its own tools do that.",
            "backup"
        ).Does(async call =>
            call.Print(
                await call.PostAsync("backup"),
                copy =>
                {
                    call.Terminal.Out.WriteLine(
                        Shown.Line(
                            $"The store is copied: {Shown.Value(copy?["path"])} ({Shown.Value(copy?["bytes"])} bytes)."
                        )
                    );
                    call.Terminal.Out.WriteLine(Shown.Line(Shown.Value(copy?["keep"])));
                }
            )
        );
}
