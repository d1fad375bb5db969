using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>An administrator's request: who asks, about which tenant, and what is told of it.</summary>
/// <param name="context">The request.</param>
/// <param name="store">The store.</param>
/// <param name="key">By what the administrator was let in.</param>
/// <param name="signedIn">The session of that key by which it was; null where it was the key itself.</param>
/// <param name="tenant">The tenant that its path names; null if it names none.</param>
/// <param name="now">When it came, with its whole body.</param>
/// <param name="body">The body of a change; empty if it has none.</param>
internal sealed class AdminCall(
    HttpContext context,
    Store store,
    AdminKey key,
    AdminSession? signedIn,
    AdminTenant? tenant,
    Instant now,
    byte[] body
)
{
    private readonly HashSet<string> _read = [];

    /// <summary>The store.</summary>
    public Store Store => store;

    /// <summary>What is answered to the same request again, as JSON; null where that was never said.</summary>
    public string? Remembered { get; private set; }

    /// <summary>By what the administrator was let in.</summary>
    public AdminKey Key => key;

    /// <summary>The session by which the administrator was let in; null where that was the key itself.</summary>
    public AdminSession? Session => signedIn;

    /// <summary>The request.</summary>
    public HttpContext Http => context;

    /// <summary>How the client reaches the gateway.</summary>
    public string Url => RequestedUrl.Of(context.Request);

    /// <summary>The tenant that the path names.</summary>
    public AdminTenant Tenant => tenant ?? throw new InvalidOperationException("The path names no tenant.");

    /// <summary>The home of that tenant.</summary>
    /// <exception cref="Problem">The tenant is not connected, or not at home here now.</exception>
    public TenantHome Home =>
        Tenant.Home
        ?? throw Problem.NotReady(
            $"The tenant is not connected to Slack; connect it first: PUT {AdminPaths.Of(Tenant.Row.Slug)}/connection."
        );

    /// <summary>A part of the gateway that many endpoints answer by.</summary>
    public T Part<T>()
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    /// <summary>When the request came.</summary>
    public Instant Now => now;

    /// <summary>Ends with the request.</summary>
    public CancellationToken Gone => context.RequestAborted;

    /// <summary>What the audit trail says of it, but for what was answered.</summary>
    public AuditEntry Audit { get; } =
        new()
        {
            At = now,
            KeyId = key.Id,
            Label = key.Label,
            Client = $"{context.Connection.RemoteIpAddress}",
            TenantId = tenant?.Row.Id,
            Tenant = tenant?.Row.Slug,
            Action = "",
        };

    /// <summary>A minimal API's way to hand a handler what the gate has found out.</summary>
    public static ValueTask<AdminCall?> BindAsync(HttpContext context) => new(context.Features.Get<AdminCall>());

    /// <summary>Says what was there before, and what is there now, as far as they differ; no secrets.</summary>
    public void Changed(string about, object? before, object? after) => Changed(Audit, about, before, after);

    /// <summary>The same of any line of the audit trail.</summary>
    public static void Changed(AuditEntry audit, string about, object? before, object? after)
    {
        audit.About = about;
        var (was, now) = (ToJson(before), ToJson(after));
        foreach (var (name, value) in was?.ToList() ?? [])
            if (now is not null && now.TryGetPropertyValue(name, out var other) && JsonNode.DeepEquals(value, other))
            {
                was!.Remove(name);
                now.Remove(name);
            }
        audit.Before = was?.ToJsonString();
        audit.After = now?.ToJsonString();

        static JsonObject? ToJson(object? shown) =>
            JsonSerializer.SerializeToNode(shown, AdminJson.Options)?.AsObject();
    }

    /// <summary>What was sent.</summary>
    /// <exception cref="Problem">It is no JSON, or not what is wanted.</exception>
    public T Read<T>(IValidator<T>? validator = null)
    {
        var read = AdminJson.Read<T>(Body());
        if (validator is not null)
            Require(validator, read);
        return read;
    }

    /// <summary>Requires within a transaction that the key still lets in: what makes another way in asks once more.</summary>
    /// <exception cref="Problem">It, its role or its session has ended meanwhile.</exception>
    public void RequireKey(StoreSession session)
    {
        if (HasEnded(session, Part<TimeProvider>().Now()))
            throw Problem.Unauthenticated();
    }

    private bool HasEnded(StoreSession session, Instant at) =>
        AdminKeys.Find(session, key.Id) is not { } found
        || found.Expires <= at
        || (found.Role, found.TenantId) != (key.Role, key.TenantId)
        || (signedIn is not null && AdminSessions.Of(session, signedIn.Hash, at) is null);

    /// <summary>
    /// Why the same request would not be let in any more, or find its tenant; null if it would. What takes long asks, so
    /// that it goes on no longer than that.
    /// </summary>
    public async Task<Problem?> EndedAsync()
    {
        var now = Part<TimeProvider>().Now();
        return await store.ReadAsync(session =>
            HasEnded(session, now) ? Problem.Unauthenticated()
            : Tenants.SlugOf(session, Tenant.Row.Id) is null ? Problem.NoTenant()
            : null
        );
    }

    /// <summary>Requires that a document can be.</summary>
    /// <exception cref="Problem">It cannot; each field that is wrong is named.</exception>
    public static void Require<T>(IValidator<T> validator, T document)
    {
        if (validator.Validate(document) is { IsValid: false } invalid)
            throw Problem.Invalid(
                invalid
                    .Errors.GroupBy(error => string.Join('.', error.PropertyName.Split('.').Select(AdminJson.Named)))
                    .ToDictionary(field => field.Key, field => field.Select(error => error.ErrorMessage).ToArray())
            );
    }

    /// <summary>What a document is with the patch that was sent.</summary>
    /// <exception cref="Problem">The patch is none, or what it makes of the document cannot be.</exception>
    public T Patch<T>(T document, IValidator<T> validator)
        where T : class
    {
        var patched = AdminJson.Read<T>(JsonSerializer.SerializeToUtf8Bytes(Patch(document)));
        Require(validator, patched);
        return patched;
    }

    /// <summary>What a document is with the patch that was sent, or another one in its place with that patch.</summary>
    /// <exception cref="Problem">The patch is none, or the document is not the one of If-Match.</exception>
    public JsonObject Patch(object document, JsonObject? from = null)
    {
        var before = JsonSerializer.SerializeToNode(document, AdminJson.Options)!.AsObject();
        RequireMatch(before.ToJsonString(AdminJson.Options));
        return AdminJson.Patched(from ?? before, AdminJson.Read<JsonObject>(Body()));
    }

    private void RequireMatch(string document)
    {
        var wanted = context.Request.Headers.IfMatch.ToString();
        if (
            wanted.Length > 0
            && wanted != "*"
            && !wanted.Split(',', StringSplitOptions.TrimEntries).Contains(TagOf(document))
        )
            throw Problem.Stale();
    }

    /// <summary>The query parameters that were sent and that nobody has looked at.</summary>
    public IReadOnlyList<string> Unread => [.. context.Request.Query.Keys.Except(_read)];

    /// <summary>A query parameter; null if it is not there, or empty.</summary>
    public string? Query(string name)
    {
        _read.Add(name);
        return context.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;
    }

    /// <summary>Answers a document, with the tag by which it can be edited.</summary>
    /// <param name="document">The document.</param>
    /// <param name="status">The status.</param>
    /// <param name="location">Where it is, if it is new.</param>
    /// <param name="edited">What of it is edited; null for all.</param>
    /// <param name="again">What is answered to the same request again; null for the same.</param>
    public IResult Answer(
        object document,
        int status = 200,
        string? location = null,
        object? edited = null,
        object? again = null
    )
    {
        var json = JsonSerializer.Serialize(document, document.GetType(), AdminJson.Options);
        context.Response.Headers.ETag = TagOf(
            edited is null ? json : JsonSerializer.Serialize(edited, edited.GetType(), AdminJson.Options)
        );
        Remembered = again is null ? json : JsonSerializer.Serialize(again, again.GetType(), AdminJson.Options);
        if (location is not null)
            context.Response.Headers.Location = Url + location;
        return Results.Text(json, "application/json", Encoding.UTF8, status);
    }

    /// <summary>Requires that no field was sent where none is taken; it would be passed over, and taken for done.</summary>
    /// <exception cref="Problem">One was; it is named.</exception>
    public void RequireNoFields()
    {
        if (body.Length > 0)
            AdminJson.Read<Nothing>(Body());
    }

    /// <summary>The body as it was sent.</summary>
    /// <exception cref="BadHttpRequestException">It is no JSON.</exception>
    public byte[] Body()
    {
        if (
            !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !(Is(type.MediaType, "application/json") || Is(type.MediaType, "application/merge-patch+json"))
            || (type.Charset.Length > 0 && !Is(HeaderUtilities.RemoveQuotes(type.Charset), "utf-8"))
        )
            throw new BadHttpRequestException(
                "The body is JSON in UTF-8: say so by Content-Type: application/json.",
                415
            );
        return body;
    }

    private static bool Is(StringSegment said, string word) => said.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static string TagOf(string json) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 8))}\"";

    private sealed record Nothing;
}
