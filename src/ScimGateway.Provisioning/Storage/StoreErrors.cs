namespace ScimGateway.Provisioning.Storage;

/// <summary>The store is open in another process. Its message says what to do.</summary>
internal sealed class StoreInUseException : IOException
{
    internal StoreInUseException(string path, IOException? inner)
        : base($"Another process has the store {path} open: stop it, or give this one a store of its own.", inner) { }
}

/// <summary>The store is of a version of the gateway that this one does not know.</summary>
internal sealed class StoreUnknownException : IOException
{
    internal StoreUnknownException(string path, string migration)
        : base(
            $"The store {path} was made by another version of the gateway ({migration}), which this one cannot go on from: start that version, or give this one a data folder or database of its own."
        ) { }
}

/// <summary>A store was named by what is no connection string. Its message says which are, and has no secret.</summary>
internal sealed class StoreAddressException : IOException
{
    internal StoreAddressException(string message)
        : base(message) { }

    internal StoreAddressException()
        : base(
            "The store is named by a connection string: 'Data Source=PATH' for a SQLite file, 'Host=…;Username=…;Password=…;Database=…' for PostgreSQL."
        ) { }
}

/// <summary>The server of the store cannot be used. Its message says why and what to do, and has no secret.</summary>
internal sealed class StoreServerException : IOException
{
    internal StoreServerException(string message, Exception? inner = null)
        : base(message, inner) { }
}

/// <summary>
/// The store does not answer for now. Whoever asks again may be served; its message says whether anything was written.
/// </summary>
internal sealed class StoreAwayException : IOException
{
    internal StoreAwayException(Exception? inner)
        : this("The store does not answer just now; nothing was written. Try again.", inner) { }

    private StoreAwayException(string message, Exception? inner)
        : base(message, inner) { }

    /// <summary>Whether something was written, or may have been.</summary>
    public bool IsInDoubt { get; private init; }

    /// <summary>The disk of the store is full.</summary>
    internal static StoreAwayException Full(Exception inner) =>
        new(
            "The disk of the gateway's store is full, so that nothing was written. Its operator makes room there; then try again.",
            inner
        );

    /// <summary>The answer to a commit was lost, and the store cannot be asked for it yet.</summary>
    internal static StoreAwayException InDoubt(Exception? inner = null) =>
        new(
            "The store does not answer just now, and what was asked for may be done: look at the resource before you ask again.",
            inner
        )
        {
            IsInDoubt = true,
        };
}
