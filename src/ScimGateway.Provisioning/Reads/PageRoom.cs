namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// What a page has room for: so many resources, and so many bytes of their documents, but one in any case.
/// </summary>
internal sealed class PageRoom(int most)
{
    private long _bytes;

    /// <summary>How many it has taken.</summary>
    public int Count { get; private set; }

    /// <summary>Whether one more was not taken.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Takes a resource, if there is room.</summary>
    public bool Takes(StoredResource resource)
    {
        if (Count == most || (Count > 0 && _bytes + resource.Document.Length > ResourceList.MostBytesShown))
        {
            IsFull = true;
            return false;
        }
        _bytes += resource.Document.Length;
        Count++;
        return true;
    }
}
