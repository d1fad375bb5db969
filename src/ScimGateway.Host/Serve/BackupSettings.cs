using System.Globalization;
using ScimGateway.Host.Operations;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Serve;

/// <summary>The settings of copies by the clock.</summary>
internal static class BackupSettings
{
    private static readonly TimeSpan _least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _most = TimeSpan.FromDays(49);

    private static readonly Setting _every = new(
        "Backup:Every",
        "none: a copy is made when somebody asks for it",
        "How often a SQLite store is copied into the folder 'backups' beside its file, as days.hours:minutes:seconds, such as 06:00:00.",
        "--backup-every"
    );
    private static readonly Setting _keep = new(
        "Backup:Keep",
        "14",
        "How many of these copies are kept: the newest. Those that somebody asked for stay.",
        "--backup-keep"
    );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [_every, _keep];

    /// <summary>What they come to; null where nothing is copied by the clock.</summary>
    /// <exception cref="SettingException">One of them makes no sense, or the store is PostgreSQL.</exception>
    public static BackupOptions? Of(IConfiguration configuration, Setting store)
    {
        var keep = ServeSettings.NumberOf(configuration, _keep, "copies");
        if (keep == 0)
            throw ServeSettings.Wrong(_keep, "it is one at least");
        if (configuration[_every.Key] is not { } said)
            return null;
        if (configuration[store.Key] is { } connection && Store.FileOf(connection) is null)
            throw ServeSettings.Wrong(_every, "the store is PostgreSQL, whose own tools copy it; leave this out");
        return TimeSpan.TryParse(said, CultureInfo.InvariantCulture, out var every) && every >= _least && every <= _most
            ? new BackupOptions(every, keep)
            : throw ServeSettings.Wrong(_every, "it is a time from 00:01:00 to 49.00:00:00, such as 06:00:00");
    }
}
