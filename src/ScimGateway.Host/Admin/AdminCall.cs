using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ScimGateway.Host.Security;
using ScimGateway.Host.Spelling;
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
/// <param name="tenant">The tenant that its path names; null if it names none.</param>
/// <param name="now">When it came, with its whole body.</param>
/// <param name="body">The body of a change; empty if it has none.</param>
internal sealed class AdminCall(
    HttpContext context,
    Store store,
    AdminKey key,
    AdminTenant? tenant,
    Instant now,
    byte[] body
)
{
    /// <summary>The most that a request may have.</summary>
    public const int MostBytes = 1 << 20;

    private const int MostInPage = 1_000;
    private const int InPage = 100;
    private const int LongestSearch = 256;

    private readonly HashSet<string> _read = [];

    /// <summary>The store.</summary>
    public Store Store => store;

    /// <summary>What is answered to the same request again, as JSON; null where that was never said.</summary>
    public string? Remembered { get; private set; }

    /// <summary>By what the administrator was let in.</summary>
    public AdminKey Key => key;

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

    /// <summary>Says what was there before, and what is there now; no secrets.</summary>
    public void Changed(string about, object? before, object? after)
    {
        Audit.About = about;
        Audit.Before = before is null ? null : JsonSerializer.Serialize(before, AdminJson.Options);
        Audit.After = after is null ? null : JsonSerializer.Serialize(after, AdminJson.Options);
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
    /// <exception cref="Problem">It was deleted meanwhile.</exception>
    public void RequireKey(StoreSession session)
    {
        if (AdminKeys.Find(session, key.Id) is null)
            throw Problem.Unauthenticated();
    }

    /// <summary>
    /// Why the same request would not be let in any more, or find its tenant; null if it would. What takes long asks, so
    /// that it goes on no longer than that.
    /// </summary>
    public async Task<Problem?> EndedAsync()
    {
        var now = Part<TimeProvider>().Now();
        return await store.ReadAsync(session =>
            AdminKeys.Find(session, key.Id) is not { } found || found.Expires <= now ? Problem.Unauthenticated()
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

    /// <summary>What is searched for; null for nothing.</summary>
    /// <exception cref="Problem">It is too long.</exception>
    public string? QuerySearch() =>
        Query("search") is not { } searched ? null
        : searched.Length <= LongestSearch ? searched
        : throw Problem.Invalid("search", $"It has {LongestSearch} letters at most.");

    /// <summary>A query parameter that is one of some words.</summary>
    /// <exception cref="Problem">It is none of them.</exception>
    public TWord? Query<TWord>(string name)
        where TWord : struct, Enum
    {
        if (Query(name) is not { } value)
            return null;
        return ClosedWords.Read<TWord>(value)
            ?? throw Problem.Invalid(name, $"{name} is one of {ClosedWords.All<TWord>()}.");
    }

    /// <summary>A query parameter that is a time.</summary>
    /// <exception cref="Problem">It is none.</exception>
    public Instant? QueryTime(string name) =>
        Query(name) is not { } value ? null
        : DateTimeOffset.TryParse(value, null, DateTimeStyles.AssumeUniversal, out var time) ? Instant.Of(time)
        : throw Problem.Invalid(name, "It is a time such as 2026-11-22T09:00:00Z.");

    /// <summary>A query parameter that is a number.</summary>
    /// <exception cref="Problem">It is none.</exception>
    public long? QueryNumber(string name) =>
        Query(name) is not { } value ? null
        : long.TryParse(value, NumberStyles.None, null, out var number) ? number
        : throw Problem.Invalid(name, "It is a number.");

    /// <summary>A query parameter that is the number of a source.</summary>
    /// <exception cref="Problem">It is none.</exception>
    public int? QuerySource(string name) =>
        QueryNumber(name) is not { } source ? null
        : source <= int.MaxValue ? (int)source
        : throw Problem.Invalid(name, "It is the number of a source.");

    /// <summary>A query parameter that is the SCIM id of a user or group.</summary>
    /// <exception cref="Problem">It is none.</exception>
    public ResourceId? QueryResource(string name) =>
        Query(name) is not { } resource
            ? null
            : ResourceId.Parse(resource) ?? throw Problem.Invalid(name, "It is a SCIM id, which is a UUID.");

    /// <summary>A query parameter that is true or false.</summary>
    /// <exception cref="Problem">It is neither.</exception>
    public bool QueryFlag(string name) =>
        Query(name) switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Problem.Invalid(name, "It is true or false."),
        };

    /// <summary>Requires that what cannot be undone was named once more.</summary>
    /// <exception cref="Problem">It was not.</exception>
    public void RequireConfirmed(string name)
    {
        if (Query("confirm") != name)
            throw Problem.Invalid("confirm", $"This cannot be undone. Add ?confirm={Uri.EscapeDataString(name)}.");
    }

    /// <summary>The place of a list that goes by numbers; another one for its beginning.</summary>
    /// <exception cref="Problem">The cursor is none of such a list.</exception>
    public static long Numbered(string? place, long beginning = 0) =>
        place is null ? beginning
        : long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw NoCursor();

    /// <summary>Answers a page of a list: so many of what there is after the cursor that was sent.</summary>
    /// <param name="read">So many after a place, which is null for the beginning.</param>
    /// <param name="place">The place of one.</param>
    /// <param name="show">One as it is shown.</param>
    /// <param name="page">What is answered, with the items and the next cursor; null for these alone.</param>
    public async Task<IResult> PageAsync<T>(
        Func<string?, int, ValueTask<List<T>>> read,
        Func<T, string> place,
        Func<T, object> show,
        Func<IReadOnlyList<object>, string?, object>? page = null
    )
    {
        var most = QueryNumber("limit") is { } limit
            ? limit is > 0 and <= MostInPage
                ? (int)limit
                : throw Problem.Invalid("limit", $"It is from 1 to {MostInPage}.")
            : InPage;
        var found = await read(Place(), most + 1);
        var items = found.Take(most).Select(show).ToList();
        var next = found.Count > most ? CursorOf(place(found[most - 1])) : null;
        return Results.Json(page?.Invoke(items, next) ?? new { Items = items, Next = next }, AdminJson.Options);
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

    /// <summary>Whether a request has a body, which may be empty at its end.</summary>
    public static bool HasBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not false;

    /// <summary>Reads all that is sent.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, or stops half-way.</exception>
    public static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MostBytes)
            throw TooLong();
        using var read = new MemoryStream();
        var piece = new byte[16 * 1024];
        int more;
        while ((more = await context.Request.Body.ReadAsync(piece, context.RequestAborted)) > 0)
        {
            if (read.Length + more > MostBytes)
                throw TooLong();
            read.Write(piece, 0, more);
        }
        return read.ToArray();

        static BadHttpRequestException TooLong() => new("The body is too long.", StatusCodes.Status413PayloadTooLarge);
    }

    // A cursor is good for its list and filters alone, so that it never leads somewhere by mistake; it is no secret.
    private string CursorOf(string place) => Convert.ToHexStringLower([.. ListTag(), .. Encoding.UTF8.GetBytes(place)]);

    private string? Place()
    {
        if (Query("cursor") is not { } cursor)
            return null;
        var tag = ListTag();
        try
        {
            var bytes = Convert.FromHexString(cursor);
            if (bytes.AsSpan().StartsWith(tag))
                return Encoding.UTF8.GetString(bytes.AsSpan(tag.Length));
        }
        catch (FormatException)
        {
            // as any other that is none
        }
        throw NoCursor();
    }

    private static Problem NoCursor() =>
        Problem.Invalid("cursor", "It is of another list or of other filters; begin without one.");

    private byte[] ListTag()
    {
        var asked = context
            .Request.Query.Where(parameter => parameter.Key is not ("cursor" or "limit"))
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .Select(parameter => $"{parameter.Key}={parameter.Value}");
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{context.Request.Path}\n{string.Join('\n', asked)}"))[..6];
    }

    private static string TagOf(string json) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 8))}\"";

    private sealed record Nothing;
}

/// <summary>A tenant that a path names.</summary>
/// <param name="Row">The tenant as it is kept.</param>
/// <param name="Home">Its home; null if it was never connected, or is at home nowhere now.</param>
internal sealed record AdminTenant(Tenant Row, TenantHome? Home);

/// <summary>Where things are.</summary>
internal static class AdminPaths
{
    /// <summary>Its version.</summary>
    public const string Version = "v1";

    /// <summary>Where the admin API is.</summary>
    public const string Base = $"/admin/api/{Version}";

    /// <summary>The header that each answer below /admin has, and no proxy's page: it names the version.</summary>
    public const string Mark = "ScimGateway-Admin";

    /// <summary>Where a tenant is.</summary>
    public static string Of(string slug) => $"{Base}/tenants/{slug}";
}
