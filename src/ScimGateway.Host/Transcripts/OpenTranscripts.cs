using System.Collections.Frozen;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Transcripts;

/// <summary>The sources that are recorded now. Nearly always there are none, and then it costs nothing.</summary>
internal sealed class OpenTranscripts
{
    /// <summary>The most at once, of all tenants: each may be some megabytes.</summary>
    public const int Most = 10;

    private readonly Lock _gate = new();
    private volatile FrozenDictionary<(TenantId, int), Transcript> _open = FrozenDictionary<
        (TenantId, int),
        Transcript
    >.Empty;

    /// <summary>Begins one.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="source">The source.</param>
    /// <param name="keepsPeople">Whether people stay in it as they are.</param>
    /// <param name="full">Whether there is none because there are as many as there may be.</param>
    /// <returns>The transcript; null if the source is recorded already, or there are as many as there may be.</returns>
    public Transcript? Open(TenantId tenant, int source, bool keepsPeople, out bool full)
    {
        lock (_gate)
        {
            full = _open.Count == Most;
            if (full || _open.ContainsKey((tenant, source)))
                return null;
            var made = new Transcript(this, (tenant, source), keepsPeople);
            _open = _open.Append(KeyValuePair.Create((tenant, source), made)).ToFrozenDictionary();
            return made;
        }
    }

    /// <summary>The one that who asks is recorded in; null for none.</summary>
    public Transcript? Of(Caller caller) =>
        _open.Count == 0 ? null : _open.GetValueOrDefault((caller.TenantId, caller.SourceId));

    /// <summary>One has ended.</summary>
    public void Close((TenantId, int) source, Transcript transcript)
    {
        lock (_gate)
            if (_open.TryGetValue(source, out var open) && open == transcript)
                _open = _open.Where(one => one.Value != transcript).ToFrozenDictionary();
        transcript.End();
    }
}
