using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Serve;

/// <summary>
/// One line for each event of the log, whatever is in it: time in UTC, level, the event's name and what happened; as JSON also
/// each value by itself. The names are those of docs/events.md, so that an alert need not match on a sentence.
/// </summary>
/// <param name="isJson">Whether each line is a JSON object.</param>
/// <param name="clock">The time.</param>
internal sealed class LogLines(bool isJson, TimeProvider clock) : ConsoleFormatter(Formatter)
{
    /// <summary>What the console's logger calls it.</summary>
    public const string Formatter = "gateway";

    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } e)
            message = $"{message} {e}";
        // What ASP.NET logs has no names of ours.
        var name = logEntry.EventId.Name is { } given && given.Contains('.') ? given : logEntry.Category;
        var at = clock.GetUtcNow().ToString(Time, CultureInfo.InvariantCulture);
        var tenant = TenantOf(scopeProvider);
        textWriter.Write(
            isJson
                ? Json(at, Level(logEntry.LogLevel), name, tenant, message, logEntry.State)
                : Text(at, Level(logEntry.LogLevel), name, tenant, message)
        );
        textWriter.Write('\n');
    }

    private static string Text(string at, string level, string name, string? tenant, string message)
    {
        var line = new StringBuilder(at).Append(' ').Append(level).Append(' ').Append(name);
        if (tenant is not null)
            line.Append(" tenant=").Append(tenant);
        line.Append(": ").Append(message);
        return line.Replace("\r", "").Replace("\n", "\\n").ToString();
    }

    private static string Json(string at, string level, string name, string? tenant, string message, object? state)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("time", at);
            json.WriteString("level", level);
            json.WriteString("event", name);
            if (tenant is not null)
                json.WriteString("tenant", tenant);
            if (Activity.Current is { Recorded: true } current)
                json.WriteString("trace", current.TraceId.ToHexString());
            json.WriteString("message", message);
            foreach (var (key, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
                if (key != "{OriginalFormat}" && (tenant is null || key != "Tenant"))
                    json.WriteString(
                        JsonNamingPolicy.CamelCase.ConvertName(key),
                        Convert.ToString(value, CultureInfo.InvariantCulture)
                    );
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static string? TenantOf(IExternalScopeProvider? scopes)
    {
        string? tenant = null;
        scopes?.ForEachScope(
            (scope, _) =>
            {
                if (scope is TenantHome home)
                    tenant = home.Slug;
            },
            0
        );
        return tenant;
    }

    private static string Level(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "critical",
        };
}
