using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// What every write is decided by, as the store has it when the transaction begins. Plain values: whoever decides reads
/// nothing else.
/// </summary>
/// <param name="Resource">The user or group; null if it is new.</param>
/// <param name="Link">Its link.</param>
internal abstract record Situation(Resource? Resource, Link? Link)
{
    /// <summary>The name of the source that it belongs to, if that is not the one that asks.</summary>
    public string? OtherSource { get; init; }

    /// <summary>The name of the source that whoever has the wanted name belongs to, if that is not the one that asks.</summary>
    public string? NamesakesSource { get; init; }

    /// <summary>Whether the tenant's home sends nothing, so that of a wish that is not settled nothing was sent.</summary>
    public bool IsStill { get; init; }

    /// <summary>Why whoever asks may not change it; null if that may be.</summary>
    public Refusal? NotTheirs =>
        OtherSource is { } owner ? Refusal.OfAnotherSource(Resource!.Kind, owner) : Refusal.IfUnlinked(Resource!);

    /// <summary>Reads in one way to the store what is looked at next.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="asked">Who asks.</param>
    /// <param name="reads">What is read.</param>
    /// <exception cref="ScimException">
    /// The credential ended while the request waited. If its source is deleted, the resource would belong to no source.
    /// </exception>
    protected static void ReadAhead(StoreSession store, WriteRequest asked, Action<StoreSession> reads)
    {
        store.Prefetch(asks =>
        {
            IsLetIn(asks, asked.Caller);
            reads(asks);
        });
        if (!IsLetIn(store, asked.Caller))
            throw ScimException.Of(
                HttpStatusCode.Unauthorized,
                "The credential ended while the request waited, so nothing was changed."
            );
    }

    private static bool IsLetIn(StoreSession store, Caller caller) =>
        caller.Credential is not { } credential || Credentials.IsThere(store, caller.TenantId, credential);

    /// <summary>What is there, which is what it was when the request was applied.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="before">What it was then.</param>
    /// <param name="version">The version that it has to have still; null if any will do.</param>
    /// <exception cref="Outdated">It is another by now: a claim by POST, or an import, takes no turn.</exception>
    protected static Resource AsItWas(StoreSession store, Resource before, long? version) =>
        Resources.Find(store, before.Id) is { Deleted: null, Hidden: false } there
        && (version is null || version == there.Version)
            ? there
            : throw new Outdated();

    /// <summary>The name of the source that it belongs to, if that is not the one that asks.</summary>
    protected static string? Other(StoreSession store, WriteRequest asked, Resource? resource) =>
        resource?.SourceId is { } owner && owner != asked.Caller.SourceId
            ? Sources.Name(store, asked.Caller.TenantId, owner) ?? ""
            : null;
}
