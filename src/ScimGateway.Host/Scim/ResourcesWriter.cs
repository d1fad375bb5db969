using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Scim;

/// <summary>The resources of a page as one JSON array, written while the store reads them.</summary>
internal sealed class ResourcesWriter(ResourceWriter writer, int count) : IDisposable
{
    private const int UsualBytes = 2_000;
    private readonly RentedBuffer _bytes = new(Math.Clamp(count, 1, 100) * UsualBytes);

    public void Write(StoredResource resource)
    {
        _bytes.Write(_bytes.WrittenCount == 0 ? "["u8 : ","u8);
        writer.Write(_bytes, resource);
    }

    /// <summary>The array of all that was written.</summary>
    public ReadOnlySpan<byte> Array()
    {
        _bytes.Write(_bytes.WrittenCount == 0 ? "[]"u8 : "]"u8);
        return _bytes.WrittenMemory.Span;
    }

    public void Dispose() => _bytes.Dispose();
}
